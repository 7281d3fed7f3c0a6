"""What a registry says of an image that somebody wants to run."""

from enum import StrEnum

from promoter.frozen import frozen


class Presence(StrEnum):
    """`there` and `absent` are the registry's own words; everything else is `unknown`."""

    THERE = "there"
    ABSENT = "absent"
    UNKNOWN = "unknown"


@frozen
class Published:
    """One answer. `digest` is what the reference stands for (the index's, where there is one).

    It is empty unless the image is there. `reason` says why it is absent or unknown, and what to do.
    """

    presence: Presence
    digest: str = ""
    reason: str = ""

    @property
    def is_there(self) -> bool:
        """Whether the registry has it."""
        return self.presence is Presence.THERE


def unknown(reason: str) -> Published:
    """The answer that nobody has, and why."""
    return Published(Presence.UNKNOWN, reason=reason)
