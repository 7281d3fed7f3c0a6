"""What the runner is told: nothing that a finding or a value holds can become a command of its own."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promoter.action.runner import Runner, annotations, clamp, escape_data, escape_property
from promoter.model import Finding, Location, Severity


def finding(severity=Severity.ERROR, path="a.yaml", line=1, message="m"):
    return Finding("SEC301", "writable-root", severity, message, Location(path, line, 2, line, 9))


def test_an_annotation_points_at_the_place():
    assert annotations([finding()]) == [
        "::error file=a.yaml,line=1,col=2,endLine=1,title=SEC301 writable-root::m"
    ]


def test_errors_come_first_and_what_github_would_drop_is_counted():
    many = [finding(Severity.NOTE, line=n) for n in range(1, 13)] + [finding(Severity.ERROR, line=99)]
    lines = annotations(many)

    assert lines[0].startswith("::error file=a.yaml,line=99")
    assert [line.startswith("::notice") for line in lines[1:11]] == [True] * 10
    assert lines[11:] == ["2 more findings of level notice: the step's summary has them all"]


def test_a_message_cannot_become_a_command():
    (line,) = annotations([finding(path="a,b:c.yaml", message="x\n::set-output name=y::z\r%")])

    assert "\n" not in line
    assert line.endswith("::x%0A::set-output name=y::z%0D%25")
    assert "file=a%2Cb%3Ac.yaml," in line


@given(st.text())
def test_escaped_text_is_one_line_without_separators(text):
    assert not set(escape_property(text)) & set("\r\n:,")
    back = escape_data(text).replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")
    assert back == text


def read_outputs(text):
    found, lines = {}, iter(text.split("\n"))
    for line in lines:
        if "<<" in line:
            name, _, delimiter = line.partition("<<")
            values = []
            for value in lines:
                if value == delimiter:
                    break
                values.append(value)
            found[name] = "\n".join(values)
    return found


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\r")))
def test_an_output_comes_back_whole(tmp_path_factory, value):
    path = tmp_path_factory.mktemp("out") / "output"
    runner = Runner(io.StringIO(), outputs=path)

    runner.output("first", value)
    runner.output("second", "x")

    assert read_outputs(path.read_bytes().decode()) == {"first": value, "second": "x"}


def test_without_files_nothing_is_written():
    runner = Runner.of({}, io.StringIO())

    runner.output("a", "b")
    runner.summarize("c")


def test_a_line_of_the_log_is_no_command():
    log = io.StringIO()

    Runner(log).say("::error::x\nplain")

    assert log.getvalue() == " ::error::x\nplain\n"


def test_the_summary_grows_up_to_what_github_shows(tmp_path):
    runner = Runner.of({"GITHUB_STEP_SUMMARY": str(tmp_path / "s")}, io.StringIO())

    runner.summarize("# one\n")
    runner.summarize("x\n" * 600_000)

    content = (tmp_path / "s").read_bytes()
    assert content.startswith(b"# one\nx\n")
    assert b"Cut here" in content
    assert len(content) <= 1 << 20


@pytest.mark.parametrize(
    "text",
    [
        "<details><summary>a</summary>\n\n```diff\n" + "+x\n" * 300 + "```\n</details>\n",
        "<details>\n<details>\n" + "y\n" * 500,
        "````\n```\n" + "z\n" * 500 + "````\n",
        "word " * 500,
    ],
)
def test_what_is_cut_closes_its_fences_and_folds(text):
    cut = clamp(text, 400)

    assert len(cut.encode()) <= 400
    assert cut.count("<details") == cut.count("</details>")
    fences = [line for line in cut.split("\n") if line.startswith("````")] or [
        line for line in cut.split("\n") if line.startswith("```")
    ]
    assert len(fences) % 2 == 0


def test_what_fits_is_not_touched():
    assert clamp("a\nb", 3) == "a\nb"
