"""The periods in which an environment ran one vector of versions, and how each began.

Must not read anything: commits and values come in. Callers may rely on this: values in files are the
truth and trailers only hints, equal neighbours are one period, and a step that cannot be read ends the
past instead of being guessed.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from promoter.model import Image

Values = tuple[Image, ...]
Key = Callable[[Values], Hashable]

PROMOTE: Final = "promote"
ROLLBACK: Final = "rollback"
UNDO: Final = "undo"
OTHER: Final = "other"

_LEADING_V: Final = re.compile(r"(?<![A-Za-z0-9])[vV](?=\d)")


@dataclass(frozen=True, slots=True)
class Step:
    """A first-parent commit that touched the pins' files, and what the pins said after it.

    `time` counts seconds since 1970. `action` is what the trailers say of this app and environment
    (`action_of`), None when they say nothing. `values` is None when today's way of reading does not find
    every pin there.
    """

    commit: str
    time: float
    author: str
    values: Values | None
    action: str | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """A time during which the vector stayed the same. `until` is None for the value of now.

    `values` is the latest spelling; `since`, `commit`, `author` and `action` tell how it began. `bad`
    says that a rollback left it and nobody has deliberately come back to it since.
    """

    values: Values
    since: float
    until: float | None
    commit: str
    author: str
    action: str
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """The periods, oldest first; `cut` is the commit before which the values cannot be read."""

    periods: tuple[Period, ...]
    key: Key
    cut: Step | None = None

    @property
    def current(self) -> Period | None:
        """The period of now, None when nothing can be read."""
        return self.periods[-1] if self.periods else None


def bare_tag(image: Image) -> str:
    """The tag without the `v` that some write before a number; empty when there is none."""
    return _LEADING_V.sub("", image.tag or "")


def spelling(values: Values) -> Hashable:
    """What two spellings of one version have in common: `v1.4.1` and `1.4.1` are the same version.

    The tag and the digest count; the repository's name does not, for only the version moves.
    """
    return tuple((bare_tag(image), (image.digest or "").lower()) for image in values)


def action_of(trailers: Iterable[tuple[str, str]], apps: Iterable[str], environment: str) -> str | None:
    """`promote`, `rollback` or `undo` when a commit's trailers say it of these apps; None when not.

    A trailer that names another app or environment is not about this one; where a commit says several
    things, it says nothing.
    """
    said: dict[str, set[str]] = {}
    for key, value in trailers:
        names = (name.strip() for name in value.split(","))
        said.setdefault(key.lower(), set()).update(name for name in names if name)
    about, places = said.get("promoter-app"), said.get("promoter-env")
    actions = said.get("promoter-action", set()) & {PROMOTE, ROLLBACK, UNDO}
    if (about and not about & set(apps)) or (places and environment not in places) or len(actions) != 1:
        return None
    return actions.pop()


def timeline(steps: Sequence[Step], key: Key = spelling) -> Timeline:
    """The periods of `steps` (oldest first), equal neighbours merged, with actions and bad marks.

    A value that returns without a trailer was rolled back to, unless it was marked bad: who comes back
    to that means it. Steps up to the last unreadable one do not count.
    """
    cut = max((index for index, step in enumerate(steps) if step.values is None), default=-1)
    periods: list[Period] = []
    bad: set[Hashable] = set()
    for step in steps[cut + 1 :]:
        assert step.values is not None
        if periods and key(periods[-1].values) == key(step.values):
            periods[-1] = replace(periods[-1], values=step.values)
            continue
        action = _action(step, {key(period.values) for period in periods}, bad, key)
        if periods:
            periods[-1] = replace(periods[-1], until=step.time)
            if action == ROLLBACK:
                bad.add(key(periods[-1].values))
        bad.discard(key(step.values))
        periods.append(Period(step.values, step.time, None, step.commit, step.author, action))
    marked = tuple(replace(period, bad=key(period.values) in bad) for period in periods)
    return Timeline(marked, key, steps[cut] if cut >= 0 else None)


def _action(step: Step, seen: set[Hashable], bad: set[Hashable], key: Key) -> str:
    assert step.values is not None
    if step.action in (PROMOTE, ROLLBACK):
        return step.action
    if step.action == UNDO:
        return PROMOTE
    return ROLLBACK if key(step.values) in seen - bad else OTHER


def shown(values: Values) -> str:
    """The versions of a vector for people: each distinct one once, in order."""
    return ", ".join(dict.fromkeys(image.version for image in values)) or "nothing"
