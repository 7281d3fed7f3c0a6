"""`@frozen`: what `@dataclass(frozen=True, slots=True)` gives, made in a quarter of the time.

The standard library writes and compiles six functions for every class, each time that the program starts:
for the 160 classes of one command that was a third of all its work. Here one is compiled, `__init__`, and
the others are shared. Callers may rely on this: the result is a dataclass, so that `replace`, `fields`,
`asdict` and positional patterns take it, and it compares, hashes, prints, copies and pickles as one.
"""

import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from typing import TYPE_CHECKING, Final, NoReturn, TypeVar, cast, dataclass_transform, overload

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_T = TypeVar("_T")
_Method = Callable[..., object]


@overload
def frozen(cls: type[_T], /) -> type[_T]: ...


@overload
def frozen(*, eq: bool = True, order: bool = False) -> Callable[[type[_T]], type[_T]]: ...


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(
    cls: type[_T] | None = None, /, *, eq: bool = True, order: bool = False
) -> type[_T] | Callable[[type[_T]], type[_T]]:
    """The class as a frozen, slotted dataclass.

    With `eq=False` an instance equals only itself; with `order` those of one class are ordered by their
    fields. What the class defines itself stays. Inherited fields, fields that are not arguments and
    `__post_init__` are for `@dataclass`.
    """
    if cls is None:
        return lambda later: _frozen(later, eq=eq, order=order)
    return _frozen(cls, eq=eq, order=order)


def _frozen(cls: type[_T], *, eq: bool, order: bool) -> type[_T]:
    own = dict(vars(cls))
    made = dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    given = fields(cast("type[DataclassInstance]", made))
    methods = {**_SHARED, "__init__": _initializer(made, given)}
    compared = _values(each.name for each in given if each.compare)
    if eq:
        methods["__eq__"] = _comparison(compared, operator.eq)
        methods["__hash__"] = _hashing(_values(each.name for each in given if _counts(each)))
    if order:
        methods |= {f"__{each.__name__}__": _comparison(compared, each) for each in _ORDERS}
    for name, method in methods.items():
        # A class that compares in its own way has None for its hash.
        if own.get(name) is None:
            setattr(made, name, method)
    return made


def _initializer(made: type, given: Sequence["Field[object]"]) -> _Method:
    """`__init__` of these fields; it writes into the slots, past the method that refuses to."""
    known: dict[str, object] = {"_missing": MISSING}
    arguments, lines = ["self"], ["  pass"]
    for number, each in enumerate(given):
        argument = value = each.name
        if each.default_factory is not MISSING:
            argument += "=_missing"
            value = f"_default{number}() if {value} is _missing else {value}"
            known[f"_default{number}"] = each.default_factory
        elif each.default is not MISSING:
            argument += f"=_default{number}"
            known[f"_default{number}"] = each.default
        known[f"_set{number}"] = vars(made)[each.name].__set__
        arguments.append(argument)
        lines.append(f"  _set{number}(self, {value})")
    name, found = "__init__", dict[str, _Method]()
    text = "\n".join([f"def {name}({', '.join(arguments)}):", *lines])
    exec(text, known, found)  # noqa: S102 - the names of the class's own fields and nothing else
    found[name].__qualname__ = f"{made.__qualname__}.{name}"
    found[name].__annotations__ = {each.name: each.type for each in given} | {"return": None}
    return found[name]


def _counts(each: "Field[object]") -> bool:
    """Whether a field is part of the hash: as it says, else where it is compared."""
    return each.compare if each.hash is None else each.hash


def _values(names: Iterable[str]) -> Callable[[object], object]:
    """What gives an instance's values of these fields as one that can be compared."""
    wanted = tuple(names)
    return operator.attrgetter(*wanted) if wanted else lambda _: ()


def _comparison(values: Callable[[object], object], holds: _Method) -> _Method:
    def compare(self: object, other: object) -> object:
        return holds(values(self), values(other)) if other.__class__ is self.__class__ else NotImplemented

    return compare


def _hashing(values: Callable[[object], object]) -> _Method:
    return lambda self: hash(values(self))


def _printed(self: "DataclassInstance") -> str:
    told = (f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr)
    return f"{self.__class__.__qualname__}({', '.join(told)})"


def _refuse(self: object, name: str, *_: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot change the field {name!r} of {self.__class__.__qualname__}")


def _state(self: "DataclassInstance") -> list[object]:
    return [getattr(self, each.name) for each in fields(self)]


def _restore(self: "DataclassInstance", state: Sequence[object]) -> None:
    for each, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, each.name, value)


_ORDERS: Final = (operator.lt, operator.le, operator.gt, operator.ge)
_SHARED: Final[dict[str, _Method]] = {
    "__repr__": _printed,
    "__setattr__": _refuse,
    "__delattr__": _refuse,
    "__getstate__": _state,
    "__setstate__": _restore,
}
