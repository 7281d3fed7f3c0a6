"""sprig's functions on text: https://masterminds.github.io/sprig/strings.html and string_slice.html."""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from typing import Final

from promoter.deployables.gotemplate.values import listed, text, whole
from promoter.model import Json


def _trunc(count: Json, item: Json) -> str:
    size, written = whole(count), text(item)
    return (
        written[size:] if size < 0 and len(written) + size > 0 else written if size < 0 else written[:size]
    )


def _substr(start: Json, end: Json, item: Json) -> str:
    first, last, written = whole(start), whole(end), text(item)
    if first < 0:
        return written[: max(last, 0)]
    return written[first:] if last < 0 or last > len(written) else written[first:last]


def _indent(count: Json, item: Json) -> str:
    padding = " " * whole(count)
    return padding + text(item).replace("\n", "\n" + padding)


def _words(item: Json) -> list[str]:
    parts = re.split(r"[^A-Za-z0-9]+", text(item))
    return [word for part in parts for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", part)]


def _split(separator: Json, item: Json) -> Json:
    return {f"_{index}": part for index, part in enumerate(text(item).split(text(separator)))}


def _splitn(separator: Json, count: Json, item: Json) -> Json:
    parts = text(item).split(text(separator), max(whole(count) - 1, 0))
    return {f"_{index}": part for index, part in enumerate(parts)}


def _pattern(written: Json) -> re.Pattern[str]:
    try:
        return re.compile(text(written))
    except re.error as error:
        message = f"the pattern {text(written)!r} is not understood: {error}"
        raise ValueError(message) from error


def _find(pattern: Json, item: Json) -> str:
    match = _pattern(pattern).search(text(item))
    return match.group() if match else ""


def _find_all(pattern: Json, item: Json, count: Json) -> Json:
    found: list[Json] = [match.group() for match in _pattern(pattern).finditer(text(item))]
    return found if whole(count) < 0 else found[: whole(count)]


def _replace(pattern: Json, item: Json, replacement: Json) -> str:
    """Go's `$1` and `${1}`; a group that does not exist is empty."""

    def one(match: re.Match[str]) -> str:
        def group(found: re.Match[str]) -> str:
            name = found.group(1) or found.group(2)
            if name.isdigit():
                return match.group(int(name)) or "" if int(name) <= len(match.groups()) else ""
            return match.groupdict().get(name) or ""

        return re.sub(r"\$(?:\{(\w+)\}|(\w+))", group, text(replacement)).replace("$$", "$")

    return _pattern(pattern).sub(one, text(item))


def _regex_split(pattern: Json, item: Json, count: Json) -> Json:
    limit = whole(count)
    parts: list[Json] = []
    parts += _pattern(pattern).split(text(item), maxsplit=0 if limit < 0 else max(limit - 1, 0))
    return [] if limit == 0 else parts


def _sha(name: str) -> Callable[..., Json]:
    return lambda item: hashlib.new(name, text(item).encode(), usedforsecurity=False).hexdigest()


FUNCTIONS: Final[dict[str, Callable[..., Json]]] = {
    "toString": text,
    "trim": lambda item: text(item).strip(),
    "trimAll": lambda cut, item: text(item).strip(text(cut)),
    "trimPrefix": lambda prefix, item: text(item).removeprefix(text(prefix)),
    "trimSuffix": lambda suffix, item: text(item).removesuffix(text(suffix)),
    "upper": lambda item: text(item).upper(),
    "lower": lambda item: text(item).lower(),
    "title": lambda item: re.sub(r"\b[a-z]", lambda match: match.group().upper(), text(item)),
    "untitle": lambda item: re.sub(r"\b[A-Z]", lambda match: match.group().lower(), text(item)),
    "repeat": lambda count, item: text(item) * min(whole(count), 10_000),
    "substr": _substr,
    "nospace": lambda item: re.sub(r"\s", "", text(item)),
    "trunc": _trunc,
    "abbrev": lambda width, item: text(item)
    if len(text(item)) <= whole(width)
    else text(item)[: whole(width) - 3] + "...",
    "initials": lambda item: "".join(word[:1] for word in text(item).split()),
    "contains": lambda part, item: text(part) in text(item),
    "hasPrefix": lambda prefix, item: text(item).startswith(text(prefix)),
    "hasSuffix": lambda suffix, item: text(item).endswith(text(suffix)),
    "quote": lambda *items: " ".join(
        json.dumps(text(item), ensure_ascii=False) for item in items if item is not None
    ),
    "squote": lambda *items: " ".join(f"'{text(item)}'" for item in items if item is not None),
    "cat": lambda *items: " ".join(text(item) for item in items if item is not None),
    "indent": _indent,
    "nindent": lambda count, item: "\n" + _indent(count, item),
    "replace": lambda old, new, item: text(item).replace(text(old), text(new)),
    "snakecase": lambda item: "_".join(word.lower() for word in _words(item)),
    "kebabcase": lambda item: "-".join(word.lower() for word in _words(item)),
    "camelcase": lambda item: "".join(word[:1].upper() + word[1:].lower() for word in _words(item)),
    "split": _split,
    "splitn": _splitn,
    "splitList": lambda separator, item: list[Json](text(item).split(text(separator))),
    "join": lambda separator, items: text(separator).join(text(item) for item in listed(items)),
    "sortAlpha": lambda items: list[Json](sorted(text(item) for item in listed(items))),
    "toStrings": lambda items: [text(item) for item in listed(items)],
    "regexMatch": lambda pattern, item: _pattern(pattern).search(text(item)) is not None,
    "regexFind": _find,
    "regexFindAll": _find_all,
    "regexReplaceAll": _replace,
    "regexReplaceAllLiteral": lambda pattern, item, new: _pattern(pattern).sub(
        lambda _: text(new), text(item)
    ),
    "regexSplit": _regex_split,
    "regexQuoteMeta": lambda item: re.sub(r"([\\.+*?()|\[\]{}^$])", r"\\\1", text(item)),
    "b64enc": lambda item: base64.b64encode(text(item).encode()).decode(),
    "b64dec": lambda item: base64.b64decode(text(item)).decode(),
    "sha1sum": _sha("sha1"),
    "sha256sum": _sha("sha256"),
    "sha512sum": _sha("sha512"),
}
