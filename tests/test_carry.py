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
        ("flags:\n  a:\n    c: 1\n", "flags: {a: {c: 2, d: 3}} # c\n", "flags: {a: {c: 1}} # c\n"),
        (
            "flags:\n  a: [x]\n  b:\n  - 'y'\n  - |\n    z\n  - p,q\n  - long\n    text\n  e: {}\n",
            "flags: {a: 1, b: [y]}\nx: 1\n",
            'flags: {a: [x], b: [\'y\', "z\\U0000000a", "p,q", "long text"], e: {}}\nx: 1\n',
        ),
        ("flags:\n  a: 1\n", "flags: {}\nx: 1\n", "flags:\n  a: 1\nx: 1\n"),
        ("flags:\n  a: {b: 1}\n", "flags:\n  a: {}\n", "flags:\n  a: {b: 1}\n"),
        ("flags:\n  ? a\n  : 1\n", "flags:\n  ? a\n  : 2\n", "flags:\n  ? a\n  : 1\n"),
        ("flags:\n  a:\n    b: 1\n", "flags:\n  ? a\n  : b: 2\n", "flags:\n  ? a\n  : b: 1\n"),
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


@pytest.mark.parametrize(
    ("source", "target", "place"),
    [
        ("flags:\n  ? a\n  : 1\n", "flags:\n  a: 2\n", "dev/features.yaml:2:5"),
        ("flags:\n  a: 1\n", "flags:\n  ? a\n  : 2\n", "prod/features.yaml:2:5"),
        ("? flags\n: 1\n", "x: 2\n", "dev/features.yaml:1:3"),
        ("flags:\n  b: 1\n", "flags:\n  ? a\n  : 2\n  b: 1\n", "prod/features.yaml:2:5"),
        ("flags:\n  b: 1\n  c: 3\n", "flags:\n  ? b\n  : 1\n", "prod/features.yaml:2:5"),
    ],
)
def test_a_key_after_a_question_mark_is_refused_with_its_place(source, target, place):
    with pytest.raises(RefusedError, match="question mark") as refused:
        carry(source, target, "/flags")
    assert refused.value.where.endswith(place)
    assert refused.value.hint == "write it as `key: value`"


@pytest.mark.parametrize(
    ("source", "target", "place", "hint"),
    [
        ("flags:\n  a: 1\n", "flags: {a: 2, b: 3}\n", "prod/features.yaml:1:15", "block style"),
        ("flags:\n  a:\n  - !!str 1\n", "flags: {a: 2}\n", "dev/features.yaml:3:11", "without the tag"),
    ],
)
def test_what_cannot_be_written_in_braces_is_refused_with_what_to_do(source, target, place, hint):
    with pytest.raises(RefusedError) as refused:
        carry(source, target, "/flags")
    assert refused.value.where.endswith(place)
    assert hint in refused.value.hint
