"""kustomize's error text, made for people: the part that says what is wrong, and the file it is about.

kustomize nests one sentence per level of bases and names files by absolute paths; the useful part is the
innermost. Anything not recognised is passed on with the paths made relative.
"""

import re
from posixpath import normpath
from typing import Final

from promoter.kustomize import KUSTOMIZATION_NAMES, join
from promoter.model import Location, RenderFailure
from promoter.render.inputs import Answer, Inputs

_NOISE: Final = re.compile(r"^(?:# Warning:|Flag --\S+ has been deprecated).*\n?", re.MULTILINE)
_PREFIX: Final = re.compile(r"[Ee]rror: |accumulating resources: |accumulating components: ")
_READ_AS_FILE: Final = re.compile(
    r"accumulation err='accumulating resources from '([^']*)': "
    r"(?:read [^']*: is a directory|cannot read content from non-file '[^']*')': "
)
_LEVEL: Final = re.compile(r"recursed accumulation of path '([^']*)': ")
_QUOTED: Final = "accumulateDirectory: "
_FROM: Final = re.compile(r"accumulating resources from '([^']+)': ")
_POINTER: Final = re.compile(r" &\{0x[0-9a-f]+ [^}]*\}|\(?0x[0-9a-f]{7,}\)?")
_GO_ID: Final = re.compile(r'resid\.ResId\{[^}]*Kind:"([^"]*)"[^}]*\}, Name:"([^"]*)", Namespace:"[^"]*"\}')
_LINE: Final = re.compile(r"\byaml: line (\d+): ")
_IN_FILE: Final = re.compile(r" in File: (\S+)$")
_MAX: Final = 2_000


def failure(inputs: Inputs, answer: Answer, top: str) -> RenderFailure:
    """The failure that an engine's error stands for; `top` is the absolute root in the error's paths."""
    text = _plain(_relative(_NOISE.sub("", answer.error or "").strip(), top))
    directory, message = _innermost(text, inputs.entry)
    source = _FROM.match(message)
    message = message[source.end() :] if source is not None else message
    named = _IN_FILE.search(message) or source
    file = _find(inputs, directory, named.group(1) if named is not None else None)
    line = _LINE.search(message)
    where = Location(file, int(line.group(1)) if line else 1)
    said = message[:_MAX] or "kustomize failed without a message"
    return RenderFailure(inputs.entry, "limit" if answer.limited else "failed", said, where)


def _relative(text: str, top: str) -> str:
    return text.replace(top + "/", "").replace(top, ".")


def _plain(text: str) -> str:
    """Without Go's own notation; an address in memory differs from run to run."""
    return _GO_ID.sub(r"\1 \2", _POINTER.sub("", text))


def _innermost(text: str, directory: str) -> tuple[str, str]:
    """The directory that failed, and its own sentence, with one nesting peeled off after the other."""
    while True:
        if (prefix := _PREFIX.match(text)) is not None:
            text = text[prefix.end() :]
        elif (tried := _READ_AS_FILE.match(text)) is not None:
            directory = normpath(join(directory, tried.group(1)))
            text = text[tried.end() :]
        elif (level := _LEVEL.match(text)) is not None:
            directory = level.group(1)
            text = text[level.end() :]
        elif text.startswith(_QUOTED):
            text = text[len(_QUOTED) :].removeprefix('"').removesuffix('"').replace('\\"', '"')
        else:
            return directory, text


def _find(inputs: Inputs, directory: str, named: str | None) -> str:
    """The file that an error is about: the one it names, else the kustomization of the directory."""
    candidates = [join(directory, named), named] if named else []
    candidates += [join(directory, name) for name in KUSTOMIZATION_NAMES]
    for candidate in candidates:
        if candidate in inputs.files:
            return candidate
    return directory
