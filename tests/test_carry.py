"""Configuration that travels with a promotion, and what never does."""

import pytest
from promotions import graph

from promoter.config import Carry
from promoter.errors import RefusedError
from promoter.plan.carry import carried

FILE = "apps/shop/{env}/features.yaml"


def carry(source: str, target: str, *paths: str, keep: tuple[str, ...] = ()):
    given = graph({FILE.replace("{env}", "dev"): source, FILE.replace("{env}", "prod"): target})
    found, skipped = carried(given, given, [Carry(FILE, paths)], ("dev", "prod"), keep)
    edits = tuple(edit for part in found for edit in part.edits)
    return given.snapshot.with_edits(edits)[FILE.replace("{env}", "prod")].decode(), skipped


@pytest.mark.parametrize(
    ("source", "target", "result"),
    [
        ("flags: {a: true}\nx: 1\n", "flags: {a: false}  # c\nx: 2\n", "flags: {a: true}  # c\nx: 2\n"),
        (
            "flags:\n  a: true\n",
            "# c\nflags:\n  a: false # d\nx: 2\n",
            "# c\nflags:\n  a: true # d\nx: 2\n",
        ),
        ("flags:\n  a: 1\n  b: 2\n", "flags:\n    a: 1\nx: 2\n", "flags:\n    a: 1\n    b: 2\nx: 2\n"),
        ("flags:\n  a: 1\n", "flags:\n  a: 1\n  # gone\n  b:\n    c: 1\n", "flags:\n  a: 1\n  # gone\n"),
        ("flags:\n- a\n- b\n", "flags: []\nx: 1\n", "flags:\n- a\n- b\nx: 1\n"),
        ("flags: [1]\n", "flags:\n  - 2\n  - 3\nx: 1\n", "flags: [1]\nx: 1\n"),
        ("flags: |\n  one\n\n  two\nx: 1\n", "flags: old\nx: 2\n", "flags: |\n  one\n\n  two\nx: 2\n"),
        ("flags: 'on'\n", "x: 2\n", "x: 2\nflags: 'on'\n"),
        ("flags:\n  a: 1\n", "flags:\r\n  a: 2\r\nx: 1\r\n", "flags:\r\n  a: 1\r\nx: 1\r\n"),
        ("flags: 1\n", "flags: 1 # same\n", "flags: 1 # same\n"),
    ],
)
def test_a_part_becomes_what_it_is_in_the_source_and_the_rest_stays(source, target, result):
    assert carry(source, target, "/flags") == (result, ())


def test_what_is_kept_is_never_copied():
    source = "spec:\n  replicas: 1\n  host: dev\n  mode: new\n"
    target = "spec:\n  replicas: 9\n  host: prod\n  mode: old\n  only: prod\n"
    result, _ = carry(source, target, "/spec", keep=("/spec/replicas", "/spec/host", "/spec/only"))
    assert result == target.replace("old", "new")


def test_what_the_source_does_not_have_is_told():
    _, (skipped,) = carry("x: 1\n", "flags: 1\n", "/flags")
    assert (skipped.what, skipped.reason) == (
        "apps/shop/prod/features.yaml/flags",
        "apps/shop/dev/features.yaml has nothing there",
    )


def test_a_shared_part_is_refused():
    with pytest.raises(RefusedError, match="anchors"):
        carry("flags: 2\n", "flags: &f 1\nother: *f\n", "/flags")


def test_a_missing_file_is_told():
    given = graph({"a.yaml": "x: 1\n"})
    found, (skipped,) = carried(given, given, [Carry("{env}.yaml", ("/x",))], ("a", "b"), ())
    assert (found, skipped.reason) == ((), "there is no file b.yaml")
