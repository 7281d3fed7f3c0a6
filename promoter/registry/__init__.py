"""Where images are published: asks whether one is there and which digest its tag stands for.

Must not decide what follows from the answer, and must not pull, push or list. Callers may rely on this:
`look` always answers (what cannot be told is an answer with its reason), the same image gives the same
answer all through a run, and without `verify.exists` in the configuration no connection is made.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Protocol

from promoter.frozen import frozen
from promoter.model import Image, Published, unknown

__all__ = ["Registry", "Unasked", "registry_for"]


class Registry(Protocol):
    """Whoever knows what is published."""

    def look(self, image: Image) -> Published:
        """Whether the image is there, by its digest where it has one, else by its tag."""

    def close(self) -> None:
        """Let go of connections."""


NOT_ASKED: Final = "no registry is asked: the configuration says `verify: { exists: off }`"


@frozen
class Unasked:
    """The registry of a configuration that asks none."""

    def look(self, image: Image) -> Published:  # noqa: ARG002 - the protocol asks by image
        """Unknown, because nobody is asked."""
        return unknown(NOT_ASKED)

    def close(self) -> None:
        """Nothing is held."""


def registry_for(policy: str, environment: Mapping[str, str]) -> Registry:
    """The registry for `verify.exists`: `off` asks nobody.

    `environment` is the process's; `DOCKER_CONFIG` and `HOME` say where docker keeps its logins.
    """
    if policy == "off":
        return Unasked()
    from promoter.registry.http import HttpRegistry
    from promoter.registry.login import read_logins

    home = environment.get("DOCKER_CONFIG", "")
    folder = Path(home) if home else Path(environment.get("HOME", "") or Path.home(), ".docker")
    return HttpRegistry(read_logins(folder / "config.json"))
