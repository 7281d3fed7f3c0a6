"""What must not be shown, and what stands in its place.

Values of Secrets, SOPS ciphertext, PEM blocks and well-known kinds of tokens become a keyed hash, so
that "changed" stays visible and equal values look equal within one report, and only there. Nothing
here decides what is compared; a value is hidden when it is about to leave the core.
"""

import base64
import binascii
import hmac
import re
import secrets
from collections.abc import Iterable, Iterator
from typing import Final

from promoter.frozen import frozen
from promoter.model import Json

_SECRET_FIELDS: Final = frozenset({"data", "stringData"})
_LISTS_OF_ANYTHING: Final = frozenset({"List", "SecretList"})
_LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"
_PEM: Final = re.compile(
    r"-----BEGIN (?P<what>[A-Z0-9 ]+)-----.*?(?:-----END (?P=what)-----|\Z)", re.DOTALL
)
_SOPS: Final = re.compile(r"ENC\[AES256_GCM,[^\]\n]*\]?")
# Shapes that providers publish so that scanners find them.
_TOKENS: Final = re.compile(
    r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeoprs]-[\w-]{10,}"
    r"|(?:AKIA|ASIA)[A-Z0-9]{16}|npm_[A-Za-z0-9]{30,}|pypi-[\w-]{40,}"
    r"|AGE-SECRET-KEY-1[A-Z0-9]{20,}|eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,})"
)
_CREDENTIALS_IN_URL: Final = re.compile(r"(?<=://)[^\s/:@]+:[^\s/@]+(?=@)")
_SHORTEST_KNOWN: Final = 4


@frozen
class Redactor:
    """Hides values behind a hash made with `key`; with None behind a word that tells nothing.

    One key belongs to one report. Without a key the same input gives the same bytes, as bodies that are
    compared with their former selves need.
    """

    key: bytes | None = None

    @classmethod
    def fresh(cls) -> "Redactor":
        """A redactor for one report, with a key that nobody keeps."""
        return cls(secrets.token_bytes(16))

    def hidden(self, value: str) -> str:
        """What stands for `value`: `<redacted:1f6a0c3d>`."""
        if self.key is None:
            return "<redacted>"
        return f"<redacted:{hmac.digest(self.key, value.encode(), 'sha256').hex()[:8]}>"

    def text(self, text: str, known: Iterable[str] = ()) -> str:
        """`text` with PEM blocks, ciphertext, tokens and the `known` secret values hidden.

        Meant for error messages, and for every string of a manifest. Known values shorter than four
        characters stay: they are words of the message more often than leaks.
        """
        for value in sorted(set(known), key=lambda each: (-len(each), each)):
            if len(value) >= _SHORTEST_KNOWN:
                text = text.replace(value, self.hidden(value))
        for pattern in (_PEM, _SOPS, _TOKENS, _CREDENTIALS_IN_URL):
            text = pattern.sub(lambda match: self.hidden(match.group()), text)
        return text

    def value(self, kind: str, path: tuple[str, ...], value: Json) -> Json:
        """`value` as it may be shown, found at `path` (keys and `[items]`) of an object of `kind`."""
        if _is_secret(kind, path) and not (len(path) == 1 and isinstance(value, dict)):
            return self._all(value, encoded="data" in path)
        if isinstance(value, dict):
            return {key: self.value(kind, (*path, key), child) for key, child in value.items()}
        if isinstance(value, list):
            return [self.value(kind, (*path, "[]"), child) for child in value]
        return self.text(value) if isinstance(value, str) else value

    def _all(self, value: Json, *, encoded: bool) -> Json:
        if isinstance(value, dict):
            return {key: self._all(child, encoded=encoded) for key, child in value.items()}
        if isinstance(value, list):
            return [self._all(child, encoded=encoded) for child in value]
        if value is None:
            return None
        return self.hidden(_decoded(str(value)) if encoded else str(value))


def _is_secret(kind: str, path: tuple[str, ...]) -> bool:
    if not path:
        return False
    if kind == "Secret":
        return path[0] in _SECRET_FIELDS or path[-1] == _LAST_APPLIED
    if kind in _LISTS_OF_ANYTHING:
        return not _SECRET_FIELDS.isdisjoint(path) or path[-1] == _LAST_APPLIED
    return path[0] == "sops" or path[:2] == ("spec", "encryptedData")


def secret_values(body: dict[str, Json]) -> frozenset[str]:
    """The values of one Secret as plain text and as written, to hide them in messages; else nothing."""
    if body.get("kind") != "Secret":
        return frozenset()
    found: set[str] = set()
    for field in sorted(_SECRET_FIELDS):
        for value in leaves(body.get(field)):
            found |= {value, _decoded(value)} if field == "data" else {value, _encoded(value)}
    return frozenset(found)


def leaves(value: Json) -> Iterator[str]:
    """Every text in a value, whatever its shape: a malformed Secret holds secrets too."""
    if isinstance(value, dict | list):
        for child in value.values() if isinstance(value, dict) else value:
            yield from leaves(child)
    elif isinstance(value, str) and value:
        yield value


def _decoded(value: str) -> str:
    """Base64 text decoded, so that a value looks equal in `data` and `stringData`; else as it is."""
    try:
        return base64.b64decode("".join(value.split()), validate=True).decode()
    except (binascii.Error, ValueError):
        return value


def _encoded(value: str) -> str:
    return base64.b64encode(value.encode()).decode()
