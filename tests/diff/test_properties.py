from hypothesis import given
from hypothesis import strategies as st

from promoter.diff import Options, Redactor, diff
from promoter.diff.fields import compare, identical
from promoter.model import KubeObject, ObjectKey, Rendered

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
KEYS = st.sampled_from(["name", "env", "ports", "args", "a.b/c", "image", "key"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
SECRETS = st.text(alphabet="QXZ0123456789", min_size=12, max_size=20)


def rendered(body):
    return Rendered("p", (KubeObject(ObjectKey.of(body), body),), "test")


@given(VALUES, VALUES)
def test_values_differ_exactly_when_a_difference_is_told(before, after):
    assert bool(list(compare(before, after))) is not identical(before, after)


@given(VALUES)
def test_a_value_does_not_differ_from_itself(value):
    assert list(compare(value, value)) == []


@given(VALUES, VALUES)
def test_every_difference_has_two_different_sides(before, after):
    for each in compare(before, after):
        if hasattr(each, "before"):
            present = each.before_present and each.after_present
            assert not present or not identical(each.before, each.after)


@given(SECRETS, SECRETS, st.sampled_from(["data", "stringData"]))
def test_no_value_of_a_secret_leaves_the_core(one, other, field):
    def secret(value):
        metadata = {"name": "s", "annotations": {"a": "b"}}
        return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, field: {"k": value}}

    shown = repr(diff(rendered(secret(one)), rendered(secret(other)), Options(Redactor(b"k"))))

    assert one not in shown
    assert other not in shown
    assert (one == other) is (shown == repr(diff(rendered({}), rendered({}))))
