"""Error texts without the secrets that an engine may quote in them.

An engine that cannot parse a patch or a literal prints it. Whatever is a secret value in the build's own
files, and whatever looks like a key or token, is taken out before the message leaves this package.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from promoter.diff import Redactor, known_secrets
from promoter.kustomize import Graph
from promoter.model import RenderFailure, Snapshot

_REDACTOR: Final = Redactor()
_NO_FILES: Final[Mapping[str, bytes]] = {}


def hidden(failure: RenderFailure, files: Mapping[str, bytes] = _NO_FILES) -> RenderFailure:
    """The failure with the secrets that `files` hold, and all that looks like one, redacted."""
    known = known_secrets(Graph(Snapshot.of(files)), failure.path) if files else ()
    return replace(failure, message=_REDACTOR.text(failure.message, known))
