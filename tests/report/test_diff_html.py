import re
from html import unescape
from html.parser import HTMLParser

from pages import report

from promoter.diff.comparison import Comparison, DiffReport
from promoter.model import Change, ChangeKind, Diff, FieldChange, ObjectKey, Risk
from promoter.report.diff.html import render

_VOID = {"meta", "input", "br", "link"}


class Reader(HTMLParser):
    """Checks that elements nest, and collects the names of elements and the visible text."""

    def __init__(self):
        super().__init__()
        self.open, self.names, self.text, self.links = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.names.append(tag)
        self.links += [value for name, value in attrs if name in ("src", "href", "action", "xlink:href")]
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "script" not in self.open and "style" not in self.open:
            self.text.append(data)


def read(page):
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    return reader


def test_the_page_is_well_formed_and_shows_every_environment_object_and_value():
    text = " ".join(read(render(report())).text)

    for said in ("prod-eu · shop", "dev, staging · shop", "reads base/web.yaml", "no such file", "Service"):
        assert said in text
    assert "After does not render" in text
    assert "Neither side renders" in text


def test_the_page_loads_nothing_and_allows_no_connection():
    page = render(report())

    assert {link[:1] for link in read(page).links} == {"#"}
    assert "default-src 'none'" in unescape(page)
    assert "@import" not in page
    assert "url(" not in page


def test_the_page_holds_no_secret_value():
    assert "hunter" not in render(report())


def test_equal_input_gives_equal_bytes():
    assert render(report()) == render(report())


def test_nothing_from_a_repository_becomes_markup():
    hostile = "</script><img src=x onerror=alert(1)>\" ' & \u202e\x1b"
    change = Change(
        ChangeKind.CHANGED,
        ObjectKey(hostile, hostile, hostile, hostile),
        (FieldChange(hostile, hostile, {hostile: hostile}),),
        risks=(Risk("host-removed", hostile, "high"),),
        notes=(hostile,),
    )
    each = Comparison(hostile, hostile, hostile, (hostile,), Diff((change,)))

    page = render(DiffReport(hostile, hostile, (each,), hostile, notes=(hostile,)))

    assert "img" not in read(page).names
    assert read(page).names.count("script") == 1
    assert not set("\u202e\x1b") & set(page)
    assert re.search(r"onerror=[^&]", page.replace("onerror=alert(1)&gt;", "")) is None


def test_no_change_is_said_on_the_page():
    text = " ".join(read(render(DiffReport("main", "work tree", ()))).text)

    assert "Nothing that is deployed reads what differs between main and work tree." in text


def test_drift_is_a_table_for_each_app(rendered):
    from promoter.diff import Options, diff
    from promoter.diff.roles import Roles

    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: %s}\n"
    found = diff(rendered(text % "one"), rendered(text % "two"), Options(roles=Roles("staging", "prod")))
    each = Comparison("staging → prod", "shop", "", diff=found)

    reader = read(render(DiffReport("staging", "prod", (each,), is_drift=True)))

    assert "table" in reader.names
    assert "ConfigMap/c data.a: one → two" in reader.text
