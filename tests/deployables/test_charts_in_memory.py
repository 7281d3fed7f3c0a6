"""Charts of the repository before any helm sees them: links, dependencies, value files, patterns."""

import re

import pytest
from deployable_trees import graph

from promoter.deployables.builds.charts import chart, merged, sources, value_file, value_files, values_of
from promoter.deployables.builds.prepared import RefusedError
from promoter.deployables.sourceignore import Pattern, artifact, patterns
from promoter.errors import RenderError
from promoter.kustomize import Graph
from promoter.model import SYMLINK, ChartBuild, Entry, Snapshot, blob_id
from promoter.render.bounded import _error, _objects
from promoter.render.charts import keepable, render
from promoter.render.helm import OFF, find
from promoter.render.inputs import Answer, Inputs
from promoter.render.limits import Policy

CHART = {
    "shop/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
    "shop/templates/a.yaml": "a: 1\n",
}
REMOTE = "dependencies: [{name: db, version: 1.2.3, repository: 'https://charts.example.com'}]\n"
LOCAL = "dependencies: [{name: db, repository: 'file://../db'}]\n"


def tree(more: dict[str, str] | None = None, dependencies: str = "") -> Graph:
    files = {**CHART, **(more or {})}
    files["shop/Chart.yaml"] += dependencies
    return graph(files)


def test_a_folder_without_a_chart_file_is_no_chart():
    with pytest.raises(RefusedError, match=r"x has no Chart\.yaml"):
        chart(graph({"x/templates/a.yaml": "a: 1\n"}), "x")


def test_a_path_out_of_the_repository_has_no_chart_and_no_files():
    with pytest.raises(RefusedError, match="leads out of the repository"):
        chart(tree(), "../x")
    assert (sources(tree(), "../x"), values_of(tree(), "../x")) == (frozenset(), ())


def test_a_dependency_that_is_not_here_is_named_and_not_fetched():
    with pytest.raises(RefusedError, match=re.escape("shop needs db 1.2.3 of https://charts.example.com")):
        chart(tree(dependencies=REMOTE), "shop")


@pytest.mark.parametrize(
    "vendored",
    [
        {"shop/charts/db-1.2.3.tgz": "packed"},
        {"shop/charts/any/Chart.yaml": "name: db\nversion: 1.2.3\n"},
    ],
)
def test_a_dependency_that_lies_in_the_charts_folder_is_there(vendored):
    assert set(vendored) <= set(chart(tree(vendored, REMOTE), "shop").files)


def test_a_dependency_beside_the_chart_is_laid_into_it():
    given = tree({"db/Chart.yaml": "name: db\nversion: 1.0.0\n", "db/templates/b.yaml": "b: 1\n"}, LOCAL)
    found = chart(given, "shop")
    assert "shop/charts/db/templates/b.yaml" in found.files
    assert found.snapshot["shop/charts/db/templates/b.yaml"] == b"b: 1\n"
    assert sources(given, "shop") >= {"db/Chart.yaml", "shop/Chart.yaml"}


@pytest.mark.parametrize(
    ("dependencies", "more", "said"),
    [
        (LOCAL, {}, "db has no Chart.yaml"),
        (LOCAL.replace("../db", "../../db"), {}, "the dependency file://../../db of shop leads out"),
        (LOCAL.replace("../db", "../shop"), {}, "around in a circle"),
    ],
)
def test_a_dependency_that_is_no_chart_of_this_repository_is_refused(dependencies, more, said):
    with pytest.raises(RefusedError, match=re.escape(said)):
        chart(tree(more, dependencies), "shop")


def test_a_dependency_without_a_name_asks_for_nothing():
    assert chart(tree(dependencies="dependencies: [{version: 1.0.0}]\n"), "shop").files


def test_files_may_be_laid_over_a_chart():
    found = chart(tree(), "shop", {"templates/a.yaml": b"a: 2\n"})
    assert found.snapshot["shop/templates/a.yaml"] == b"a: 2\n"


