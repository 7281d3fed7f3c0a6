"""Nodes as the text has them: spans, styles, tags and aliases; and what does not parse, with its place."""

import pytest

from promoter.model import Location
from promoter.yamldoc import (
    Mapping,
    Scalar,
    Sequence,
    YamlFile,
    descend,
    parse,
    pointer,
    tokens,
    value,
    walk,
)


def read(text: str) -> YamlFile:
    file = parse("k.yaml", text.encode())
    assert file.error is None, file.error
    return file


def spans(text: str) -> dict[str, str]:
    """Each node's own characters by its JSON pointer."""
    file = read(text)
    return {pointer(*path): file.text[node.start : node.end] for path, node in walk(file.documents[0])}


def scalar(text: str, field: str = "/a") -> Scalar:
    node = read(text).find(0, field)
    assert isinstance(node, Scalar)
    return node


@pytest.mark.parametrize(
    ("written", "value", "style"),
    [
        ("x y", "x y", "plain"),
        ("1.10", "1.10", "plain"),
        ("'it''s'", "it's", "single"),
        ('"a\\tb"', "a\tb", "double"),
        ("|\n  x\n", "x\n", "literal"),
        (">-\n  x\n  y", "x y", "folded"),
        ("~", "~", "plain"),
    ],
)
def test_a_scalar_has_its_text_its_style_and_its_own_characters(written, value, style):
    node = scalar(f"a: {written}\n")

    assert (node.value, node.style, node.tag, node.aliased) == (value, style, None, False)
    assert f"a: {written}\n"[node.start : node.end].rstrip("\n") == written.rstrip("\n")


@pytest.mark.parametrize(
    ("written", "tag", "own"),
    [
        ("!!str 1", None, "1"),
        ("!!int 1", "tag:yaml.org,2002:int", "1"),
        ("&x 1", None, "1"),
        ("&x !!int 1", "tag:yaml.org,2002:int", "1"),
        ("!!int   &x 1", "tag:yaml.org,2002:int", "1"),
        ("!own 'x'", "!own", "'x'"),
        ("&x", None, ""),
        ("'&x'", None, "'&x'"),
    ],
)
def test_anchor_and_tag_are_not_part_of_a_scalars_characters(written, tag, own):
    text = f"a: {written}\n"
    node = scalar(text)

    assert text[node.start : node.end] == own
    assert node.start <= node.end
    assert node.tag in (tag, "tag:yaml.org,2002:str" if "!!str" in written else tag)


def test_spans_of_block_and_flow_collections_end_with_their_last_item():
    assert spans("a:\n- b: 1\n  c: [2, 3]  # d\n\n# e\nf: {g: 4}\n") == {
        "": "a:\n- b: 1\n  c: [2, 3]  # d\n\n# e\nf: {g: 4}",
        "/a": "- b: 1\n  c: [2, 3]",
        "/a/0": "b: 1\n  c: [2, 3]",
        "/a/0/b": "1",
        "/a/0/c": "[2, 3]",
        "/a/0/c/0": "2",
        "/a/0/c/1": "3",
        "/f": "{g: 4}",
        "/f/g": "4",
    }


def test_flow_and_block_are_told_apart():
    file = read("a: []\nb:\n- 1\nc: {}\nd:\n  e: 1\n")

    assert [file.find(0, field).flow for field in ("/a", "/b", "/c", "/d")] == [True, False, True, False]
    assert isinstance(file.find(0, "/a"), Sequence)
    assert isinstance(file.find(0, "/c"), Mapping)


def test_a_node_that_an_alias_yields_again_is_aliased_and_others_are_not():
    file = read("a: &x {b: 1}\nc: *x\nd: &y [1]\ne: *y\nf: &z 1\ng: *z\nh: {i: 1}\nj: [1]\n")

    assert [file.find(0, f"/{key}").aliased for key in "acdefghj"] == [True] * 6 + [False] * 2
    assert file.find(0, "/a") is file.find(0, "/c")
    assert file.find(0, "/a/b").aliased is False


