"""A node's text for a place inside braces."""

import pytest

from promoter.errors import RefusedError
from promoter.yamldoc import in_flow, parse, value


def in_braces(text):
    file = parse("a.yaml", text.encode())
    return in_flow(file, file.documents[0])


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("a: 1\nb:\n- x\n- y: 'z' # c\n", "{a: 1, b: [x, {y: 'z'}]}"),
        ("a: {}\nb: []\nc:\n", "{a: {}, b: [], c: }"),
        ("a: p,q\nb: '[x]'\nc: x]\n", '{a: "p,q", b: \'[x]\', c: "x]"}'),
        ("a: ::/0\nb: x::y\nc: http://x/?y\n", '{a: "::/0", b: x::y, c: http://x/?y}'),
        ("a: long\n  text\nb: 'also\n  long'\n", '{a: "long text", b: "also long"}'),
        ("a: |-\n  one\n  two\nb: >-\n  x\n", '{a: "one\\U0000000atwo", b: "x"}'),
        ("a: |", '{a: ""}'),
        ("a: >", '{a: ""}'),
        ("'a b': \"1\"\n-1: 0x1F\n", "{'a b': \"1\", -1: 0x1F}"),
    ],
)
def test_a_node_keeps_its_own_characters_where_they_mean_the_same(text, result):
    assert in_braces(text) == result
    read = parse("b.yaml", result.encode())
    assert value(read.documents[0]) == value(parse("a.yaml", text.encode()).documents[0])


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        (
            "a:\n- !!str 1\n",
            "a.yaml:2:9",
            "cannot write a value with the tag tag:yaml.org,2002:str in braces",
            "write it without the tag, or the mapping that it goes to in block style",
        ),
        ("a:\n- x\n-\n", "a.yaml:3:2", "cannot write an empty item in brackets", "write `null`"),
    ],
)
def test_what_would_read_otherwise_is_refused_with_its_place(text, place, message, hint):
    with pytest.raises(RefusedError) as refused:
        in_braces(text)
    assert (refused.value.where, refused.value.message, refused.value.hint) == (place, message, hint)
