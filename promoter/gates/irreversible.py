"""Whether a version goes back to before one that cannot be undone, such as a migration of a database.

Must not read anything. Callers may rely on this: only going back over the limit closes the gate, and a
version whose place in the app's order cannot be told counts as before it.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from promoter.config import App, AppImage
from promoter.gates.verdict import Verdict, allowed, refused
from promoter.images import is_image
from promoter.images.pairing import names_of
from promoter.images.versions import compare
from promoter.model import Bump, Plan

GATE: Final = "irreversible"
_DEFAULT: Final = AppImage("")


def irreversible_gate(apps: Mapping[str, App], plan: Plan) -> tuple[Verdict, ...]:
    """The verdict on what a plan moves, by the apps' `irreversible_before`; nothing where none has one.

    Of an app that pins images and refs only the images count: their versions are what the limit is of.
    """
    limited = [bump for bump in _counting(plan) if bump.app in apps and apps[bump.app].irreversible_before]
    if not limited:
        return ()
    reasons = dict.fromkeys(reason for bump in limited for reason in _against(apps[bump.app], bump))
    if reasons:
        return (refused(GATE, "; ".join(reasons)),)
    return (allowed(GATE, "nothing goes back over a version that cannot be undone"),)


def _counting(plan: Plan) -> list[Bump]:
    with_images = {bump.app for bump in plan.bumps if is_image(bump.pin)}
    return [bump for bump in plan.bumps if is_image(bump.pin) or bump.app not in with_images]


def _against(app: App, bump: Bump) -> Iterator[str]:
    limit = app.irreversible_before
    order = (names_of(app.images).rule(bump.pin) or _DEFAULT).order
    was, will = (compare(limit, image.tag or "", order) for image in (bump.old, bump.new))
    if was == -1 or (will is not None and will >= 0):
        return
    if will is None:
        yield (
            f"whether {bump.new.version} is before {limit} cannot be told ({order}), and {app.name} cannot"
            " go back over that version"
        )
    else:
        back = f"{app.name} cannot go back from {bump.old.version} to {bump.new.version}"
        yield f"{back}: {limit} is not undone"
