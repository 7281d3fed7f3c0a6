"""Who we are to a registry: the logins in docker's `config.json`.

Must not run a program or print a password: credential helpers are named where they would be needed, and
never run. Callers may rely on this: a file that cannot be read is a reason, not an error.
"""

import json
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Final

from promoter.frozen import frozen
from promoter.model import Json
from promoter.registry.address import DOCKER_HUB

_HUB_KEYS: Final = ("index.docker.io", "registry-1.docker.io", "docker.io")


@frozen
class Login:
    """A name and its password, which is never shown."""

    user: str
    password: str = field(repr=False)


@frozen
class Logins:
    """The logins by registry, and why a registry has none (under an empty name: why none has)."""

    known: Mapping[str, Login] = field(default_factory=dict, repr=False, hash=False)
    lacking: Mapping[str, str] = field(default_factory=dict, hash=False)

    def of(self, registry: str) -> Login | None:
        """The login for a registry (`ghcr.io`, `docker.io`, `host:5000`), or None."""
        return self.known.get(registry)

    def advice(self, registry: str) -> str:
        """What to do where a registry wants a login that we lack."""
        why = self.lacking.get(registry) or self.lacking.get("", "")
        return f"{why}; " * bool(why) + f"`docker login {registry}` writes one"


def read_logins(path: Path) -> Logins:
    """The logins of docker's configuration file; none, with the reason, where it cannot be read."""
    try:
        read: Json = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Logins(lacking={"": f"there is no {path}"})
    except (OSError, ValueError):
        return Logins(lacking={"": f"{path} cannot be read"})
    about = read if isinstance(read, dict) else {}
    known: dict[str, Login] = {}
    lacking = _helped(about)
    for server, entry in _mapping(about, "auths").items():
        found = _login(entry) if isinstance(entry, dict) else None
        if found is not None:
            known.setdefault(_registry(server), found)
        elif isinstance(entry, dict) and entry.get("identitytoken"):
            lacking[_registry(server)] = "its login is an identity token, which is not used"
    return Logins(known, lacking)


def _helped(about: Mapping[str, Json]) -> dict[str, str]:
    """The reasons where docker's own credential helpers keep the logins."""
    unused = "is kept by a credential helper ({}), which is not run"
    store = about.get("credsStore")
    found = {"": f"its login, if any, {unused.format(store)}"} if store else {}
    for server, helper in _mapping(about, "credHelpers").items():
        found[_registry(server)] = f"its login {unused.format(helper)}"
    return found


def _login(entry: Mapping[str, Json]) -> Login | None:
    user, password, auth = (entry.get(key) for key in ("username", "password", "auth"))
    if isinstance(user, str) and isinstance(password, str) and user:
        return Login(user, password)
    try:
        decoded = b64decode(auth if isinstance(auth, str) else "", validate=True).decode()
    except (Base64Error, ValueError):
        return None
    user, _, password = decoded.partition(":")
    # docker writes its own strings with a final NUL.
    return Login(user, password.rstrip("\0")) if user and password.rstrip("\0") else None


def _registry(server: str) -> str:
    """The registry that a key means: `https://index.docker.io/v1/` is Docker Hub's."""
    host = server.partition("://")[2] or server
    name = host.partition("/")[0].lower()
    return DOCKER_HUB if name in _HUB_KEYS else name


def _mapping(about: Mapping[str, Json], key: str) -> Mapping[str, Json]:
    found = about.get(key)
    return found if isinstance(found, dict) else {}
