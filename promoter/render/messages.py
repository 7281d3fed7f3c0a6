"""kustomize's error text, made for people: the part that says what is wrong, and the file it is about.

kustomize nests one sentence per level of bases and names files by absolute paths; the useful part is the
innermost. Anything not recognised is passed on with the paths made relative.
"""

import re
from typing import Final

from promoter.kustomize import KUSTOMIZATION_NAMES, join
from promoter.model import Location, RenderFailure
from promoter.render.inputs import Answer, Inputs

_LEVEL: Final = re.compile(r"recursed accumulation of path '([^']*)': ")
_PREFIXES: Final = re.compile(r"^(?:error: |accumulating resources: |accumulating components: |Error: )+")
_WARNING: Final = re.compile(r"^# Warning:.*\n?", re.MULTILINE)
_FROM: Final = re.compile(r"accumulating resources from '([^']+)': ")
_ERR_WRAP: Final = re.compile(r"^accumulation err='")
_LINE: Final = re.compile(r"\byaml: line (\d+): ")
_IN_FILE: Final = re.compile(r" in File: (\S+)$")
_MAX: Final = 2_000


def failure(inputs: Inputs, answer: Answer, top: str) -> RenderFailure:
    """The failure that an engine's error stands for; `top` is the absolute root in the error's paths."""
    text = _relative(_WARNING.sub("", answer.error or "").strip(), top)
    directory = inputs.entry
    for level in _LEVEL.finditer(text):
        directory = level.group(1).lstrip("/")
    message, path = _useful(text)
    file = _find(inputs, directory, path)
    line = _LINE.search(message)
    where = Location(file, int(line.group(1)) if line else 1)
    return RenderFailure(inputs.entry, "limit" if answer.limited else "failed", message[:_MAX], where)


def _relative(text: str, top: str) -> str:
    return text.replace(top + "/", "").replace(top, ".")


def _useful(text: str) -> tuple[str, str | None]:
    """The innermost sentence, and the file that it names or was read from."""
    inner = text
    for level in _LEVEL.finditer(text):
        inner = text[level.end() :]
    inner = _ERR_WRAP.sub("", _PREFIXES.sub("", inner))
    path = None
    source = _FROM.match(inner)
    if source is not None:
        path, inner = source.group(1), inner[source.end() :]
    named = _IN_FILE.search(inner)
    if named is not None:
        path = named.group(1)
    return inner.strip("'\" ") or "kustomize failed without a message", path


def _find(inputs: Inputs, directory: str, named: str | None) -> str:
    """The file that an error is about: the one it names, else the kustomization of the directory."""
    candidates = [join(directory, named), named] if named else []
    candidates += [join(directory, name) for name in KUSTOMIZATION_NAMES]
    for candidate in candidates:
        if candidate in inputs.files:
            return candidate
    return directory