@pytest.mark.parametrize(
    "text", ["*: 1\n", "a: b*c\n", "a: '*x'\n", "a: 2 * 3\n", "a: |\n  * x\n", "# *x\na: 1\n", "a: /*\n"]
)
def test_a_star_that_is_no_alias_reads_as_text(text):
    file = parse("k.yaml", text.encode())

    assert not any(node.aliased for _, node in walk(file.documents[0] if file.documents else None))


@pytest.mark.parametrize(
    "text", ["a: [&x 1,*x]\n", "a: {b: &x 1, c: *x}\n", "- &x 1\n- *x\n", "? &x a\n: *x\n"]
)
def test_an_alias_is_seen_wherever_it_may_stand(text):
    nodes = [node for _, node in walk(read(text).documents[0])]

    assert any(node.aliased for node in nodes)


def test_documents_are_counted_and_an_empty_one_is_none():
    assert [document is None for document in read("---\n---\na: 1\n---\n# c\n").documents] == [
        True,
        False,
        True,
    ]
    assert read("").documents == ()
    assert read("a: 1\n---\nb: 2\n").find(1, "/b") == Scalar("2", 12, 13, "plain")
    assert read("a: 1\n").find(1, "/a") is None


def test_a_byte_order_mark_is_noted_and_no_part_of_the_text():
    file = parse("k.yaml", b"\xef\xbb\xbfa: 1\n")

    assert (file.bom, file.text, file.find(0, "/a")) == (True, "a: 1\n", Scalar("1", 3, 4, "plain"))
    assert read("a: 1\n").bom is False


@pytest.mark.parametrize(
    ("content", "message", "line", "column"),
    [
        (b"a: b\xff\n", "not UTF-8: invalid start byte at byte 4", 1, 1),
        (b"\xef\xbb\xbfa\xff", "not UTF-8: invalid start byte at byte 1", 1, 1),
        (
            b"a: [1,\nb\n",
            "while parsing a flow sequence: did not find expected ',' or ']'",
            3,
            1,
        ),
        (b"a: 'x\n", "while scanning a quoted scalar: found unexpected end of stream", 2, 1),
        (
            b"a:\n\t- x\n",
            "while scanning for the next token: found character that cannot start any token",
            2,
            1,
        ),
        (b"a: b: c\n", "mapping values are not allowed in this context", 1, 5),
        (b"a: *x\n", "found undefined alias", 1, 4),
        (b"\x00", "U+0000 stands here: control characters are not allowed", 1, 1),
        (
            "\nb: é\na: é\x07 \x07\n".encode(),
            "U+0007 stands here: control characters are not allowed",
            3,
            5,
        ),
        (b"\n\x07", "U+0007 stands here: control characters are not allowed", 2, 1),
        ("b: \ufffe".encode(), "U+FFFE stands here: control characters are not allowed", 1, 4),
    ],
)
def test_what_does_not_parse_says_why_and_where(content, message, line, column):
    file = parse("k.yaml", content)

    assert file.error is not None
    assert file.error.message == message
    assert (file.error.location.path, file.error.location.line, file.error.location.column) == (
        "k.yaml",
        line,
        column,
    )


@pytest.mark.parametrize(("content", "bom"), [(b"a: \xff\n", False), (b"\xef\xbb\xbfa: \xff\n", True)])
def test_what_is_not_utf8_has_neither_text_nor_documents(content, bom):
    file = parse("k.yaml", content)

    assert file == YamlFile("k.yaml", "", (), file.error, bom)


@pytest.mark.parametrize(
    ("depth", "fits"), [(150, True), (151, False)], ids=["as deep as allowed", "too deep"]
)
@pytest.mark.parametrize("nested", ["a: {}\n", "? {}\n: 1\n"], ids=["value", "key"])
@pytest.mark.parametrize(
    ("aliases", "message"),
    [
        ("", "nested deeper than 150 levels"),
        ("b: &x 1\nc: *x\n", "an alias inside its own anchor, or nested deeper than 150 levels"),
    ],
    ids=["plain", "with aliases"],
)
def test_a_document_may_nest_150_levels(depth, fits, nested, aliases, message):
    file = parse("k.yaml", f"{aliases}{nested.format('[' * depth + ']' * depth)}".encode())

    assert (file.error is None) is fits
    if file.error is not None:
        assert file.error.message == message
        assert file.error.location == Location("k.yaml")


