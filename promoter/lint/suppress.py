"""Suppressions as people write them: comments in any contributing file, and annotations on objects.

`# promoter: ignore[SEC301] reason` counts for findings whose span holds its line, `ignore-next` for those
that begin on the next line, `ignore-file` for the whole file; `until=2030-01-31` ends it. It must not
drop a finding: a suppressed one is kept with the reason, and unused suppressions are known.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Final

from promoter.frozen import frozen
from promoter.lint.peers import PEERS
from promoter.lint.rule import FieldPath
from promoter.lint.selection import EVERYTHING, names
from promoter.model import Json, Location
from promoter.yamldoc import YamlFile, comments

ANNOTATION: Final = "promoter.dev/ignore"
UNVERIFIABLE: Final = ("LNT004", "unverifiable")
"""Code and name of the rule that reports open questions; naming it silences the question of any rule."""
_DIRECTIVE: Final = re.compile(
    r"\s*promoter:\s*(?P<verb>ignore(?:-next|-file)?)\s*(?:\[(?P<codes>[^\]]*)\])?\s*(?P<rest>.*)"
)
_UNTIL: Final = re.compile(r"\buntil=(\d{4}-\d{2}-\d{2})\b\s*")


@frozen
class Suppression:
    """One suppression as written. Empty `codes` mean every rule. `until` is the last day it counts.

    `verb` is `ignore`, `ignore-next`, `ignore-file`, for promoter's own annotation the ANNOTATION, and
    empty for another tool's and for a configuration entry. `line` is the line that `ignore-next` speaks of.
    """

    verb: str
    codes: tuple[str, ...]
    reason: str
    location: Location
    until: date | None = None
    line: int = 0

    def covers(self, code: str, name: str) -> bool:
        """Whether it names the rule, by code, prefix of a code, or name."""
        return not self.codes or EVERYTHING in self.codes or self.names(code, name)

    def names(self, code: str, name: str) -> bool:
        """The same, but not for one that speaks of every rule."""
        return any(names(said, code, name) for said in self.codes)

    def answers(self, code: str, name: str, *, asks: bool) -> bool:
        """Whether it covers a rule's finding, or with `asks` its question, which LNT004 would report."""
        return self.covers(code, name) or (asks and self.names(*UNVERIFIABLE))

    def lasts(self, today: date) -> bool:
        """Whether it still counts."""
        return self.until is None or today <= self.until

    def reaches(self, span: Location) -> bool:
        """Whether its comment stands where it counts for a finding with this span."""
        if span.path != self.location.path:
            return False
        if self.verb == "ignore-file":
            return True
        if self.verb == "ignore-next":
            return span.line == self.line
        return span.line <= self.location.line <= max(span.end_line, span.line)


def is_firm(code: str, firm: frozenset[str], *, asks: bool) -> bool:
    """Whether nothing silences a rule's finding, or with `asks` its question; `firm` are such rules."""
    return code in firm or (asks and UNVERIFIABLE[0] in firm)


def in_comments(file: YamlFile) -> Iterator[Suppression]:
    """The suppressions in a file's comments, in order."""
    if "promoter:" not in file.text:
        return
    for comment in comments(file):
        found = _DIRECTIVE.fullmatch(comment.text)
        if found is None:
            continue
        end = comment.column + len(comment.text) + 1
        place = Location(file.path, comment.line, comment.column, comment.line, end)
        codes = _codes(found["codes"] or "")
        reason, until = _reason(found["rest"])
        line = _next_line(file.text, comment.line) if found["verb"] == "ignore-next" else 0
        yield Suppression(found["verb"], codes, reason, place, until, line)


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code for code in re.split(r"[,\s]+", text.strip()) if code)


def _reason(rest: str) -> tuple[str, date | None]:
    found = _UNTIL.search(rest)
    if found is None:
        return rest.strip(), None
    try:
        until = date.fromisoformat(found[1])
    except ValueError:
        return rest.strip(), None
    return (rest[: found.start()] + rest[found.end() :]).strip(), until


def _next_line(text: str, line: int) -> int:
    """The first line after this one that holds more than a comment."""
    for number, content in enumerate(text.split("\n")[line:], line + 1):
        if content.strip() and not content.lstrip().startswith("#"):
            return number
    return line + 1


def in_annotations(body: dict[str, Json], place: Callable[[FieldPath], Location]) -> Iterator[Suppression]:
    """The suppressions in the annotations of an object and of its pod template, other tools' included.

    `place` tells where a field is written.
    """
    for path, annotations in _annotations(body, ()):
        for key, value in sorted(annotations.items()):
            text = value if isinstance(value, str) else ""
            if key == ANNOTATION:
                head, _, reason = text.partition(":")
                said, until = _reason(reason)
                yield Suppression(ANNOTATION, _codes(head), said, place((*path, key)), until)
                continue
            codes = tuple(foreign(key, text))
            if codes:
                yield Suppression("", codes, text or key, place((*path, key)))


def is_annotated(body: dict[str, Json]) -> bool:
    """Whether the object or its pod template carries promoter's own annotation."""
    return any(ANNOTATION in annotations for _, annotations in _annotations(body, ()))


def _annotations(value: Json, path: FieldPath) -> Iterator[tuple[FieldPath, dict[str, Json]]]:
    if isinstance(value, dict):
        metadata = value.get("metadata")
        found = metadata.get("annotations") if isinstance(metadata, dict) else None
        if isinstance(found, dict):
            yield (*path, "metadata", "annotations"), found
        for key in ("spec", "template", "jobTemplate"):
            yield from _annotations(value.get(key), (*path, key))


def foreign(key: str, value: str) -> Iterable[str]:
    """The codes of our rules that another tool's annotation suppresses; nothing for other annotations."""
    prefix, _, name = key.partition("/")
    if prefix == "ignore-check.kube-linter.io":
        return _mapped("KL", (name,))
    if key in ("kube-score/ignore", "kube-score.com/ignore"):
        return _mapped("KS", re.split(r"[,\s]+", value))
    if prefix == "polaris.fairwinds.com" and value == "true" and name.endswith("-exempt"):
        return _mapped("PO", (_camel(name.removesuffix("-exempt")),))
    if prefix == "polaris.fairwinds.com" and value == "true" and name == "exempt":
        return sorted(code for code, peers in PEERS.items() if any(p.startswith("PO:") for p in peers))
    if re.fullmatch(r"checkov\.io/skip\d*", key):
        return _mapped("CKV", (value.partition("=")[0].strip(),))
    return ()


def _camel(name: str) -> str:
    head, *rest = name.split("-")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


def _mapped(tool: str, checks: Iterable[str]) -> list[str]:
    wanted = {f"{tool}:{check}" for check in checks}
    return sorted(code for code, peers in PEERS.items() if wanted.intersection(peers))
