"""Slugs as gosimple/slug 1.15 makes them, for ApplicationSets and ResourceSets.

Letters with marks lose them; another alphabet is transliterated by tables that are not here, which is an
error and never a guess. https://pkg.go.dev/github.com/gosimple/slug
"""

import re
import unicodedata
from typing import Final

from promoter.deployables.gotemplate.errors import TemplateError

_ENGLISH: Final = str.maketrans({"&": "and", "@": "at"})
_OTHERS: Final = re.compile(r"[^a-z0-9_-]")


def slug(name: str, length: int, *, smart: bool) -> str:
    """The slug of a name, cut at `length` characters: `smart` cuts at the end of a word. 0 cuts nothing.

    Raises TemplateError for letters that it cannot write in ASCII.
    """
    plain = _ascii(name.strip().translate(_ENGLISH)).lower()
    if not smart and len(plain) >= length:
        plain = plain[:length]
    made = re.sub(r"-+", "-", _OTHERS.sub("-", plain)).strip("-_")
    return _cut(made, length) if smart and length > 0 else made


def _ascii(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name)
    found = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    if not found.isascii():
        raise TemplateError(f"the slug of {name!r} needs a transliteration that is not known here")
    return found


def _cut(made: str, length: int) -> str:
    if len(made) <= length:
        return made
    end = made.rfind("-", 0, length + 1)
    return made[: end if end >= 0 else length]
