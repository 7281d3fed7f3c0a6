"""Keys of a mapping that get texts, go, come or are renamed: the edits in every style, and refusals."""

import pytest

from promoter.errors import RefusedError
from promoter.images.fields import key_edits, part_edit
from promoter.model import splice
from promoter.yamldoc import Mapping, Scalar, parse


def edited(text: str, **wanted: str | None) -> str:
    file = parse("k.yaml", text.encode())
    mapping = file.find(0, "/images/0") or file.documents[0]
    assert isinstance(mapping, Mapping)
    return splice(text.encode(), key_edits(file, mapping, wanted)).decode()


@pytest.mark.parametrize(
    ("text", "wanted", "result"),
    [
        ("name: a\ntag: v1\n", {"tag": "v2"}, "name: a\ntag: v2\n"),
        ("name: a\ntag: v1\n", {"tag": "v1"}, "name: a\ntag: v1\n"),
        ("name: a\ntag: v1\n", {"digest": None}, "name: a\ntag: v1\n"),
        ("name: a\ntag: v1 # c\nx: 1\n", {"digest": "d", "tag": None}, "name: a\ndigest: d # c\nx: 1\n"),
        ("name: a\ndigest: d\ntag: v1\n", {"digest": None}, "name: a\ntag: v1\n"),
        ("name: a\ntag: v1", {"tag": None}, "name: a"),
        ("name: a\r\ntag: v1", {"tag": None}, "name: a"),
        ("name: a\r\ntag: v1\r\nx: 1\r\n", {"tag": None}, "name: a\r\nx: 1\r\n"),
        ("{name: a, tag: v1, x: 1}\n", {"tag": None}, "{name: a, x: 1}\n"),
        ("{name: a, tag: v1}\n", {"tag": None}, "{name: a}\n"),
        ("{tag: v1, name: a}\n", {"tag": None}, "{name: a}\n"),
        ("{tag: v1}\n", {"tag": None}, "{}\n"),
        ("{name: a}\n", {"tag": "v1"}, "{name: a, tag: v1}\n"),
        ("name: a\nx: 1\n", {"tag": "v1"}, "name: a\ntag: v1\nx: 1\n"),
        ("x: 1\ny: 2\n", {"tag": "v1"}, "x: 1\ny: 2\ntag: v1\n"),
        ("name: a", {"tag": "v1"}, "name: a\ntag: v1"),
        ("name: a\r\nx: 1\r\n", {"tag": "v1"}, "name: a\r\ntag: v1\r\nx: 1\r\n"),
        ("tag: 'v1'\n", {"digest": "d"}, "tag: 'v1'\ndigest: 'd'\n"),
        ('name: "a"\n', {"tag": "v1"}, 'name: "a"\ntag: "v1"\n'),
        (
            "images:\n  - name: a # c\n    x: 1\n",
            {"tag": "v1"},
            "images:\n  - name: a # c\n    tag: v1\n    x: 1\n",
        ),
        ("images:\n- name: a\n  tag: v1\n", {"tag": None}, "images:\n- name: a\n"),
    ],
)
def test_keys_change_come_go_and_are_renamed_where_they_stand(text, wanted, result):
    assert edited(text, **wanted) == result


@pytest.mark.parametrize(
    ("text", "wanted", "message", "where"),
    [
        ("tag: [v1]\n", {"tag": "v2"}, "expected one value here, found a list or mapping", "1:6"),
        (
            "tag: {a: 1}\n",
            {"tag": None, "digest": "d"},
            "expected one value here, found a list or mapping",
            "1:6",
        ),
        (
            "images:\n- tag: v1\n  name: a\n",
            {"tag": None},
            "cannot take `tag` away: it is the first key of its list item",
            "2:3",
        ),
        ("name: |\n  a\n", {"tag": "v1"}, "cannot add `tag` after a block scalar", "1:7"),
    ],
)
def test_a_shape_that_cannot_take_the_keys_is_refused_with_its_place(text, wanted, message, where):
    with pytest.raises(RefusedError) as error:
        edited(text, **wanted)

    assert error.value.message == message
    assert error.value.where == f"k.yaml:{where}"
    assert error.value.hint


def test_a_part_of_a_value_changes_where_it_stands_once():
    text = "a: x/shop:v1@v2\n"
    file = parse("k.yaml", text.encode())
    node = file.find(0, "/a")
    assert isinstance(node, Scalar)

    assert splice(text.encode(), part_edit(file, node, "v1", "v3")) == b"a: x/shop:v3@v2\n"
    assert part_edit(file, node, "v1", "v1") == ()
    for absent_or_twice in ("v9", "v"):
        with pytest.raises(RefusedError, match="once in this value"):
            part_edit(file, node, absent_or_twice, "z")