@pytest.mark.parametrize("text", ["a: &a [*a]\n", "a: &a {b: *a}\n", "a: &a\n  b: [1, {c: *a}]\n"])
def test_an_alias_inside_its_own_anchor_is_told(text):
    error = parse("k.yaml", text.encode()).error

    assert error is not None
    assert error.message == "an alias inside its own anchor, or nested deeper than 150 levels"


def test_aliases_that_expand_beyond_all_reason_are_told():
    rows = [f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 9)}]" for n in range(8)]
    error = parse("k.yaml", "\n".join(["a: &a [x]", *rows]).encode()).error

    assert error is not None
    assert error.message == "aliases expand to more than 2000000 nodes"


@pytest.mark.parametrize(
    "nested",
    [
        "[" * 100_000,
        "a: " + "{a: " * 100_000,
        "- " * 100_000 + "a",
        "? " * 100_000,
        "x: &a [1]\ny: *a\nz: " + "[" * 100_000,
    ],
    ids=["lists", "mappings", "items", "keys", "with aliases"],
)
def test_a_nesting_beyond_the_parsers_own_stack_is_told_like_any_other(nested):
    file = parse("k.yaml", nested.encode())

    assert file.documents == ()
    assert file.error is not None
    assert file.error.message == "nested deeper than 150 levels"


@pytest.mark.parametrize("many", ["[[]], " * 2_000, "{}, " * 2_000])
def test_a_long_list_is_not_a_deep_one(many):
    file = read(f"a: [{many}]\n---\nb: 1\n")

    assert len(file.documents) == 2


def test_a_mistake_behind_many_brackets_keeps_the_documents_before_it():
    file = parse("k.yaml", f"a: [{'[], ' * 2_000}]\n---\nb: [\n".encode())

    assert len(file.documents) == 1
    assert file.error is not None
    assert file.error.location.line == 4


def test_aliases_may_expand_to_two_million_nodes_and_no_more():
    def expanding(more: int) -> bytes:
        return f"a: &a [{'x,' * 999}]\nb: [{'*a,' * 1998}{'x,' * more}]\n".encode()

    assert parse("k.yaml", expanding(996)).error is None
    assert parse("k.yaml", expanding(997)).error is not None


def test_aliases_that_expand_to_many_nodes_are_read():
    rows = [f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 9)}]" for n in range(4)]

    assert parse("k.yaml", "\n".join(["a: &a [x]", *rows]).encode()).error is None


def test_lines_and_columns_count_characters_from_one():
    file = read("a: é\r\nbb:\n  - 'x'\n")

    assert file.location(file.find(0, "/a")) == Location("k.yaml", 1, 4, 1, 5)
    assert file.location(file.find(0, "/bb/0")) == Location("k.yaml", 3, 5, 3, 8)
    assert file.location((0, 7)) == Location("k.yaml", 1, 1, 2, 2)
    assert file.line_starts == (0, 6, 10, 18)


def test_the_last_of_repeated_keys_wins_and_each_repetition_is_named():
    root = read("a: 1\nb: 2\na: 3\n<<: {}\n<<: {}\na: 4\n1: x\n").documents[0]
    assert isinstance(root, Mapping)

    assert root.get("a").value == "4"
    assert root.key("a").start == root.repeated[1].start
    assert [key.value for key in root.repeated] == ["a", "a"]
    assert root.get("c") is None
    assert root.key("c") is None
    assert root.key("1").value == "1"


