"""The parts of a page that show changes: a section for each group of equal comparisons, a block an object.

Both views, unified and split, are the same elements in another arrangement; the style decides.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator

from promoter.diff.comparison import NOT_RENDERED, Comparison, State
from promoter.model import Change, FieldChange
from promoter.report.diff.groups import Group, groups
from promoter.report.diff.side_by_side import rows
from promoter.report.diff.text import SIGNS
from promoter.report.page import Markup, Place, element
from promoter.report.values import lines

LEVELS = ("high", "medium", "low")
_OPEN_AT_MOST = 40


def sections(
    comparisons: Iterable[Comparison], prefix: str = "s", heading: str = "h2"
) -> tuple[Markup, ...]:
    """A section for each group, the riskiest first; all objects open when there are few.

    Their ids begin with `prefix`, as in `places`; `heading` is the element of their titles.
    """
    found = groups(comparisons)
    few = sum(len(group.first.diff.changes) for group in found) <= _OPEN_AT_MOST
    return tuple(
        _section(f"{prefix}{number}", group, heading, few=few) for number, group in enumerate(found)
    )


def places(comparisons: Iterable[Comparison], prefix: str = "s", group: str = "") -> tuple[Place, ...]:
    """A line for each comparison that has a section, in the order given, by environment or in a `group`."""
    listed = [each for each in comparisons if each.state is not State.UNCHANGED]
    targets = {id(each): number for number, same in enumerate(groups(listed)) for each in same.members}
    titles = Counter(each.title for each in listed)
    return tuple(
        Place(
            f"{prefix}{targets[id(each)]}",
            _label(each, alone=titles[each.title] == 1),
            tone(each),
            "" if each.state is State.FAILED else str(len(each.diff.changes)),
            f"{group}: {each.environment}" if group else each.environment,
        )
        for each in listed
    )


def _label(each: Comparison, *, alone: bool) -> str:
    """The app, and where several builds of it go to one environment, the last part of their path."""
    name = each.app or each.path or "."
    return name if alone else f"{name} {each.path.rpartition('/')[2]}"


def tone(each: Comparison) -> str:
    """The gravest thing about a comparison, as a class."""
    if each.state is State.FAILED:
        return "unknown" if each.failures[0][0] == "both" else "failed"
    found = {risk.level for change in each.diff.changes for risk in change.risks}
    return next((level for level in LEVELS if level in found), str(each.state))


def _section(name: str, group: Group, heading: str, *, few: bool) -> Markup:
    first = group.first
    names = [each.environment for each in group.members if each.environment]
    return element(
        "section",
        element(
            heading,
            element("span", group.title),
            element("span", first.path, class_="path") if first.path else None,
            tabindex="-1",
        ),
        _members(group),
        element("div", (element("p", note) for note in (*first.reasons, *first.notes)), class_="why"),
        (_failure(side, str(failure.location or ""), failure.message) for side, failure in first.failures),
        (_object(change, few=few) for change in first.diff.changes),
        _filtered(first),
        id=name,
        data_environments=json.dumps(names),
    )


def _members(group: Group) -> Markup | None:
    if len(group.members) == 1:
        return None
    items = (
        element("li", each.title, " ", element("span", each.path, class_="small mono"))
        for each in group.members
    )
    summary = element("summary", f"The same change in {len(group.members)} places")
    return element("details", summary, element("ul", items), class_="members")


def _failure(side: str, where: str, message: str) -> Markup:
    head = element("strong", NOT_RENDERED[side].capitalize())
    place = element("code", f" {where}") if where else None
    return element("div", head, place, element("pre", message), class_=f"callout {side}")


def _filtered(each: Comparison) -> Markup | None:
    count = each.diff.filtered
    return element("p", f"{count} filtered as noise", class_="small") if count else None


def _object(change: Change, *, few: bool) -> Markup:
    levels = [risk.level for risk in change.risks]
    level = next((each for each in LEVELS if each in levels), None)
    return element(
        "details",
        element("summary", _summary(change)),
        element("div", _risks(change), _notes(change), map(_field, change.fields), class_="inside"),
        class_="object",
        data_kind=str(change.kind),
        data_level=level,
        open=few or level == "high",
    )


def _summary(change: Change) -> Iterator[Markup]:
    key = change.key
    space = element("span", f"{key.namespace}/", class_="space") if key.namespace else None
    yield element("span", SIGNS[change.kind][0], class_=f"sign {change.kind}", title=str(change.kind))
    yield element(
        "span", key.kind, class_="kind", title=f"{key.kind}.{key.group}" if key.group else key.kind
    )
    yield element("span", space, key.name, class_="name")
    named = dict.fromkeys((risk.level, risk.name) for risk in change.risks)
    yield from (element("span", name, class_=f"badge {level}") for level, name in named)
    yield element("span", _size(change), class_="size")


def _size(change: Change) -> str:
    if any(not each.path for each in change.fields):
        return str(change.kind)
    count = len(change.fields)
    return f"{count} field{'' if count == 1 else 's'}"


def _risks(change: Change) -> Markup | None:
    items = (
        element(
            "li",
            element("span", risk.level, class_=f"badge {risk.level}"),
            element("span", risk.message),
        )
        for risk in change.risks
    )
    return element("ul", items, class_="risks") if change.risks else None


def _notes(change: Change) -> Markup | None:
    items = (element("li", note) for note in change.notes)
    return element("ul", items, class_="notes") if change.notes else None


def _field(field: FieldChange) -> Markup:
    before = lines(field.before) if field.before_present else []
    after = lines(field.after) if field.after_present else []
    path = element("span", field.path, class_="path") if field.path else None
    return element(
        "div", path, element("div", map(_row, rows(before, after)), class_="lines"), class_="field"
    )


def _row(parts: tuple[str, str, str]) -> Markup:
    mark, left, right = parts
    if mark == "⋯":
        gap = element("span", "⋯"), element("span", "⋯", class_="twin", aria_hidden="true")
        return element("div", gap, class_="row gap")
    if mark == " ":
        twin = element("span", right, class_="twin", aria_hidden="true")
        return element("div", element("span", left), twin, class_="row")
    void = element("span", class_="void", aria_hidden="true")
    if mark == "-":
        return element("div", element("del", left), void, class_="row")
    if mark == "+":
        return element("div", void, element("ins", right), class_="row")
    return element("div", _marked("del", left, right), _marked("ins", right, left), class_="row")


def _marked(name: str, line: str, other: str) -> Markup:
    """The line with the middle part that the other line does not have marked."""
    shortest = min(len(line), len(other))
    head = 0
    while head < shortest and line[head] == other[head]:
        head += 1
    tail = 0
    while tail < shortest - head and line[-1 - tail] == other[-1 - tail]:
        tail += 1
    end = len(line) - tail
    middle = element("mark", line[head:end]) if line[head:end] and head + tail else line[head:end]
    return element(name, line[:head], middle, line[end:])
