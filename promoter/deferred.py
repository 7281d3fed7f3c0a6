"""Names of a package that are imported when they are first used (PEP 562): importing it loads nothing.

A package says where each of its names lives; type checkers read the same names below `TYPE_CHECKING`. This
module must know no package by name.
"""

from collections.abc import Callable, Mapping
from importlib import import_module


def deferred(package: str, homes: Mapping[str, str]) -> Callable[[str], object]:
    """The `__getattr__` of a package: it imports the module that a name lives in and returns the name.

    `package` is its `__name__`; `homes` gives for each public name its module below the package, with dots.
    The function raises AttributeError for every other name, as a module without it would.
    """

    def attribute(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f"{package}.{homes[name]}"), name)

    return attribute
