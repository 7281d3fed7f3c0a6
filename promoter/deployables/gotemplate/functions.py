"""The functions of Go's templates, of sprig and of ApplicationSets that promoter knows.

Each is pure. Sources: https://pkg.go.dev/text/template#hdr-Functions, https://masterminds.github.io/sprig/
and https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/GoTemplate/
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Final

from promoter.deployables.gotemplate import collections, strings
from promoter.deployables.gotemplate.errors import TemplateError
from promoter.deployables.gotemplate.slugs import slug
from promoter.deployables.gotemplate.values import kind, mapped, plain, real, text, truth, whole
from promoter.model import Json
from promoter.yamldoc import parse, value
from promoter.yamldoc.emit import emit

Function = Callable[..., Json]
_MAX_LABEL: Final = 253
_SLUG_LENGTH: Final = 50


def normalize(name: Json) -> str:
    """A name that Kubernetes takes for a subdomain: lower case, at most 253 characters."""
    cleaned = re.sub(r"[^-a-z0-9.]", "-", text(name).lower())
    return cleaned[:_MAX_LABEL].strip("-.")


def slugify(*arguments: Json) -> str:
    """`[length] [smart] text`: a slug cut at `length` (50), by default at the end of a word."""
    length = whole(arguments[0]) if len(arguments) > 1 else _SLUG_LENGTH
    smart = truth(arguments[1]) if len(arguments) > 2 else True  # noqa: PLR2004 - length, smart, text
    return slug(normalize(arguments[-1]), length, smart=smart)


def _compare(one: Json, other: Json) -> int:
    if isinstance(one, str) and isinstance(other, str):
        return (one > other) - (one < other)
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return (one > other) - (one < other)
    raise TemplateError(f"cannot compare {plain(one)!r} with {plain(other)!r}")


def _index(item: Json, *keys: Json) -> Json:
    for key in keys:
        if isinstance(item, dict):
            item = item.get(text(key))
        elif isinstance(item, (list, str)) and isinstance(key, (int, float)):
            position = int(key)
            if not 0 <= position < len(item):
                raise TemplateError(f"index {position} is out of range of {len(item)}")
            found = item[position]
            item = ord(found) if isinstance(item, str) and isinstance(found, str) else found
        else:
            raise TemplateError(f"cannot take the item {plain(key)} of {plain(item)!r}")
    return item


def _slice(item: Json, *bounds: Json) -> Json:
    if not isinstance(item, (list, str)):
        raise TemplateError(f"cannot slice {plain(item)!r}")
    start, stop = (*(whole(bound) for bound in bounds), *(0, len(item))[len(bounds) :])
    if not 0 <= start <= stop <= len(item):
        raise TemplateError(f"the slice {start}:{stop} is out of range of {len(item)}")
    return item[start:stop]


def _length(item: Json) -> int:
    if isinstance(item, str):
        return len(item.encode())
    if isinstance(item, (list, dict)):
        return len(item)
    raise TemplateError(f"{plain(item)!r} has no length")


def _format(template: Json, *arguments: Json) -> str:
    """`printf` with the verbs %s %v %d %q %t %f %x, widths and `%%`."""
    waiting = list(arguments)

    def one(match: re.Match[str]) -> str:
        flags, verb = match.group(1), match.group(2)
        if verb == "%":
            return "%"
        if not waiting:
            return f"%!{verb}(MISSING)"
        item = waiting.pop(0)
        if verb in "dx":
            return f"%{flags}{verb}" % whole(item)
        if verb == "f":
            return f"%{flags}f" % real(item)
        shown = json.dumps(text(item), ensure_ascii=False) if verb == "q" else text(item)
        return f"%{flags}s" % shown

    return re.sub(r"%([-+0 ]*\d*(?:\.\d+)?)([svdqtfx%])", one, text(template))


def _print(*arguments: Json) -> str:
    """`print`: spaces between operands when neither is a string."""
    printed = ""
    for index, item in enumerate(arguments):
        apart = index and not isinstance(item, str) and not isinstance(arguments[index - 1], str)
        printed += (" " if apart else "") + plain(item)
    return printed


def _from_yaml(document: Json) -> Json:
    file = parse("", text(document).encode())
    if file.error is not None:
        raise TemplateError(f"not valid YAML: {file.error.message}")
    return value(file.documents[0]) if file.documents else {}


def _from_json(document: Json) -> Json:
    found: Json = json.loads(text(document))
    return found


def _fail(message: Json) -> Json:
    raise TemplateError(text(message))


def _default(fallback: Json, item: Json = None) -> Json:
    return item if truth(item) else fallback


def _coalesce(*arguments: Json) -> Json:
    return next((item for item in arguments if truth(item)), None)


def _ternary(yes: Json, no: Json, test: Json) -> Json:
    return yes if truth(test) else no


def _round(item: Json, places: Json = 0) -> float:
    scale = 10.0 ** whole(places)
    scaled = real(item) * scale
    return (int(scaled + 0.5) if scaled >= 0 else -int(-scaled + 0.5)) / scale


_BUILTIN: Final[dict[str, Function]] = {
    "not": lambda item: not truth(item),
    "eq": lambda one, *others: any(one == other for other in others),
    "ne": lambda one, other: one != other,
    "lt": lambda one, other: _compare(one, other) < 0,
    "le": lambda one, other: _compare(one, other) <= 0,
    "gt": lambda one, other: _compare(one, other) > 0,
    "ge": lambda one, other: _compare(one, other) >= 0,
    "index": _index,
    "slice": _slice,
    "len": _length,
    "print": _print,
    "printf": _format,
    "println": lambda *items: " ".join(plain(item) for item in items) + "\n",
}
_LOGIC: Final[dict[str, Function]] = {
    "default": _default,
    "empty": lambda item: not truth(item),
    "coalesce": _coalesce,
    "ternary": _ternary,
    "all": lambda *items: all(truth(item) for item in items),
    "any": lambda *items: any(truth(item) for item in items),
    "fail": _fail,
    "kindOf": kind,
    "kindIs": lambda name, item: kind(item) == name,
}
_NUMBERS: Final[dict[str, Function]] = {
    "int": whole,
    "int64": whole,
    "float64": real,
    "atoi": whole,
    "add": lambda *items: sum(whole(item) for item in items),
    "add1": lambda item: whole(item) + 1,
    "sub": lambda one, other: whole(one) - whole(other),
    "mul": lambda one, *items: collections.product((one, *items)),
    "div": lambda one, other: int(whole(one) / whole(other)),
    "mod": lambda one, other: whole(one) - whole(other) * int(whole(one) / whole(other)),
    "max": lambda *items: max(whole(item) for item in items),
    "min": lambda *items: min(whole(item) for item in items),
    "floor": lambda item: real(item) // 1,
    "ceil": lambda item: -(-real(item) // 1),
    "round": _round,
    "until": lambda count: list(range(min(whole(count), 10_000))),
    "untilStep": lambda start, stop, step: list[Json](
        range(whole(start), whole(stop), whole(step))[:10_000]
    ),
}
_FORMATS: Final[dict[str, Function]] = {
    "toJson": lambda item: json.dumps(item, separators=(",", ":"), sort_keys=True),
    "toRawJson": lambda item: json.dumps(item, separators=(",", ":"), sort_keys=True, ensure_ascii=False),
    "toPrettyJson": lambda item: json.dumps(item, indent=2, sort_keys=True),
    "fromJson": _from_json,
    "toYaml": lambda item: emit(item).rstrip("\n"),
    "fromYaml": lambda document: mapped(_from_yaml(document)),
    "fromYamlArray": lambda document: collections.listed(_from_yaml(document)),
    "normalize": normalize,
    "slugify": slugify,
}
FUNCTIONS: Final[Mapping[str, Function]] = {
    **_BUILTIN,
    **_LOGIC,
    **_NUMBERS,
    **_FORMATS,
    **strings.FUNCTIONS,
    **collections.FUNCTIONS,
}
SUPPORTED: Final = tuple(sorted((*FUNCTIONS, "and", "or")))
