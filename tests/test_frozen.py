import copy
import pickle
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, is_dataclass, replace
from inspect import signature

import pytest

from promoter.frozen import frozen


@frozen
class Ours:
    """A value as the program makes them."""

    name: str
    size: int = 1
    parts: Mapping[str, str] = field(default_factory=dict, hash=False)
    note: str = field(default="", repr=False)
    memory: list[int] = field(default_factory=list, compare=False)


@dataclass(frozen=True, slots=True)
class Theirs:
    """The same value as the standard library makes it."""

    name: str
    size: int = 1
    parts: Mapping[str, str] = field(default_factory=dict, hash=False)
    note: str = field(default="", repr=False)
    memory: list[int] = field(default_factory=list, compare=False)


@frozen(eq=False)
class Held:
    """What equals only itself."""

    name: str


@frozen
class Own:
    """A class that prints and compares in its own way."""

    secret: str

    def __repr__(self) -> str:
        return "Own(***)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Own) and self.secret[0] == other.secret[0]

    def __hash__(self) -> int:
        return hash(self.secret[0])


@frozen(order=True)
class Ranked:
    """A value with an order."""

    rank: int
    name: str = field(default="", compare=False)


@frozen
class Empty:
    """A value without fields."""


BOTH = pytest.mark.parametrize("made", [Ours, Theirs])
PAIRS = [
    (("a",), ("a",)),
    (("a",), ("b",)),
    (("a", 1), ("a", 2)),
    (("a", 1, {"x": "1"}), ("a", 1, {"x": "1"})),
    (("a", 1, {"x": "1"}), ("a", 1, {})),
    (("a", 1, {}, "n"), ("a", 1, {}, "m")),
    (("a", 1, {}, "n", [1]), ("a", 1, {}, "n", [2])),
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_values_compare_and_hash_as_those_of_the_standard_library(one, other):
    assert (Ours(*one) == Ours(*other)) is (Theirs(*one) == Theirs(*other))
    assert (hash(Ours(*one)) == hash(Ours(*other))) is (hash(Theirs(*one)) == hash(Theirs(*other)))


def test_a_value_equals_none_of_another_class():
    assert Ours("a") != Theirs("a")
    assert Ours("a").__eq__("a") is NotImplemented


def test_a_value_prints_as_one_of_the_standard_library():
    assert repr(Ours("a", 2, note="n")) == repr(Theirs("a", 2, note="n")).replace("Theirs", "Ours")


@BOTH
def test_a_value_is_a_dataclass_to_whoever_asks(made):
    value = made("a", 2)
    assert is_dataclass(value)
    assert [each.name for each in fields(value)] == ["name", "size", "parts", "note", "memory"]
    assert replace(value, size=3) == made("a", 3)
    assert asdict(value) == {"name": "a", "size": 2, "parts": {}, "note": "", "memory": []}


def test_a_value_matches_patterns_by_position():
    match Ours("a", 2):
        case Ours(name, size):
            assert (name, size) == ("a", 2)


@BOTH
def test_fields_may_be_given_by_name(made):
    assert made(size=2, name="a") == made("a", 2)


def test_a_value_tells_what_it_is_made_of():
    ours, theirs = signature(Ours), signature(Theirs)
    assert [(each.name, each.annotation, each.kind) for each in ours.parameters.values()] == [
        (each.name, each.annotation, each.kind) for each in theirs.parameters.values()
    ]


@BOTH
@pytest.mark.parametrize("given", [{}, {"name": "a", "colour": "red"}])
def test_a_lacking_and_an_unknown_field_are_refused_by_name(made, given):
    with pytest.raises(TypeError, match=rf"{made.__name__}\.__init__\(\).*'(name|colour)'"):
        made(**given)


def test_each_value_has_a_default_of_its_own_where_a_factory_makes_it():
    one = Ours("a")
    one.memory.append(1)
    assert Ours("a").memory == []


@BOTH
def test_no_field_changes_and_none_is_added(made):
    value = made("a")
    with pytest.raises(FrozenInstanceError, match="'name'"):
        value.name = "b"
    with pytest.raises(FrozenInstanceError, match="'name'"):
        del value.name
    with pytest.raises((FrozenInstanceError, TypeError)):
        value.colour = "red"
    assert value == made("a")
    assert not hasattr(value, "__dict__")


@pytest.mark.parametrize("value", [Ours("a", 2, {"x": "1"}, "n", [1]), Empty()])
def test_a_value_survives_copying_and_pickling(value):
    for again in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
        assert again == value
        assert repr(again) == repr(value)


def test_without_comparing_an_instance_equals_only_itself():
    held = Held("a")
    assert held == held  # noqa: PLR0124 - that is what is asked
    assert held != Held("a")
    assert len({held, Held("a")}) == 2
    with pytest.raises(FrozenInstanceError):
        held.name = "b"


def test_what_a_class_defines_itself_stays():
    assert repr(Own("hush")) == "Own(***)"
    assert Own("ab") == Own("ac")
    assert len({Own("ab"), Own("ac")}) == 1


def test_ordered_values_are_ordered_by_the_fields_that_are_compared():
    assert sorted([Ranked(2), Ranked(1, "z"), Ranked(1, "a")]) == [Ranked(1), Ranked(1), Ranked(2)]
    assert Ranked(1) < Ranked(2) <= Ranked(2, "b") >= Ranked(1)
    assert not Ranked(1, "a") > Ranked(1)


def test_values_of_two_classes_have_no_order():
    with pytest.raises(TypeError):
        assert Ranked(1) < Empty()
    with pytest.raises(TypeError):
        assert Ours("a") < Ours("b")


def test_values_without_fields_are_all_equal():
    assert Empty() == Empty()
    assert hash(Empty()) == hash(Empty())
    assert repr(Empty()) == "Empty()"
