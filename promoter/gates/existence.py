"""Whether the images that are about to move are in their registry, from what the registry said.

Must not ask it. Callers may rely on this: `require` lets nothing through that the registry does not
confirm, except a rollback, which only the registry's own no stops: an incident must not wait for it.
"""

from collections.abc import Mapping
from typing import Final

from promoter.gates.verdict import Verdict, allowed, pending, refused
from promoter.model import Image, Presence, Published

GATE: Final = "exists"


def existence_gate(policy: str, found: Mapping[Image, Published], *, incident: bool = False) -> Verdict:
    """The verdict on images and the registry's answers, under `verify.exists` (`warn` or `require`).

    `incident` is True for a rollback. Without images the gate is open.
    """
    absent = [each.reason for each in found.values() if each.presence is Presence.ABSENT]
    unknown = [each.reason for each in found.values() if each.presence is Presence.UNKNOWN]
    if not absent and not unknown:
        names = ", ".join(str(image) for image in found)
        return allowed(GATE, f"{names} {'is' if len(found) == 1 else 'are'} there" if found else "no image")
    told = "; ".join(dict.fromkeys((*absent, *unknown)))
    if policy == "require" and absent:
        return refused(GATE, told)
    if policy == "require" and not incident:
        return pending(GATE, f"not verified: {told}")
    return allowed(GATE, told if absent else f"not verified: {told}", warning=True)
