"""The words of a command as values: names, versions, spans of time, reasons.

Each function turns one word into a value or raises `WordError` with a sentence for the person who
wrote it. A word that comes back is plain ASCII without separators or leading dashes, except a reason,
which is one line of printable text.
"""

import re
import unicodedata
from datetime import UTC, datetime
from typing import Final

from promoter.config import seconds

LONGEST_NAME: Final = 100
LONGEST_REASON: Final = 500
LONGEST_SPAN: Final = 3650 * 86_400

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_COUNT = re.compile(r"[1-9][0-9]?|100")
_GATE = re.compile(r"[a-z]+(?:,[a-z]+)*")
_UNSEEN: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})


class WordError(Exception):
    """A word is not what its place asks for; the message is for the person who wrote it."""


def unseen(text: str) -> str | None:
    """The first character of `text` that a reader cannot see, named, with its 1-based column; or None.

    Controls, right-to-left marks, zero-width and private characters count; tabs do not.
    """
    for column, character in enumerate(text, start=1):
        if unicodedata.category(character) in _UNSEEN and character != "\t":
            return f"{described(character)} in column {column}"
    return None


def described(character: str) -> str:
    """A character by code point and Unicode name: `U+0430 CYRILLIC SMALL LETTER A`."""
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()


def name(word: str) -> str:
    """The name of an app, bundle, environment or group, as written."""
    strange = next((character for character in word if not character.isascii()), None)
    if strange is not None:
        raise WordError(f"{shown(word)} is not a name: it holds {described(strange)}, and names are ASCII")
    if not _NAME.fullmatch(word) or ".." in word or len(word) > LONGEST_NAME:
        raise WordError(
            f"{shown(word)} is not a name: letters, digits, `.`, `_` and `-` are, "
            f"starting with a letter or digit, at most {LONGEST_NAME} characters"
        )
    return word


def version(word: str) -> str:
    """A tag, `TAG@sha256:…`, `sha256:…` or `newest`, as written."""
    tag, at, digest = word.partition("@")
    named = bool(_DIGEST.fullmatch(tag)) and not at
    if named or (_TAG.fullmatch(tag) and (not at or _DIGEST.fullmatch(digest))):
        return word
    raise WordError(f"{shown(word)} is not a version: write a tag, `TAG@sha256:…`, `sha256:…` or `newest`")


def versioned(word: str) -> tuple[str, str | None]:
    """A subject and the version after its `@`, None when there is none."""
    subject, at, wanted = word.partition("@")
    return name(subject), version(wanted) if at else None


def reason(word: str) -> str:
    """Why somebody asks, as one line without surrounding blanks."""
    text = " ".join(word.split())
    if not text:
        raise WordError("the reason is empty: write a few words between the quotes")
    if len(text) > LONGEST_REASON:
        raise WordError(
            f"the reason has {len(text)} characters; at most {LONGEST_REASON} are kept in a commit"
        )
    return text


def span(word: str) -> int:
    """A length of time in seconds, written `30m`, `12h`, `3d` or `2w`; at most ten years."""
    length = seconds(word)
    if not length or length > LONGEST_SPAN:
        raise WordError(f"{shown(word)} is not a length of time: write `30m`, `12h`, `3d` or `2w`")
    return length


def moment(word: str) -> datetime:
    """A point in time (ISO 8601) with its zone; UTC when none is written."""
    try:
        found = datetime.fromisoformat(word)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise WordError(
            f"{shown(word)} is not a time: write `2026-12-24` or `2026-12-24T18:00+01:00`"
        ) from None


def count(word: str) -> int:
    """How many steps, from 1."""
    if not _COUNT.fullmatch(word):
        raise WordError(f"{shown(word)} is not a number of steps from 1 to 100")
    return int(word)


def gates(word: str) -> tuple[str, ...]:
    """The names of gates, written with commas and no spaces."""
    if not _GATE.fullmatch(word) or len(word) > LONGEST_NAME:
        raise WordError(f"{shown(word)} does not name gates: write `soak` or `soak,window`")
    return tuple(dict.fromkeys(word.split(",")))


def shown(word: str) -> str:
    """A stranger's word for a reply: cut short, without anything that Markdown or GitHub would act on."""
    visible = "".join(
        "?" if unicodedata.category(character) in _UNSEEN or character == "`" else character
        for character in word
    )
    return f"`{visible[:60]}{'…' if len(visible) > len(visible[:60]) else ''}`"
