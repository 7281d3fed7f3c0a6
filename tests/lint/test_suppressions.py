"""Which comments and annotations suppress a rule, and which lines a comment reaches."""

from datetime import date

import pytest

from promoter.lint.accepted import Accepted
from promoter.lint.suppress import foreign, in_comments
from promoter.model import Finding, Location, Severity
from promoter.yamldoc import parse


def reached(text: str, *places: str) -> list[bool]:
    """Whether the one suppression of the file reaches each `path:line`."""
    (found,) = in_comments(parse("a.yaml", text.encode()))
    spans = (place.split(":") for place in places)
    return [found.reaches(Location(path, int(line), 1, int(line), 9)) for path, line in spans]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a: 1 # promoter: ignore[IMG001] x\nb: 2\n", [True, False, False]),
        ("# promoter: ignore-file[IMG001] x\nb: 2\n", [True, True, True]),
        ("# promoter: ignore-next[IMG001] x\n\n# more\nb: 2\n", [False, False, False]),
        ("# promoter: ignore-next[IMG001] x\n\nb: 2\n", [False, False, True]),
        ("a: 1\n# promoter: ignore-next[IMG001] x", [False, False, True]),
    ],
)
def test_a_comment_reaches_its_line_or_the_next_that_says_something_or_the_file(
    text: str, lines: list[bool]
) -> None:
    assert reached(text, "a.yaml:1", "a.yaml:2", "a.yaml:3") == lines
    assert reached(text, "b.yaml:1", "b.yaml:2", "b.yaml:3") == [False] * 3


def test_a_comment_that_only_names_promoter_suppresses_nothing() -> None:
    assert list(in_comments(parse("a.yaml", b"a: 1 # see promoter: the docs\n"))) == []


@pytest.mark.parametrize(
    ("key", "value", "some"),
    [
        ("ignore-check.kube-linter.io/latest-tag", "why", True),
        ("kube-score/ignore", "container-image-tag, pod-probes", True),
        ("kube-score.com/ignore", "container-image-tag", True),
        ("polaris.fairwinds.com/tag-not-specified-exempt", "true", True),
        ("polaris.fairwinds.com/exempt", "true", True),
        ("polaris.fairwinds.com/exempt", "false", False),
        ("polaris.fairwinds.com/note", "true", False),
        ("checkov.io/skip1", "CKV_K8S_14=why", True),
        ("checkov.io/other", "CKV_K8S_14=why", False),
    ],
)
def test_an_annotation_of_another_tool_suppresses_our_rule_for_the_same(
    key: str, value: str, some: bool
) -> None:
    assert bool(list(foreign(key, value))) is some


@pytest.mark.parametrize(
    ("rest", "reason", "until"),
    [
        ("the chart brings it until=2026-12-31", "the chart brings it", date(2026, 12, 31)),
        ("until=2026-12-31 the chart brings it", "the chart brings it", date(2026, 12, 31)),
        ("the chart brings it until=2026-02-30", "the chart brings it until=2026-02-30", None),
        ("the chart brings it", "the chart brings it", None),
    ],
)
def test_a_comment_counts_until_a_day_that_there_is(rest: str, reason: str, until: date | None) -> None:
    (found,) = in_comments(parse("a.yaml", f"a: 1 # promoter: ignore[IMG001] {rest}\n".encode()))
    assert (found.reason, found.until) == (reason, until)


@pytest.mark.parametrize(
    ("container", "field", "covered"),
    [
        ("", "metadata.name", True),
        ("istio-*", "metadata.name", False),
        ("istio-*", "spec.template.spec.containers[name=istio-proxy].image", True),
        ("istio-*", "spec.template.spec.initContainers[name=istio-init].image", True),
        ("istio-*", "spec.template.spec.containers[name=web].image", False),
        ("web", "spec.containers[name=web].ports[name=web-http]", True),
        ("http", "spec.containers[name=web].ports[name=http]", False),
    ],
)
def test_an_entry_for_a_container_covers_what_is_found_in_it(container, field, covered) -> None:
    finding = Finding("IMG001", "latest-tag", Severity.ERROR, "x", Location("a.yaml", 1), field=field)
    assert Accepted(("IMG001",), "why", container=container).covers(finding) is covered
