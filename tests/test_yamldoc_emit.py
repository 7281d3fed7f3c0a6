import pytest
from hypothesis import given
from hypothesis import strategies as st

from promoter.model import Json
from promoter.yamldoc import parse, value
from promoter.yamldoc.emit import emit

kept = st.integers(-(1 << 63), (1 << 64) - 1)
scalars = st.none() | st.booleans() | kept | st.text(max_size=12)
words = st.sampled_from(
    ["on", "1.10", "0755", "~", "2024-01-01", "a: b", "- x", "a #b", "${v}", "x\ny\n", " pad", "{"]
)
values = st.recursive(
    scalars | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)


@given(values)
def test_reading_emitted_text_gives_the_same_value(item: Json) -> None:
    file = parse("x.yaml", emit(item).encode())
    assert file.error is None
    assert value(file.documents[0] if file.documents else None) == item


@pytest.mark.parametrize("number", [-(1 << 63) - 1, 1 << 64])
def test_an_integer_that_no_reader_keeps_is_emitted_with_all_its_digits(number: int) -> None:
    assert emit(number) == f"{number}\n"
    assert value(parse("x.yaml", emit(number).encode()).documents[0]) == float(number)


def test_text_without_special_meaning_is_unquoted_and_keys_keep_their_order() -> None:
    item: Json = {"b": "${replicas}", "a": ["1.10", {"c": 1}], "script": "one\ntwo\n"}
    assert emit(item) == 'b: ${replicas}\na:\n- "1.10"\n- c: 1\nscript: |\n  one\n  two\n'
