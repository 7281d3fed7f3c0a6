"""The value that a rollback goes back to, or why there is none.

Must not read or write anything. Callers may rely on this: the pins of an app (or of a bundle) go back as
one vector, and whatever is passed over is listed with the reason.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from promoter.frozen import frozen
from promoter.history.timeline import ROLLBACK, Period, Timeline, Values, bare_tag, shown


@frozen
class PassedOver:
    """An earlier value that is no target, and why."""

    period: Period
    reason: str


@frozen
class Target:
    """The period to go back to, what was passed over on the way, and what people should know.

    `along` are the places of pins that go back too, though another one was asked for.
    """

    period: Period
    passed_over: tuple[PassedOver, ...] = ()
    notes: tuple[str, ...] = ()
    along: tuple[int, ...] = ()


@frozen
class Refusal:
    """Why there is no target, what to do, and what was found."""

    reason: str
    hint: str
    passed_over: tuple[PassedOver, ...] = ()


def choose(
    past: Timeline,
    *,
    back: int = 1,
    skipped: Callable[[Values], str | None] = lambda _: None,
    complete: bool = True,
    asked: float | None = None,
    members: Mapping[int, str] | None = None,
) -> Target | Refusal:
    """The nearest earlier value that is not the present one, not bad, not skipped and not half promoted.

    `back` counts such values (1: the nearest); `skipped` gives the reason why a value must not return;
    `complete` is False for a shallow clone; `asked` is when the person asked, in seconds since 1970;
    `members` names the app of each index of the vector, where it holds several.
    """
    if not complete:
        return Refusal(
            "the clone is shallow, so older versions cannot be known",
            "run `git fetch --unshallow --filter=blob:none`, or name the version with `--to`",
        )
    current = past.current
    if current is None:
        return Refusal("no version can be read here", "name the version with `--to`")
    if asked is not None and current.since > asked:
        return Refusal(
            f"it changed to {shown(current.values)} after this was asked",
            "look again (`promoter status`), then ask again",
        )
    moved_alone = _moved_alone(past, members or {})
    if moved_alone:
        return Refusal(
            f"only {', '.join(moved_alone)} moved in the last step ({current.commit[:10]}); "
            "the others were there before",
            f"name the version of {moved_alone[0]} with `--to`; the others go to what ran beside it",
        )
    return _nearest(past, current, back, skipped)


def undo(past: Timeline) -> Target | Refusal:
    """The value that the last rollback left, when that rollback is what runs now."""
    if past.current is None or past.current.action != ROLLBACK:
        return Refusal("the version that runs was not rolled back to", "name the version with `--to`")
    return Target(past.periods[-2], (), _notes(past, past.periods[-2]))


def find(past: Timeline, wanted: Callable[[Values], bool]) -> Period | None:
    """The latest earlier period whose values are `wanted`, for a version that a person named; or None."""
    return next((period for period in reversed(past.periods[:-1]) if wanted(period.values)), None)


def _nearest(
    past: Timeline, current: Period, back: int, skipped: Callable[[Values], str | None]
) -> Target | Refusal:
    passed: list[PassedOver] = []
    seen = {past.key(current.values)}
    left = back
    for period in reversed(past.periods[:-1]):
        if past.key(period.values) in seen:
            continue
        seen.add(past.key(period.values))
        reason = _objection(past, period, current, skipped)
        left -= reason is None
        if reason is None and left == 0:
            return Target(period, tuple(passed), _notes(past, period))
        passed.append(PassedOver(period, reason or f"{back} versions back were asked for"))
    return Refusal(_nothing(past, passed), "name the version with `--to VERSION`", tuple(passed))


def _objection(
    past: Timeline, period: Period, current: Period, skipped: Callable[[Values], str | None]
) -> str | None:
    if period.bad:
        return f"it was rolled back from ({_left_by(past, period)})"
    reason = skipped(period.values)
    if reason is not None:
        return f"it is skipped: {reason}" if reason else "it is skipped"
    if _uniform(current.values) and not _uniform(period.values):
        return f"it was promoted by halves: {shown(period.values)}"
    return None


def _left_by(past: Timeline, period: Period) -> str:
    """The commit of the latest rollback that left the value of `period`, which is bad."""
    key = past.key(period.values)
    steps = pairwise(past.periods)
    left = [after for before, after in steps if past.key(before.values) == key and after.action == ROLLBACK]
    return left[-1].commit[:10]


def _uniform(values: Values) -> bool:
    """Whether all images are at one version, as those of one build are."""
    return len({bare_tag(image) for image in values}) == 1


def _moved_alone(past: Timeline, members: Mapping[int, str]) -> list[str]:
    """The apps that the last step moved, ordered, when it left others where they were; else nothing."""
    if len(past.periods) < 2 or len(set(members.values())) < 2:  # noqa: PLR2004 - a step, and a bundle
        return []
    before, after = past.periods[-2].values, past.periods[-1].values
    moved = {
        app for index, app in members.items() if past.key((before[index],)) != past.key((after[index],))
    }
    return sorted(moved) if moved != set(members.values()) else []


def _nothing(past: Timeline, passed: Sequence[PassedOver]) -> str:
    if past.cut is not None:
        return f"no earlier version can be used, and before {past.cut.commit[:10]} none can be read"
    if not passed:
        return "no other version ever ran here"
    return "no earlier version can be used: " + "; ".join(
        f"{shown(item.period.values)}: {item.reason}" for item in passed
    )


def _notes(past: Timeline, period: Period) -> tuple[str, ...]:
    unproven = sorted({image.version for image in period.values if not image.digest})
    notes = [
        f"no digest was recorded for {version}: nothing proves that the tag is the same image today"
        for version in unproven
    ]
    if past.cut is not None:
        notes.append(f"before {past.cut.commit[:10]} the versions cannot be read")
    return tuple(notes)
