"""Pins: the places where image versions are written, and the edits that change them.

`pins` lists every pin that a build of a directory reads; `edits` gives the characters to change and has
proved that nothing else moves. One setter a file, each listed in SETTERS; none reads anything but the
snapshot, and a pin that cannot be edited safely keeps its reason in `refusal`.
"""

from promoter.images.editing import edits
from promoter.images.layers import effective, overlays, shadowed, sharing
from promoter.images.reference import parse
from promoter.images.search import file_pins, files, pins, setter_pins
from promoter.images.setters import SETTERS, Setter, fitted, identity, is_image, setter

__all__ = [
    "SETTERS",
    "Setter",
    "edits",
    "effective",
    "file_pins",
    "files",
    "fitted",
    "identity",
    "is_image",
    "overlays",
    "parse",
    "pins",
    "setter",
    "setter_pins",
    "shadowed",
    "sharing",
]
