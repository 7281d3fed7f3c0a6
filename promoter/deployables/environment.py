"""What environment names mean: spellings, tiers and the order of promotion when nothing is configured.

The only place that knows that `stg` is staging and `prd` is prod. It never looks at files; `normalise`
is idempotent, and two spellings of one environment always normalise to the same name.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

_SPELLINGS: Final[dict[str, tuple[str, ...]]] = {
    "sandbox": ("sandbox", "sbx"),
    "dev": ("dev", "develop", "development", "devel"),
    "integration": ("integration", "int"),
    "nonprod": ("nonprod",),
    "test": ("test", "tst", "testing"),
    "qa": ("qa", "qas"),
    "load": ("load", "perf", "performance"),
    "uat": ("uat", "acceptance", "acc"),
    "staging": ("staging", "stage", "stg", "stag"),
    "preprod": ("preprod", "preproduction"),
    "canary": ("canary",),
    "prod": ("prod", "prd", "production", "live"),
}
_TIERS: Final = {spelling: tier for tier, spellings in _SPELLINGS.items() for spelling in spellings}
_RANKS: Final = {tier: rank for rank, tier in enumerate(_SPELLINGS)}
_UNRANKED: Final = _RANKS["qa"]
_NUMBERED: Final = re.compile(r"([a-z]+?)(\d*)")
_PREFIXED: Final = re.compile(r"^(non|pre)[-_.](prod|prd|production)(?=$|[-_.])")
CORE_TIERS: Final = frozenset({"dev", "staging", "prod"})


@lru_cache(maxsize=4096)
def normalise(name: str) -> str:
    """The one spelling of an environment: `Production` and `prd` give `prod`, `stg-eu` gives `staging-eu`.

    Only a name's first word is respelt, so a cluster called `kflux-prd-rh02` keeps its name.
    """
    lowered = _PREFIXED.sub(r"\1prod", name.lower())
    first, separator, rest = _split_first(lowered)
    word = _NUMBERED.fullmatch(first)
    tier = _TIERS.get(word.group(1)) if word else None
    if word is None or tier is None:
        return lowered
    return f"{tier}{word.group(2)}{separator}{rest}"


def _split_first(name: str) -> tuple[str, str, str]:
    match = re.match(r"([^-_.]*)([-_.]?)(.*)", name, re.DOTALL)
    assert match is not None
    return match.group(1), match.group(2), match.group(3)


@lru_cache(maxsize=4096)
def tier_of(word: str) -> str | None:
    """The tier that one word spells (`prd2` gives `prod`), None when it spells none."""
    match = _NUMBERED.fullmatch(word.lower())
    return _TIERS.get(match.group(1)) if match else None


@lru_cache(maxsize=4096)
def tier_in(name: str) -> str | None:
    """The tier that some word of a name spells, the first word first and then from the end."""
    words = _words(name)
    position = _tier_word(words)
    return None if position is None else tier_of(words[position])


def beside_tier(name: str) -> tuple[str, ...]:
    """The words of a name without the one that spells its tier.

    `prod-eu` and `staging-eu` have ("eu",), `prod` has none, and of `prd2` the number is left.
    """
    words = _words(name)
    position = _tier_word(words)
    if position is None:
        return words
    number = words[position].lstrip("abcdefghijklmnopqrstuvwxyz")
    return (*words[:position], *([number] if number else []), *words[position + 1 :])


def _words(name: str) -> tuple[str, ...]:
    return tuple(re.split(r"[-_.]", _PREFIXED.sub(r"\1prod", name.lower())))


def _tier_word(words: tuple[str, ...]) -> int | None:
    positions = (0, *range(len(words) - 1, 0, -1))
    return next((position for position in positions if tier_of(words[position])), None)


@lru_cache(maxsize=4096)
def leading_tier(name: str) -> str | None:
    """The tier when the name is one or begins with one: `prod`, `prod-eu`; None for `shop-prod`."""
    return tier_of(_split_first(_PREFIXED.sub(r"\1prod", name.lower()))[0])


def promotion_order(environments: Iterable[str]) -> tuple[str, ...]:
    """The environments from the first to the last that a version reaches: by tier, then by name.

    A name without a known tier stands where `qa` does: after the tests, before staging.
    """
    return tuple(sorted(set(environments), key=lambda name: (rank(name), name)))


def rank(environment: str) -> int:
    """How late an environment comes in the order of promotion; higher is nearer to production."""
    tier = tier_in(environment)
    return _UNRANKED if tier is None else _RANKS[tier]
