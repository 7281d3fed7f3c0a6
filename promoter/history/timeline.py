"""The periods in which an environment ran one vector of versions, and how each began.

Must not read anything: commits and values come in. Callers may rely on this: values in files are the
truth and trailers only hints, equal neighbours are one period, and a step that cannot be read ends the
past instead of being guessed.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from promoter.frozen import frozen
from promoter.model import Image

Values = tuple[Image, ...]
Key = Callable[[Values], Hashable]

PROMOTE: Final = "promote"
ROLLBACK: Final = "rollback"
UNDO: Final = "undo"
OTHER: Final = "other"

_LEADING_V: Final = re.compile(r"(?<![A-Za-z0-9])[vV](?=\d)")


@frozen
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


@frozen
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


@frozen
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
        names = said.setdefault(key.lower(), set())
        names.update(name for each in value.split(",") if (name := each.strip()))
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
    runs = tuple(_runs(steps[cut + 1 :], key))
    actions, bad = _actions(runs)
    ends = (*(run.first.time for run in runs[1:]), None)
    periods = tuple(
        Period(run.values, run.first.time, end, run.first.commit, run.first.author, action, run.key in bad)
        for run, end, action in zip(runs, ends, actions, strict=False)
    )
    return Timeline(periods, key, steps[cut] if cut >= 0 else None)


@frozen
class _Run:
    """Neighbouring steps of one key: the first of them, and the values of the last."""

    key: Hashable
    first: Step
    values: Values


def _runs(steps: Iterable[Step], key: Key) -> Iterator[_Run]:
    """The runs of readable steps, in order."""
    for same, group in groupby(steps, lambda step: key(step.values or ())):
        every = tuple(group)
        yield _Run(same, every[0], every[-1].values or ())


def _actions(runs: Iterable[_Run]) -> tuple[list[str], set[Hashable]]:
    """How each run began, and the keys that are bad after the last one."""
    actions: list[str] = []
    seen: set[Hashable] = set()
    bad: set[Hashable] = set()
    before: Hashable = None
    for run in runs:
        action = _action(run.first, returns=run.key in seen and run.key not in bad)
        if actions and action == ROLLBACK:
            bad.add(before)
        bad.discard(run.key)
        seen.add(run.key)
        actions.append(action)
        before = run.key
    return actions, bad


def _action(step: Step, *, returns: bool) -> str:
    """How the values changed; who returns to earlier ones without saying so has rolled back."""
    if step.action in (PROMOTE, ROLLBACK):
        return step.action
    if step.action == UNDO:
        return PROMOTE
    return ROLLBACK if returns else OTHER


def shown(values: Values) -> str:
    """The versions of a vector for people: each distinct one once, in order."""
    return ", ".join(dict.fromkeys(image.version for image in values)) or "nothing"
