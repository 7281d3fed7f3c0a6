"""Colours of a terminal, or their absence, as a value that reporters use without asking.

Only the sixteen named colours are used, so that the user's own theme decides what they look like.
"""

import re
from typing import Final

from promoter.frozen import frozen

_CODES: Final = {"red": "31", "green": "32", "yellow": "33", "blue": "34", "magenta": "35", "cyan": "36"}
_ESCAPES: Final = re.compile(r"\x1b\[[0-9;]*m")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@frozen
class Paint:
    """A brush that colours text when `colour` is true and returns it unchanged when not."""

    colour: bool = False

    def __call__(self, text: str, name: str, *, bold: bool = False, dim: bool = False) -> str:
        """`text` in the colour `name` (an empty name for the usual one)."""
        codes = [*(["1"] if bold else []), *(["2"] if dim else []), *([_CODES[name]] if name else [])]
        return f"\x1b[{';'.join(codes)}m{text}\x1b[0m" if self.colour and text and codes else text


def width(text: str) -> int:
    """How many characters of `text` are seen, colours left out."""
    return len(_ESCAPES.sub("", text))


def printable(text: str) -> str:
    """`text` without control characters that could move the cursor or reverse the reading order."""
    return _CONTROLS.sub("\ufffd", text)
