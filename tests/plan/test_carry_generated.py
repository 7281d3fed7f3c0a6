"""Carrying between generated files of every style: it reads as in the source, or is refused."""

import contextlib

import yaml
from hypothesis import given
from hypothesis import strategies as st
from promotions import graph

from promoter.config import Carry
from promoter.errors import RefusedError
from promoter.plan.carry import carried

TEXTS = ["x", "a b", "x: y", "1", "", "a\nb\n", "long " * 30, "#c", "- z", "é", "{"]
SCALARS = st.sampled_from([1, True, None, *TEXTS])
VALUES = st.recursive(
    SCALARS,
    lambda below: st.lists(below, max_size=2)
    | st.dictionaries(st.sampled_from("abcdef"), below, max_size=3),
    max_leaves=8,
)


@st.composite
def files(draw) -> str:
    """A mapping with the key `a`, written in one of YAML's styles."""
    text = yaml.dump(
        {"a": draw(VALUES), **draw(st.dictionaries(st.sampled_from("bcdz"), VALUES, max_size=2))},
        default_flow_style=draw(st.sampled_from([None, False, True])),
        indent=draw(st.sampled_from([2, 4, 6])),
        width=draw(st.sampled_from([20, 80, 1000])),
        default_style=draw(st.sampled_from([None, None, '"', "'"])),
        sort_keys=draw(st.booleans()),
        allow_unicode=True,
    )
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


@given(files(), files())
def test_a_carried_part_reads_as_in_the_source_and_the_rest_as_before(source, target):
    both = graph({"dev.yaml": source, "prod.yaml": target})
    with contextlib.suppress(RefusedError):
        found, _ = carried(both, both, [Carry("{env}.yaml", ("/a",))], ("dev", "prod"), ())
        edits = tuple(edit for part in found for edit in part.edits)
        after = yaml.safe_load(both.snapshot.with_edits(edits)["prod.yaml"])
        wanted = {**yaml.safe_load(target), "a": yaml.safe_load(source)["a"]}
        assert repr_of(after) == repr_of(wanted)


def repr_of(node: object) -> str:
    """A document as text, keys sorted, in which `1` and `true` differ."""
    if isinstance(node, dict):
        return f"{{{', '.join(f'{key}: {repr_of(node[key])}' for key in sorted(node))}}}"
    return f"[{', '.join(map(repr_of, node))}]" if isinstance(node, list) else repr(node)
