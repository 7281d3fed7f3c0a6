"""Whether a moment lies in a recurring window: our own `windows:` and Argo CD's `syncWindows`.

Deny beats allow; where any allow window is written, everything outside of them is denied
(https://argo-cd.readthedocs.io/en/stable/user-guide/sync_windows/, read for Argo CD 3.5).
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from promoter.config import Window, Windows
from promoter.frozen import frozen
from promoter.gates.verdict import Verdict, allowed, pending

GATE = "window"


@frozen
class Opening:
    """A window that covers a moment, and when it ends."""

    window: Window
    ends: datetime


def covering(window: Window, timezone: str, now: datetime) -> Opening | None:
    """The occurrence of the window that covers `now` (aware), None when none does.

    A start that a clock change skips or repeats counts as the clock on the wall shows it.
    """
    from cronsim import CronSim

    local = now.astimezone(ZoneInfo(timezone))
    if window.duration <= 0:
        return None
    starts = CronSim(window.start, local + timedelta(minutes=1), reverse=True)
    start = next((each for each in starts if each <= local), None)
    if start is None:
        return None
    ends = start.astimezone(ZoneInfo("UTC")) + timedelta(seconds=window.duration)
    return Opening(window, ends.astimezone(local.tzinfo)) if now < ends else None


def next_start(window: Window, timezone: str, now: datetime) -> datetime | None:
    """When the window opens next after `now`, None when it never does."""
    from cronsim import CronSim

    return next(CronSim(window.start, now.astimezone(ZoneInfo(timezone))), None)


def window_gate(windows: Windows, now: datetime) -> Verdict:
    """Whether the environment may change at `now`; pending names the window and when it changes."""
    for window in windows.deny:
        closed = covering(window, windows.timezone, now)
        if closed:
            name = window.name or window.start
            return pending(GATE, f"closed by the window {name!r} until {_shown(closed.ends)}")
    if not windows.allow:
        return allowed(GATE, "no window closes it now")
    for window in windows.allow:
        opening = covering(window, windows.timezone, now)
        if opening:
            return allowed(GATE, f"open until {_shown(opening.ends)}")
    starts = [start for w in windows.allow if (start := next_start(w, windows.timezone, now))]
    return pending(GATE, f"opens {_shown(min(starts))}" if starts else "no window ever opens it")


def controller_gate(windows: tuple[Windows, ...], now: datetime) -> Verdict:
    """Whether a controller's own windows let it sync at `now`; they hold in several time zones.

    One that denies closes; where any allows, one that is open must. One that cannot be read closes too:
    nobody checked it when it was written.
    """
    unreadable = next((problem for each in windows if (problem := _problem(each))), None)
    if unreadable is not None:
        return pending(GATE, unreadable)
    denied = [window_gate(Windows(each.timezone, deny=each.deny), now) for each in windows]
    closed = next((verdict for verdict in denied if not verdict.passed), None)
    if closed is not None:
        return closed
    allowing = [window_gate(each, now) for each in windows if each.allow]
    opened = next((verdict for verdict in allowing if verdict.passed), None)
    if opened is None and allowing:
        return pending(GATE, f"the controller does not sync now: {allowing[0].reason}")
    return opened or allowed(GATE, "no window closes it now")


def _problem(windows: Windows) -> str | None:
    """What cannot be read of a controller's windows, or None."""
    from cronsim import CronSim, CronSimError

    for window in (*windows.deny, *windows.allow):
        try:
            CronSim(window.start, datetime(2000, 1, 1, tzinfo=ZoneInfo(windows.timezone)))
        except CronSimError:
            return f"the window {window.start!r} of {window.name} cannot be read"
        except (ZoneInfoNotFoundError, ValueError):
            return f"the time zone {windows.timezone!r} of a window of {window.name} is not known"
    return None


def _shown(moment: datetime) -> str:
    return moment.strftime("%a %Y-%m-%d %H:%M %Z")
