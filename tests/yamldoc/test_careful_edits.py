"""Edits of one scalar: what each refusal tells, what is proven afterwards, and where comments stand."""

import pytest

from promoter.errors import EditError, RefusedError
from promoter.model import Edit
from promoter.yamldoc import Comment, Scalar, comments, parse, scalars, set_scalar, uneditable, verify


def first(text: str, field: str = "/a"):
    file = parse("k.yaml", text.encode())
    node = file.find(0, field)
    assert isinstance(node, Scalar)
    return file, node


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: |\n  x\n", "the value is a block scalar"),
        ("a: >-\n  x\n", "the value is a block scalar"),
        ("a: x\n  y\n", "the value spans several lines"),
        ("a: 'x\n  y'\n", "the value spans several lines"),
        (
            "a: &x 1\nb: *x\n",
            "the value is shared through a YAML anchor: an edit would change every alias of it",
        ),
        ("a: !!int 1\n", "the value carries the tag tag:yaml.org,2002:int"),
        ("a: !own 1\n", "the value carries the tag !own"),
        ("a: !!str 1\n", None),
        ("a: &x 1\n", None),
        ("a: 1\n", None),
        ("a:\n", None),
    ],
)
def test_a_scalar_that_shares_or_spans_more_than_itself_is_not_edited(text, reason):
    file, node = first(text)

    assert uneditable(file, node) == reason
    if reason:
        with pytest.raises(RefusedError) as error:
            set_scalar(file, node, "2")
        assert error.value.message == f"cannot edit this value safely: {reason}"
        assert error.value.where == str(file.location(node))
        assert error.value.hint == "write it as one plain or quoted scalar of its own"


@pytest.mark.parametrize(
    ("text", "field", "result"),
    [
        ("a: v1 # c\n", "/a", "a: v2 # c\n"),
        ("a: 'v1'\n", "/a", "a: 'v2'\n"),
        ('a: "v1"\n', "/a", 'a: "v2"\n'),
        ("a:\nb: 1\n", "/a", "a: v2\nb: 1\n"),
        ("a: \nb: 1\n", "/a", "a: v2 \nb: 1\n"),
        ("a: &x\nb: 1\n", "/a", "a: &x v2\nb: 1\n"),
        ("a: !!str\nb: 1\n", "/a", "a: !!str v2\nb: 1\n"),
        ("-\n- 1\n", "/0", "- v2\n- 1\n"),
        ("{a: , b: 1}\n", "/a", "{a: v2, b: 1}\n"),
        ("a: !!str v1\n", "/a", "a: !!str v2\n"),
        ("- v1\n", "/0", "- v2\n"),
    ],
)
def test_an_edit_changes_the_scalars_own_characters(text, field, result):
    file, node = first(text, field)
    edit = set_scalar(file, node, "v2")

    assert edit.path == "k.yaml"
    assert verify("k.yaml", text.encode(), [edit], {(0, field): "v2"}).decode() == result


@pytest.mark.parametrize(
    ("before", "edit", "message", "where"),
    [
        (b"a: 1\n", Edit("k", 3, 4, "[1"), "the edit would break the file: ", "k:2:1"),
        (b"a: 1\n", Edit("k", 3, 4, "3"), "/a would read '3', not '2'", "k"),
        (b"a: 1\n", Edit("k", 0, 4, "b: 2"), "/a would read None, not '2'", "k"),
        (b"a: 1\nb: 1\n", Edit("k", 3, 9, "2\nb: 2"), "the edit would also change /b", "k"),
        (b"a: 1\n", Edit("k", 3, 4, "2\nb: 2"), "the edit would also change /b", "k"),
        (b"a: 1\nb: 1\n", Edit("k", 3, 9, "2"), "the edit would also change /b", "k"),
        (b"a: 1\n", Edit("k", 3, 4, "2\n---\nx"), "the edit would also change the document", "k"),
        (b"a: 1\n", Edit("k", 3, 4, "2\na: 2"), "the edit would also change /a~2", "k"),
    ],
)
def test_an_edit_that_does_more_or_less_than_intended_is_never_made(before, edit, message, where):
    with pytest.raises(EditError) as error:
        verify("k", before, [edit], {(0, "/a"): "2"})

    assert error.value.message.startswith(message)
    assert error.value.where == where


def test_a_file_that_was_broken_before_may_be_edited_in_its_sound_documents():
    before = b"a: 1\n---\nb: [\n"

    assert verify("k", before, [Edit("k", 3, 4, "2")], {(0, "/a"): "2"}) == b"a: 2\n---\nb: [\n"


def test_scalars_are_found_by_document_and_pointer_and_repetitions_are_counted():
    file = parse("k", b"a: 1\na: 2\na: 3\n---\nb: [x, y]\n")

    assert scalars(file) == {
        (0, "/a"): "1",
        (0, "/a~2"): "2",
        (0, "/a~2~2"): "3",
        (1, "/b/0"): "x",
        (1, "/b/1"): "y",
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: 1\n", []),
        ("# x\n", [(1, 1, 0, " x")]),
        ("a: 1 #x\n", [(1, 6, 5, "x")]),
        ("a: 1\r\n  #x\r\n", [(2, 3, 8, "x")]),
        ("a: 'x #y' # z\n", [(1, 11, 10, " z")]),
        ("'a #b': 1 # z\n", [(1, 11, 10, " z")]),
        ("a#b: c#d\n", []),
        ("a: | # one\n  # two\n# three\n", [(1, 6, 5, " one"), (3, 1, 19, " three")]),
        ("a: >\n  x #y\n", []),
        ("a: > # one\n  x #y\n", [(1, 6, 5, " one")]),
        ("b: 1\na: | # one\n  #two\n", [(2, 6, 10, " one")]),
        ("a: | # c", [(1, 6, 5, " c")]),
        ("a: | #\n  x\n", [(1, 6, 5, "")]),
        ("- x # one\n-   # two\n", [(1, 5, 4, " one"), (2, 5, 14, " two")]),
        ("a: [1, # one\n 2] # two\n", [(1, 8, 7, " one"), (2, 5, 17, " two")]),
        ("a: 1 # one # more\n", [(1, 6, 5, " one # more")]),
        ("a: 1\n---\nb: '#x' #\n", [(3, 9, 17, "")]),
        ("? [k] # one\n: 1\n", [(1, 7, 6, " one")]),
    ],
)
def test_comments_are_found_with_their_place(text, found):
    assert comments(parse("k", text.encode())) == tuple(Comment(*each) for each in found)
