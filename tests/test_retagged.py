from hypothesis import given
from hypothesis import strategies as st

from promoter.images import file_pins
from promoter.images.retagged import retagged
from promoter.kustomize import Graph
from promoter.model import Snapshot

PATH = "overlays/prod/kustomization.yaml"
TAGS = st.sampled_from(
    ("1.9", "1.10", "v1.4.2", "0123456", "6e5", "on", "null", "~", "2024-01-01", "1.0-rc.1", "latest", "")
) | st.sampled_from(
    ("1_000", "0x1F", "1:30", "a b", "é", "-1", ".5", "'", "1.0 # not", f"v1@sha256:{'a' * 64}", "v1@")
)
QUOTES = st.sampled_from(["{}", '"{}"', "'{}'"])


def parsed(content):
    return file_pins(Graph(Snapshot.of({PATH: content})), PATH)


def images(pins):
    return [(pin.setter, pin.field, pin.image, pin.alias) for pin in pins]


def text(*tags, comment=""):
    entries = "".join(f"  - name: app{number}\n    newTag: {tag}\n" for number, tag in enumerate(tags))
    return f"resources: [../../base]\nimages:\n{entries}{comment}".encode()


def test_changed_tag_is_told_without_parsing():
    known = text('"1.9"', "v2")
    found = retagged(known, parsed(known), text('"1.10"', "v2"))
    assert found is not None
    assert images(found) == images(parsed(text('"1.10"', "v2")))


def test_changes_of_anything_else_have_to_be_parsed():
    known = text("1.9", "v2")
    pins = parsed(known)
    for other in (
        text("1.10", "v3"),
        text("1.9"),
        text("1.9", "v2", comment="# 1\n"),
        text('"1.9"', "v2"),
        known.replace(b"app1", b"app7"),
        known.replace(b"newTag: v2", b"digest: v2"),
        known.replace(b"../../base", b"../../base2"),
    ):
        assert retagged(known, pins, other) is None


def test_tag_behind_an_anchor_has_to_be_parsed():
    known = b"images:\n  - name: a\n    newTag: &v v1\n  - name: b\n    newTag: *v\n"
    assert retagged(known, parsed(known), known.replace(b"v1", b"v2")) is None


def test_tag_that_stands_in_a_comment_is_no_version():
    known = text("1.9", comment="# newTag: 1.9\n")
    assert retagged(known, parsed(known), known.replace(b"# newTag: 1.9", b"# newTag: 1.8")) is None


@given(TAGS, TAGS, TAGS, QUOTES, QUOTES)
def test_whatever_is_told_is_what_parsing_gives(before, after, other, one, two):
    known = text(one.format(before), other)
    content = text(two.format(after), other)
    found = retagged(known, parsed(known), content)
    assert found is None or images(found) == images(parsed(content))