def test_values_are_those_that_lie_in_the_chart():
    assert values_of(tree(), "shop") == ()
    assert values_of(tree({"shop/values.yaml": "a: 1\n"}), "shop") == ("shop/values.yaml",)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("values.yaml", ("shop/values.yaml",)),
        ("/shop/values.yaml", ("shop/values.yaml",)),
        ("gone.yaml", ()),
        ("values*.yaml", ("shop/values-eu.yaml", "shop/values.yaml")),
        ("/shop/values-??.yaml", ("shop/values-eu.yaml",)),
    ],
)
def test_a_value_file_is_looked_for_from_the_chart_or_from_the_root(written, found):
    given = tree({"shop/values.yaml": "a: 1\n", "shop/values-eu.yaml": "a: 2\n"})
    assert value_files(given, "shop", written) == found


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("https://example.com/v.yaml", "is remote, and nothing is downloaded"),
        ("../../v.yaml", "leads out of the repository"),
        ("../../*.yaml", "leads out of the repository"),
    ],
)
def test_a_value_file_that_is_not_of_this_repository_is_refused(written, said):
    with pytest.raises(RefusedError, match=said):
        value_files(tree(), "shop", written)
    assert value_file(tree(), "shop", "gone.yaml") is None


def test_mappings_of_values_merge_and_everything_else_replaces():
    assert merged({"a": {"b": 1, "c": 2}, "d": [1]}, {"a": {"b": 3}, "d": {"e": 1}}) == {
        "a": {"b": 3, "c": 2},
        "d": {"e": 1},
    }


# --- .sourceignore


@pytest.mark.parametrize(
    ("line", "path", "meant"),
    [
        ("*.md", "docs/a.md", True),
        ("docs/", "docs/a.md", True),
        ("docs/", "docs", False),
        ("/docs", "docs/a.md", True),
        ("/docs", "x/docs/a.md", False),
        ("docs/**", "docs/a/b.md", True),
        ("**/b.md", "docs/a/b.md", True),
        ("**/c.md", "docs/a/b.md", False),
        ("a/**/c", "a/b/b/c", True),
        ("a/b**/c", "a/bx/c", False),
        ("a/b/c/d", "a/b", False),
        ("a/b/", "a/b", False),
        ("name\\ ", "name ", True),
    ],
)
def test_a_pattern_speaks_of_the_paths_that_git_would_mean(line, path, meant):
    assert Pattern.of(line).speaks_of(path.split("/")) is meant


def test_a_pattern_of_a_folder_speaks_of_what_lies_in_it_alone():
    (pattern,) = patterns("# note\n\n*.md\r\n", ("docs",))
    assert pattern.speaks_of(["docs", "a.md"])
    assert not pattern.speaks_of(["src", "a.md"])
    assert not pattern.speaks_of(["docs"])


def test_an_artifact_holds_directories_with_a_packed_file():
    given = graph(
        {"a/x.yaml": "", "b/y.txt": "", ".sourceignore": "*.txt\n!keep.txt\n", "b/c/keep.txt": ""}
    )
    found = artifact(given)
    assert (found.holds("a"), found.holds("b"), found.holds("b/y.txt"), found.holds("gone")) == (
        True,
        True,
        False,
        False,
    )
    assert "b/y.txt" not in found.snapshot.entries
    assert list(found.below("b")) == ["b/c/keep.txt", "b/y.txt"]


# --- helm and its answers


def test_a_helm_that_is_switched_off_or_not_there_says_what_to_do():
    with pytest.raises(RenderError, match="switches it off"):
        find(OFF)
    with pytest.raises(RenderError, match="no helm at /nowhere/helm"):
        find("/nowhere/helm")


@pytest.mark.parametrize(
    ("code", "errors", "said", "limited"),
    [
        (1, "Error: bad\n", "Error: bad", False),
        (3, "", "the engine ended with code 3 and no message", False),
        (-9, "", "the build needed more memory or processor time than it may use", True),
        (
            2,
            "fatal error: out of memory",
            "the build needed more memory or processor time than it may use",
            True,
        ),
    ],
)
def test_an_engine_that_fails_is_told_by_its_words_or_its_end(code, errors, said, limited):
    found = _error(code, errors)
    assert (found.error, found.limited) == (said, limited)


def test_what_an_engine_prints_is_read_as_objects():
    assert _objects(b"a: 1\n---\n- b\n---\nc: 2\n").objects == [{"a": 1}, {"c": 2}]
    assert (_objects(b"a: [").error or "").startswith("the engine's output is not readable")