def test_a_key_that_is_no_scalar_is_no_key_of_a_lookup():
    root = read("? [a]\n: 1\n? {b: 1}\n: 2\nc: 3\n").documents[0]
    assert isinstance(root, Mapping)

    assert (root.get("a"), root.get(""), root.repeated) == (None, None, ())
    assert root.get("c").value == "3"
    assert [path for path, _ in walk(root)] == [(), ("",), ("",), ("c",)]


@pytest.mark.parametrize(
    ("parts", "text"),
    [((), ""), (("a", 0), "/a/0"), (("a/b", "c~d", "~1"), "/a~1b/c~0d/~01"), (("",), "/")],
)
def test_pointers_and_their_tokens_are_inverse(parts, text):
    assert pointer(*parts) == text
    assert tokens(text) == tuple(map(str, parts))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("a", "0", "b"), "x"),
        (("a", "1"), None),
        (("a", "-1"), None),
        (("a", "x"), None),
        (("a", "0", "b", "c"), None),
        (("c",), None),
        (("c", "d"), None),
    ],
)
def test_descending_gives_the_node_or_none(path, value):
    node = descend(read("a:\n- b: x\n").documents[0], path)

    assert (node.value if isinstance(node, Scalar) else node) == value


def test_of_a_document_whose_top_is_partly_asked_for_the_rest_is_empty():
    text = "a:\n  b: 1\nc:\n  d: 2\n? [e]\n: {f: 3}\n"
    file = parse("k.yaml", text.encode(), {"c": frozenset()})

    assert (file.find(0, "/a").value, file.find(0, "/a").style) == ("", "plain")
    assert file.find(0, "/c/d") == Scalar("2", text.index("2"), text.index("2") + 1, "plain")
    assert isinstance(file.documents[0].items[2][1], Mapping)
    whole = parse("k.yaml", text.encode())
    assert value(file.documents[0]).keys() == value(whole.documents[0]).keys()
    assert file.documents[0].items[2][0] == whole.documents[0].items[2][0]
    assert (file.documents[0].start, file.documents[0].flow) == (0, False)
    assert parse("k.yaml", b"{a: {b: 1}}\n", {}).documents[0].flow is True


def test_what_is_partly_asked_for_and_no_mapping_is_read_whole():
    assert parse("k.yaml", b"- a: 1\n", {}).find(0, "/0/a").value == "1"


@pytest.mark.parametrize(
    "more",
    [
        "b: &x 1\nc: *x\n",
        f"b: {'[' * 41}{']' * 41}\n",
        f"b: {'{c: ' * 41}1{'}' * 41}\n",
        f"b:\n{' ' * 30}c: 1\n",
    ],
)
def test_where_aliases_or_depth_may_be_wrong_the_document_is_read_whole(more):
    file = parse("k.yaml", f"a: {{d: 1}}\n{more}".encode(), {})

    assert isinstance(file.find(0, "/a"), Mapping)


@pytest.mark.parametrize("before", ["", "\n", "#\r", "#\x85", "#\u2028", "#\u2029"])
def test_a_document_that_begins_far_to_the_right_is_read_whole(before):
    file = parse("k.yaml", f"{before}{' ' * 30}a: {{d: 1}}\n".encode(), {})

    assert isinstance(file.find(0, "/a"), Mapping)


def test_of_a_key_with_keys_of_its_own_only_these_are_read_in_a_mapping_or_a_list_of_them():
    text = "a:\n  b: 1\n  c: {d: 2}\ne:\n- b: 3\n  x: 4\n- f\n? [g]\n: {h: 5}\n"
    only = {"a": frozenset({"c"}), "e": frozenset({"b"})}
    file, whole = parse("k.yaml", text.encode(), only), read(text)

    assert value(file.documents[0]) == {"a": {"c": {"d": 2}}, "e": [{"b": 3}, "f"], "": {"h": 5}}
    for place in ("/a/c", "/a/c/d", "/e/0/b", "/e/1"):
        assert file.find(0, place) == whole.find(0, place)
    for place in ("/a", "/e", "/e/0"):
        assert file.find(0, place).start == whole.find(0, place).start
        assert file.find(0, place).end >= whole.find(0, place).end
    assert file.documents[0].end == len(text)
