"""Reading with positions, and edits that change one scalar's own characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promoter.errors import EditError, RefusedError
from promoter.model import Edit
from promoter.yamldoc import Mapping, Scalar, comments, mappings, parse, set_scalar, value, verify, walk

KUSTOMIZATION = """\
# the overlay
images:
- name: shop   # placeholder
  newTag: '1.0' # {"$imagepolicy": "x"}
- {name: ünï, newTag: v1, other: x}
"""


def edited(text: str, field: str, new: str) -> str:
    content = text.encode()
    file = parse("k.yaml", content)
    node = file.find(0, field)
    assert isinstance(node, Scalar)
    return verify("k.yaml", content, [set_scalar(file, node, new)], {(0, field): new}).decode()


def test_keeps_quotes_and_the_comment_after_the_tag():
    assert edited(KUSTOMIZATION, "/images/0/newTag", "1.1") == KUSTOMIZATION.replace("'1.0'", "'1.1'")


def test_edits_inside_a_flow_mapping_after_non_ascii_text():
    assert edited(KUSTOMIZATION, "/images/1/newTag", "v2") == KUSTOMIZATION.replace("v1", "v2")


@pytest.mark.parametrize(
    "version", ["1.10", "0123456", "6e5", "on", "0o17", "1_000", "2024-01-01", "12:30"]
)
def test_quotes_what_some_reader_takes_for_another_type(version):
    assert edited("newTag: v1\n", "/newTag", version) == f'newTag: "{version}"\n'


def test_crlf_and_byte_order_mark_survive():
    before = "\ufeffa: 1.0 # x\r\nb: y\r\n".encode()
    file = parse("k.yaml", before)
    node = file.find(0, "/b")
    assert isinstance(node, Scalar)

    after = verify("k.yaml", before, [set_scalar(file, node, "z")], {(0, "/b"): "z"})

    assert after == before.replace(b"y", b"z")


@pytest.mark.parametrize(
    ("text", "field"),
    [("a: &x v1\nb: *x\n", "/a"), ("a: |\n  v1\n", "/a"), ("a: v1\n  v2\n", "/a"), ("a: !!int 1\n", "/a")],
)
def test_refuses_with_the_place_what_it_cannot_edit_safely(text, field):
    with pytest.raises(RefusedError) as refusal:
        edited(text, field, "v2")

    assert refusal.value.where is not None
    assert refusal.value.where.startswith("k.yaml:1:")


def test_an_anchor_that_nothing_uses_stays_and_its_scalar_is_edited():
    assert edited("a: &x v1 # c\n", "/a", "v2") == "a: &x v2 # c\n"


def test_verify_refuses_an_edit_that_changes_another_field():
    before = b"a: 1\nb: 2\n"

    with pytest.raises(EditError):
        verify("k.yaml", before, [Edit("k.yaml", 3, 9, "5\nb: 3")], {(0, "/a"): "5"})


def test_repeated_keys_are_reported_and_the_last_wins():
    file = parse("k.yaml", b"a: 1\nb: 2\na: 3\n")

    document = file.documents[0]

    assert [(key.value, file.location(key).line) for key in document.repeated] == [("a", 3)]
    assert value(document) == {"a": 3, "b": 2}


def test_a_syntax_error_keeps_the_documents_before_it():
    file = parse("k.yaml", b"a: 1\n---\nb: [\n")

    assert len(file.documents) == 1
    assert file.error is not None
    assert file.error.location.line == 4


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfea",
        b"a: " + b"[" * 400 + b"]" * 400,
        b"a: &a [*a]\n",
        b"a: &a [x,x,x,x,x,x,x,x,x]\n"
        + b"".join(b"%c: &%c [%s]\n" % (c, c, b",".join([b"*%c" % (c - 1)] * 9)) for c in range(98, 108)),
    ],
    ids=["not UTF-8", "deep", "inside itself", "bomb"],
)
def test_hostile_documents_are_a_problem_and_never_a_crash(content):
    assert parse("k.yaml", content).error is not None


def test_comments_are_found_outside_scalars_only():
    file = parse("k.yaml", b"a: 'x # y' # one\nb: |\n  # text\n# two\nc: d#e\n")

    assert [(c.line, c.text) for c in comments(file)] == [(1, " one"), (4, " two")]


@given(
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=30)
)
def test_any_text_round_trips_as_a_string(text):
    for before in ("a: v1\n", "a: 'v1'\n", 'a: "v1"\n', "{a: v1, b: c}\n"):
        after = edited(before, "/a", text)
        assert value(parse("k", after.encode()).documents[0])["a"] == text


def test_mappings_are_those_of_a_walk_in_its_order():
    text = b"a: {b: [x, {c: 1}, [{d: 2}]]}\n? [k]\n: {e: {}}\nf: &f {g: 1}\nh: *f\n"
    document = parse("x.yaml", text).documents[0]

    assert list(mappings(document)) == [each for each in walk(document) if isinstance(each[1], Mapping)]
    assert list(mappings(None)) == []