class Told:
    """A helm that gives these answers, one after another."""

    name = "told"

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)

    def template(self, build: ChartBuild, inputs: Inputs) -> tuple[Answer, str]:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0], "/box/tree"


def rendering(*answers: Answer, files: dict[str, bytes] | None = None, after: tuple[str, ...] = ()):
    given = Snapshot.of(
        {"shop/Chart.yaml": b"name: web\n", "shop/templates/a.yaml": b"a: 1\n", **(files or {})}
    )
    build = ChartBuild(given, "shop", "shop", "ns", tuple(given.entries), after=after)
    inputs = Inputs("shop", {path: given[path] for path in given.entries})
    return render(Told(*answers), build, inputs, lambda _: (Answer(error="it is broken"), ""), Policy())


@pytest.mark.parametrize(
    ("error", "said", "place"),
    [
        (
            "Error: template: web/templates/a.yaml:1:4: oops\n\nUse --debug flag to render",
            "template: web/templates/a.yaml:1:4: oops",
            "shop/templates/a.yaml:1:5",
        ),
        ("Error: failed to parse /box/tree/shop/Chart.yaml: yaml: line 3: bad", None, "shop/Chart.yaml:3"),
        ("Error: web/templates/gone.yaml:1: x", "web/templates/gone.yaml:1: x", "shop"),
        ("", "helm failed without a message", "shop"),
    ],
)
def test_an_error_of_helm_stands_at_the_line_that_it_names(error, said, place):
    found = rendering(Answer(error=error))
    assert said is None or found.message == said
    assert str(found.location).startswith(place)


def test_items_of_a_list_are_objects_of_their_own():
    listed = {"kind": "List", "items": [{"kind": "A"}, "text", {"kind": "BList", "items": [{"kind": "B"}]}]}
    assert rendering(Answer([listed, {"kind": "C"}])).objects == [
        {"kind": "A"},
        {"kind": "B"},
        {"kind": "C"},
    ]


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ([{"kind": "A", "data": {"p": "1"}}], [{"kind": "A", "data": {"p": "2"}}], "data.p"),
        ([{"kind": "A"}], [{"kind": "A"}, {"kind": "B"}], "the number of objects"),
    ],
)
def test_a_chart_that_makes_something_up_is_refused_with_what_differs(one, other, said):
    files = {"shop/templates/r.yaml": b"{{ randAlphaNum 5 }}"}
    found = rendering(Answer(one), Answer(other), files=files)
    assert found.kind == "refused"
    assert said in found.message
    assert found.location.path == "shop/templates/r.yaml"


def test_a_post_renderer_that_fails_or_may_not_run_is_named():
    assert rendering(Answer([{"kind": "A"}]), after=("{}",)).message == "post-renderer 1: it is broken"
    refused = rendering(Answer([{"kind": "A"}]), after=('{"resources": ["https://example.com/x"]}',))
    assert refused.message.startswith("post-renderer 1: ")
    assert "broken" not in refused.message


def test_a_chart_that_asks_for_the_time_is_not_kept():
    assert keepable(Inputs("shop", {"a": b"{{ .Values.a }}"}))
    assert not keepable(Inputs("shop", {"a": b"{{ now | date }}"}))


def linked(link: str, target: str) -> Graph:
    given = tree({"else/b.yaml": "b: 1\n"}).snapshot
    content = target.encode()
    entries = {**given.entries, link: Entry(SYMLINK, blob_id(content))}
    contents = {**given.contents, link: content}
    return Graph(Snapshot(None, dict(sorted(entries.items())), contents, given.directories))


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("../../../out", "is a link that leads out of the repository"),
        ("../../gone", "is a link to nothing"),
    ],
)
def test_a_link_in_a_chart_that_leads_to_no_file_is_refused(target, said):
    with pytest.raises(RefusedError, match=said):
        chart(linked("shop/templates/b.yaml", target), "shop")


@pytest.mark.parametrize(
    ("link", "target", "path"),
    [
        ("shop/templates/b.yaml", "../../else/b.yaml", "shop/templates/b.yaml"),
        ("shop/files", "../else", "shop/files/b.yaml"),
    ],
)
def test_a_link_in_a_chart_is_followed(link, target, path):
    found = chart(linked(link, target), "shop")
    assert path in found.files
    assert found.snapshot[path] == b"b: 1\n"
