"""A comparison as Markdown for a comment: the summary table first, then folded sections by risk.

Never longer than the limit, whatever was compared: rows become names, sections are cut inside their
fence or left out, and the end says how much is missing and where it is. Fences are always closed.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from promoter.diff.comparison import NOT_RENDERED, Comparison, DiffReport, State
from promoter.diff.drift import drift
from promoter.model import ChangeKind, FieldChange
from promoter.report.diff.drift import counted
from promoter.report.diff.fields import hunks
from promoter.report.diff.groups import Group, groups, weight
from promoter.report.diff.text import SIGNS, summary
from promoter.report.markup import code, fence, html, plain, row
from promoter.report.paint import printable
from promoter.report.values import lines

LIMIT: Final = 65_000
_TABLE_SHARE: Final = 0.6
_LEAST_SECTION: Final = 400
_RISKS_SHOWN: Final = 3
_FOOT_ROOM: Final = 400


def render(report: DiffReport, *, limit: int = LIMIT, rest: str = "") -> str:
    """The comparison as a comment of at most `limit` characters.

    `rest` says in Markdown where everything can be read (an artifact's link); it is given when
    something had to be left out.
    """
    head = _head(report)
    shown = [each for each in report.comparisons if each.state is not State.UNCHANGED]
    if not shown:
        return _clamped("\n\n".join((head, *_notes(report))) + "\n", limit)
    table, named = _table(report, shown, int(limit * _TABLE_SHARE) - len(head))
    notes = "\n\n".join(_notes(report))[: limit // 10]
    room = limit - sum(map(len, (head, table, notes))) - _FOOT_ROOM
    sections, left_out = _sections(report, room)
    foot = _foot(len(shown) - named, left_out, rest)
    return _clamped("\n\n".join(filter(None, (head, table, notes, *sections, foot))) + "\n", limit)


def failure(message: str, *, limit: int = LIMIT) -> str:
    """A comment that says why there is no comparison."""
    content = [printable(line) for line in message.split("\n")]
    opening, closing = fence(content)
    head = f"### promoter diff\n\nThe comparison could not be made:\n\n{opening}text\n"
    room = limit - len(head) - len(closing) - 2
    return f"{head}{_cut(content, room)}\n{closing}\n"


def _head(report: DiffReport) -> str:
    title = f"### promoter diff: {code(report.before)} → {code(report.after)}"
    levels = [
        risk.level for each in report.comparisons for change in each.diff.changes for risk in change.risks
    ]
    levels += [risk.level for risk in report.risks]
    counts = [f"{levels.count(level)} {level}" for level in ("high", "medium", "low") if level in levels]
    risks = f" Risks: **{', '.join(counts)}**." if counts else ""
    return f"{title}\n\n{plain(summary(report))}{risks}"[: LIMIT // 4]


def _notes(report: DiffReport) -> Iterator[str]:
    for risk in report.risks:
        yield f"**{risk.name}**: {plain(risk.message)}"
    for note in report.notes:
        yield f"- {plain(note)}"


def _table(report: DiffReport, shown: Sequence[Comparison], room: int) -> tuple[str, int]:
    """The table, and how many environments it names: with reasons, without, or as mere names."""
    ordered = sorted(shown, key=lambda each: -weight(each))
    header = row(("Environment", "App", "Objects", "Drift" if report.is_drift else "Risks", "Why"))
    rules = row(("---",) * 5)
    for detailed in (True, False):
        rows = [row(_cells(report, each, detailed=detailed)) for each in ordered]
        if sum(map(len, rows)) + len(rows) + len(header) + len(rules) <= room:
            return "\n".join((header, rules, *rows)), len(rows)
    return _names(ordered, room)


def _cells(report: DiffReport, each: Comparison, *, detailed: bool) -> tuple[str, ...]:
    said = plain(counted(drift(each))) if report.is_drift else _risks(each, detailed=detailed)
    why = plain("; ".join((*each.reasons, *each.notes))) if detailed else ""
    return (code(each.environment) or code(each.path), code(each.app), _objects(each), said, why)


def _objects(each: Comparison) -> str:
    if each.state is State.FAILED:
        return "; ".join(f"**{NOT_RENDERED[side]}**" for side, _ in each.failures)
    return " ".join(f"{SIGNS[kind][0]}{each.count(kind)}" for kind in ChangeKind if each.count(kind))


def _risks(each: Comparison, *, detailed: bool) -> str:
    found = sorted(
        {(risk.level, risk.name) for change in each.diff.changes for risk in change.risks},
        key=lambda risk: (("high", "medium", "low").index(risk[0]), risk[1]),
    )
    shown = found if detailed else found[:1]
    named = [f"**{name}**" if level == "high" else name for level, name in shown[:_RISKS_SHOWN]]
    more = len(found) - len(named)
    return ", ".join(named) + (f" +{more}" if more else "")


def _names(ordered: Sequence[Comparison], room: int) -> tuple[str, int]:
    """The names alone, by app, as many as there is room for."""
    by_app: dict[str, list[str]] = {}
    left = room
    named = 0
    for each in ordered:
        cost = len(each.environment or each.path) + (4 if each.app in by_app else len(each.app) + 14)
        if cost > left:
            break
        left -= cost
        by_app.setdefault(each.app, []).append(each.environment or each.path)
        named += 1
    lines = [f"- {code(app)}: {', '.join(map(code, names))}" for app, names in by_app.items()]
    return "\n".join(lines), named


def _sections(report: DiffReport, room: int) -> tuple[list[str], int]:
    """One folded section for each group that fits, and the number of builds left out or cut."""
    found: list[str] = []
    missing = 0
    for group in groups(report.comparisons):
        section, complete = _section(group, room)
        if section:
            found.append(section)
            room -= len(section) + 2
        missing += 0 if complete else len(group.members)
    return found, missing


def _section(group: Group, room: int) -> tuple[str, bool]:
    """The group's section within the room, and whether it is complete; empty when there is no room."""
    content = [printable(line) for line in (*_members(group), *_lines(group.first))]
    opening, closing = fence(content)
    head = f"<details><summary>{_title(group)}</summary>\n\n{opening}diff\n"
    foot = f"\n{closing}\n\n</details>"
    left = room - len(head) - len(foot)
    if left < _LEAST_SECTION and sum(map(len, content)) + len(content) > left:
        return "", False
    kept = _cut(content, left)
    return head + kept + foot, kept == "\n".join(content)


def _title(group: Group) -> str:
    objects = html(_objects(group.first).replace("**", ""))
    return f"{html(group.title)} <code>{objects}</code>"[:_LEAST_SECTION]


def _members(group: Group) -> Iterator[str]:
    if len(group.members) > 1:
        yield f"# the same in {len(group.members)}: {', '.join(each.title for each in group.members)}"


def _lines(each: Comparison) -> Iterator[str]:
    """A comparison in the form that a `diff` fence colours: signs, `!` and `@@` in the first column."""
    for side, failed in each.failures:
        where = f"{failed.location}: " if failed.location else ""
        yield from f"! {NOT_RENDERED[side]} ({failed.kind}): {where}{failed.message}".split("\n")
    for note in (*each.reasons, *each.notes):
        yield f"# {note}"
    for change in each.diff.changes:
        yield f"@@ {SIGNS[change.kind][0]} {change.key} @@"
        yield from (f"# {note}" for note in change.notes)
        yield from (f"! {risk.level} {risk.name}: {risk.message}" for risk in change.risks)
        for field in change.fields:
            yield from _field(field)
    if each.diff.filtered:
        yield f"# {each.diff.filtered} filtered as noise"


def _field(field: FieldChange) -> Iterator[str]:
    """One field; values of one line carry the path, longer ones stand below it."""
    before = lines(field.before) if field.before_present else []
    after = lines(field.after) if field.after_present else []
    if not field.path:
        yield from (f"- {line}" for line in before)
        yield from (f"+ {line}" for line in after)
    elif len(before) <= 1 and len(after) <= 1:
        yield from (f"- {field.path}: {line}" for line in before)
        yield from (f"+ {field.path}: {line}" for line in after)
    else:
        yield f"  {field.path}:"
        yield from hunks(before, after)


def _cut(content: Sequence[str], room: int) -> str:
    """As many whole lines as there is room for, and a line that counts the rest."""
    if sum(map(len, content)) + len(content) - 1 <= room:
        return "\n".join(content)
    kept: list[str] = []
    left = room - len("# … 1000000 more lines")
    for line in content:
        if len(line) + 1 > left:
            break
        kept.append(line)
        left -= len(line) + 1
    return "\n".join((*kept, f"# … {len(content) - len(kept)} more lines"))


def _foot(unnamed: int, left_out: int, rest: str) -> str:
    parts = []
    if unnamed:
        parts.append(f"{unnamed} more builds are not named above")
    if left_out:
        parts.append(f"the changes of {left_out} builds are cut or left out here")
    if not parts:
        return ""
    where = rest or "run `promoter diff` for everything"
    return f"_{'; '.join(parts)}: {where}_"[:_FOOT_ROOM]


def _clamped(text: str, limit: int) -> str:
    """The text, which has been packed to fit; a last guard for a limit that nothing could fit."""
    return text if len(text) <= limit else text[: max(0, limit - 2)] + "…\n"
