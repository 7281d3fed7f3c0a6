"""The digest that a version gets: the source's, none, or what a registry says its tag stands for.

Must not ask a registry itself; whoever plans passes the one that answers. Callers may rely on this: a new
tag never stays beside the digest of an old one, and where a digest is required there is one or a refusal.
"""

from collections.abc import Callable
from dataclasses import replace

from promoter.errors import RefusedError
from promoter.images import is_image
from promoter.images.pairing import Names
from promoter.model import Image, Pin, Published, unknown

Look = Callable[[Image], Published]


def unasked(image: Image) -> Published:
    """The answer where nobody is asked."""
    return unknown(f"no registry was asked for the digest of {image}")


def with_digest(pin: Pin, new: Image, names: Names, look: Look) -> Image:
    """The image under the rule for digests of the pin's image; without a rule the digest follows the tag.

    Where only a tag is known, `look` says what it stands for: always when the rule requires a digest, and
    when one is followed only for a pin that has one already. Raises RefusedError when a required digest
    cannot be known.
    """
    rule = names.rule(pin)
    policy = rule.digest if rule else "follow"
    if not is_image(pin):
        return new
    if policy == "drop" and new.tag:
        return replace(new, digest=None)
    if new.digest or (policy == "follow" and not pin.image.digest):
        return new
    said = look(Image(names.repository(pin.image.name), new.tag))
    # A digest that stands beside this very tag stays: registries let tags move, and then no plan would end.
    known = pin.image.digest if pin.image.tag == new.tag else None
    digest = known if known and (said.is_there or policy == "require") else said.digest
    if digest:
        return replace(new, digest=digest)
    if policy == "require":
        raise RefusedError(
            f"{new} has no digest, which the configuration requires: {said.reason}",
            where=str(pin.location),
            hint="name it: VERSION@sha256:…",
        )
    return new
