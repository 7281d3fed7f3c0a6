"""What stands where a value belongs until somebody puts one there: `changeme`, `<password>`, `***`.

It must not judge: to a rule about secrets a placeholder is no secret yet, to one about leftovers it is the
fault. Callers may rely on this: what asks to be replaced is a placeholder, and no sentence is one.
"""

import re
from typing import Final

_ASKING: Final = re.compile(
    r"[_<\[{(]*(?:(?:[\w-]*[-_])?(?:change|replace)[-_ ]?(?:me|this)(?:[-_\d!][\w!-]*)?"
    r"|replace[-_ ]with[-_ ][\w -]+|placeholder|your[-_][\w-]+)[_>\]})]*",
    re.IGNORECASE,
)
_BLANK: Final = re.compile(r"[\w-]*placeholder[\w-]*|\[?redacted\]?|\*+|<.*>", re.IGNORECASE | re.DOTALL)
_FILLING: Final = re.compile(r"dummy[\w-]*|x+|\.{3}", re.IGNORECASE)


def asks_to_be_replaced(text: str) -> bool:
    """Whether the whole text says that something else belongs in its place: `CHANGE_ME`, `your-token`."""
    return _ASKING.fullmatch(text.strip()) is not None


def is_placeholder(text: str) -> bool:
    """Whether the whole text can be no value: it asks to be replaced, or shows where one was (`***`)."""
    return asks_to_be_replaced(text) or _BLANK.fullmatch(text.strip()) is not None


def fills_a_place(text: str) -> bool:
    """Whether the whole text is most likely no value, yet would be used as one (`xxx`, `dummy`)."""
    return _FILLING.fullmatch(text.strip()) is not None
