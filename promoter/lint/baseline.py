"""What identifies a finding across edits, and findings that are known already.

A fingerprint is made of the rule, the source file, the object, the field and the message without its
numbers, never of a line: moving a block changes nothing. It must not hide a new finding: a baseline
holds how many of each there were.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import field, replace
from typing import Final

from promoter.errors import UsageError
from promoter.frozen import frozen
from promoter.model import Finding, Json, hash_of

SCHEMA: Final = "promoter/baseline/v1"
_NUMBERS: Final = re.compile(r"\d+")


@frozen
class Known:
    """One kind of finding that is known: its fingerprint, how many, and what it was for people."""

    fingerprint: str
    count: int
    code: str
    path: str
    message: str


@frozen
class Baseline:
    """Known findings by fingerprint."""

    entries: tuple[Known, ...] = field(default=())

    @property
    def counts(self) -> Counter[str]:
        """How many of each are known."""
        return Counter({entry.fingerprint: entry.count for entry in self.entries})


def fingerprint(finding: Finding) -> str:
    """The finding's identity: 16 hex digits."""
    key = finding.object
    return hash_of(
        finding.code,
        finding.location.path,
        f"{key.group}/{key.kind}/{key.name}" if key else "",
        finding.field,
        _NUMBERS.sub("0", finding.message),
    )[:16]


def create(findings: Iterable[Finding]) -> Baseline:
    """The baseline that knows exactly these findings."""
    found: dict[str, Known] = {}
    for item in findings:
        mark = fingerprint(item)
        before = found.get(mark)
        entry = Known(mark, 0, item.code, item.location.path, item.message) if before is None else before
        found[mark] = replace(entry, count=entry.count + 1)
    return Baseline(tuple(sorted(found.values(), key=lambda e: (e.path, e.code, e.fingerprint))))


def update(baseline: Baseline, findings: Iterable[Finding], *, accept_new: bool = False) -> Baseline:
    """The baseline without what is gone; with what is new only when that is accepted."""
    now = create(findings)
    if accept_new:
        return now
    known = baseline.counts
    kept = (replace(e, count=min(e.count, known[e.fingerprint])) for e in now.entries)
    return Baseline(tuple(entry for entry in kept if entry.count))


def divide(baseline: Baseline, findings: Iterable[Finding]) -> tuple[list[Finding], list[Finding]]:
    """The findings that are new, and those that are known; of too many of one kind the last are new."""
    left = baseline.counts
    new: list[Finding] = []
    known: list[Finding] = []
    for item in findings:
        mark = fingerprint(item)
        if left[mark] > 0:
            left[mark] -= 1
            known.append(replace(item, suppressed="in the baseline"))
        else:
            new.append(item)
    return new, known


def stale(baseline: Baseline, findings: Iterable[Finding]) -> tuple[Known, ...]:
    """The entries that know more findings than there are."""
    now = Counter(fingerprint(item) for item in findings)
    return tuple(entry for entry in baseline.entries if entry.count > now[entry.fingerprint])


def dump(baseline: Baseline) -> str:
    """The file's text: one entry a line, so that merges are easy."""
    lines = [
        json.dumps(
            {
                "fingerprint": entry.fingerprint,
                "count": entry.count,
                "code": entry.code,
                "path": entry.path,
                "message": entry.message,
            },
            ensure_ascii=False,
        )
        for entry in baseline.entries
    ]
    body = ",\n    ".join(lines)
    inner = f"\n    {body}\n  " if lines else ""
    return f'{{\n  "schema": "{SCHEMA}",\n  "entries": [{inner}]\n}}\n'


def load(path: str, content: bytes) -> Baseline:
    """The baseline of a file. Raises UsageError when it is none."""
    try:
        data: Json = json.loads(content)
    except ValueError as error:
        raise UsageError(f"a baseline is JSON: {error}", where=path) from error
    entries = data.get("entries") if isinstance(data, dict) and data.get("schema") == SCHEMA else None
    if not isinstance(entries, list):
        raise UsageError(
            f"expected a baseline ({SCHEMA})", where=path, hint="make one: promoter lint --baseline"
        )
    return Baseline(tuple(_known(entry, path) for entry in entries))


def _known(entry: Json, path: str) -> Known:
    if not isinstance(entry, dict) or not isinstance(entry.get("fingerprint"), str):
        raise UsageError("every entry of a baseline has a fingerprint", where=path)
    count = entry.get("count")
    texts = [str(entry.get(name, "")) for name in ("fingerprint", "code", "path", "message")]
    return Known(texts[0], count if isinstance(count, int) else 1, *texts[1:])
