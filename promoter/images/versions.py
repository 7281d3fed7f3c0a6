"""Order and limits of versions: pending."""

from promoter.config import AppImage
from promoter.model import Image


def verdict(old: Image, new: Image, rule: AppImage, *, forward: bool) -> str | None:
    """Why the rule is against this move, or None."""
    del old, new, rule, forward
    return None
