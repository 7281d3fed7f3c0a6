"""What a registry asks for before it answers: a password, or a token from the server that it names.

Must not connect. The words are those of RFC 9110 (`WWW-Authenticate`) and of the token authentication
specification of the CNCF's distribution.
"""

import re
from base64 import b64encode
from typing import Final

from promoter.frozen import frozen
from promoter.registry.login import Login

_SCHEME: Final = re.compile(r"(?:^|,)\s*([\w-]+)\s+(?=[\w-]+\s*=)")
_WORD: Final = re.compile(r'([\w-]+)\s*=\s*(?:"([^"]*)"|([^\s",]+))')


@frozen
class Challenge:
    """`scheme` is `bearer` or `basic`; the rest is of a token's server: its URL, the service, the scope."""

    scheme: str
    realm: str = ""
    service: str = ""
    scope: str = ""

    def query(self, repository: str) -> dict[str, str]:
        """The parameters that ask for a token to read a repository."""
        asked = {"service": self.service, "scope": self.scope or f"repository:{repository}:pull"}
        return {key: value for key, value in asked.items() if value}


def challenge_in(header: str) -> Challenge | None:
    """The challenge that we can meet, a token's before a password's; None when there is none."""
    found: dict[str, Challenge] = {}
    _, *parts = _SCHEME.split(header)
    for scheme, words in zip(parts[::2], parts[1::2], strict=True):
        said = {key.lower(): quoted or plain for key, quoted, plain in _WORD.findall(words)}
        about = (said.get(key, "") for key in ("realm", "service", "scope"))
        found.setdefault(scheme.lower(), Challenge(scheme.lower(), *about))
    return found.get("bearer") or found.get("basic")


def basic(login: Login) -> str:
    """The `Authorization` header of a login."""
    return f"Basic {b64encode(f'{login.user}:{login.password}'.encode()).decode()}"
