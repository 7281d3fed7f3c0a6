"""The order of versions and the limits on them: semver, calver, numeric, by named groups, or none.

Versions are texts and stay texts; a key exists only for comparing. What does not fit its order has no
key and is never guessed to be newer. Precedence is that of https://semver.org/spec/v2.0.0.html#spec-item-11.
"""

import re
from functools import cache
from typing import Final

from promoter.config import AppImage
from promoter.model import Image

Part = tuple[int, int, str]
Key = tuple[Part, ...]

_SEMVER: Final = re.compile(
    r"v?(0|[1-9]\d*)(?:\.(0|[1-9]\d*))?(?:\.(0|[1-9]\d*))?"
    r"(?:-((?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*))*))?"
    r"(?:[+_][\dA-Za-z.-]+)?",
    re.ASCII,
)
_CALVER: Final = re.compile(r"v?((?:19|20)\d\d(?:\d{2})*(?:[._-]\d+)*)(?:[._-].*)?", re.ASCII)
_NUMERIC: Final = re.compile(r"[^\d]*(\d+)", re.ASCII)
_COMPARATOR: Final = re.compile(r"(>=|<=|!=|==|>|<|=|\^|~>|~)?\s*([^\s,<>=!^~|]+)")
_WILD: Final = frozenset({"x", "X", "*"})
_LIKE: Final = {"semver": "1.4.2", "calver": "2026.3 or 20260304", "numeric": "42 or build-42"}
_RELEASE: Final[Part] = (2, 0, "")


def key(version: str, order: str) -> Key | None:
    """What to sort a version by, greater is newer; None when it does not fit the order."""
    if order == "semver":
        return _semver(version)
    if order == "calver":
        found = _CALVER.fullmatch(version)
        return tuple((0, int(run), "") for run in re.findall(r"\d+", found.group(1))) if found else None
    if order == "numeric":
        number = _NUMERIC.fullmatch(version)
        return ((0, int(number.group(1)), ""),) if number else None
    return _grouped(version, order.removeprefix("regex:")) if order.startswith("regex:") else None


@cache
def _semver(version: str) -> Key | None:
    found = _SEMVER.fullmatch(version)
    if found is None:
        return None
    numbers: Key = tuple((0, int(part or 0), "") for part in found.groups()[:3])
    if found.group(4) is None:
        return (*numbers, _RELEASE)
    return (*numbers, *(_part(each) for each in found.group(4).split(".")))


def _part(text: str) -> Part:
    return (0, int(text), "") if text.isdecimal() else (1, 0, text)


def _grouped(version: str, pattern: str) -> Key | None:
    """The named groups in the order in which the pattern writes them; digits compare as numbers."""
    found = re.fullmatch(pattern, version)
    if found is None:
        return None
    names = sorted(found.re.groupindex, key=found.re.groupindex.__getitem__)
    return tuple(_part(found.group(each) or "") for each in names)


def compare(old: str, new: str, order: str) -> int | None:
    """1 when `new` is newer, -1 when it is older, 0 when they are equal; None when the order cannot say."""
    was, now = key(old, order), key(new, order)
    if was is None or now is None:
        return None
    return (now > was) - (now < was)


def satisfies(version: str, limits: str, order: str) -> bool:
    """Whether a version is within limits such as `>=1.0.0 <3.0.0`, `^1.2 || ~2.0`, `1.x`.

    Comparators beside each other must all hold, `||` separates alternatives. A semver pre-release is in
    only where a comparator of the same alternative names one. A version without a place in the order is
    out.
    """
    mine = key(version, order)
    return mine is not None and any(_all(mine, part, order) for part in limits.split("||"))


def _all(mine: Key, part: str, order: str) -> bool:
    comparators = _COMPARATOR.findall(part)
    named = any("-" in bound for _, bound in comparators)
    if order == "semver" and mine[-1] != _RELEASE and not named:
        return False
    return bool(comparators) and all(
        _holds(mine, operator, bound, order) for operator, bound in comparators
    )


def _holds(mine: Key, operator: str, bound: str, order: str) -> bool:
    parts = bound.split(".")
    written = parts[: next((i for i, part in enumerate(parts) if part in _WILD), len(parts))]
    if order == "semver" and operator in ("^", "~", "~>"):
        return _within(mine, operator, parts, written)
    if order != "semver" or written == parts:
        other = key(bound, order)
        return other is not None and _compares(mine, operator, other)
    low = _semver(".".join(written)) if written else ()
    return low is not None and _compares(mine[: len(written)], operator, low[: len(written)])


def _compares(mine: Key, operator: str, other: Key) -> bool:
    return {
        ">=": mine >= other,
        "<=": mine <= other,
        ">": mine > other,
        "<": mine < other,
        "!=": mine != other,
    }.get(operator, mine == other)


def _within(mine: Key, operator: str, parts: list[str], written: list[str]) -> bool:
    """`^1.2`: the first number that is not 0 stays; `~1.2`: the minor stays; `^1.x`: the 1 stays."""
    if not written:
        return True
    low = _semver(".".join(written))
    if low is None:
        return False
    fixed = len(written)
    if operator == "^" and len(written) == len(parts):
        first = next((index for index in range(3) if low[index][1]), fixed - 1)
        fixed = min(first + 1, 3)
    elif operator in ("~", "~>") and len(written) == len(parts):
        fixed = min(len(written), 2)
    return mine >= low and mine[:fixed] == low[:fixed]


def misfit(version: str, order: str) -> str | None:
    """Why a version (a tag) has no place in the order, and what one looks like that has; else None."""
    if order == "none" or key(version, order) is not None:
        return None
    pattern = order.removeprefix("regex:")
    if pattern != order:
        return f"{version} does not match the app's order, the pattern {pattern!r}"
    return f"{version} is no {order} version, expected one like {_LIKE[order]}"


def verdict(old: Image, new: Image, rule: AppImage) -> str | None:
    """Why the rule is against promoting from `old` to `new`, or None when it is not."""
    if rule.versions and not satisfies(new.tag or "", rule.versions, rule.order):
        return f"{new.version} is not within {rule.versions!r} ({rule.order})"
    if rule.direction == "any" or rule.order == "none" or not old.version or new.tag == old.tag:
        return None
    if not new.tag:
        return "a digest alone has no order (say `order: none` or `direction: any`)"
    found = compare(old.tag or "", new.tag, rule.order)
    if found is None:
        odd = new.tag if key(new.tag, rule.order) is None else old.version
        return f"{odd} is no {rule.order} version, so newer cannot be told from older (say `order: none`)"
    return f"{new.tag} is older than {old.tag}, and the direction is forward" if found < 0 else None
