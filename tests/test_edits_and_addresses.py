"""The values at the bottom: edits of characters, addresses of environments, and laid over snapshots."""

import pytest

from promoter.config import AppImage
from promoter.errors import EditError, UsageError
from promoter.images.versions import verdict
from promoter.model import Edit, EnvRef, Image, Snapshot
from promoter.model.places import splice


def edit(start, end, replacement):
    return Edit("a.yaml", start, end, replacement)


def test_edits_change_their_own_characters_in_any_order_and_keep_the_byte_order_mark():
    content = "\ufeffä: 1\nb: 2\n".encode()
    assert splice(content, [edit(8, 9, "20"), edit(3, 4, "10")]) == "\ufeffä: 10\nb: 20\n".encode()


@pytest.mark.parametrize(
    "edits", [[edit(0, 3, "x"), edit(2, 4, "y")], [edit(3, 2, "x")], [edit(0, 99, "x")]]
)
def test_edits_that_overlap_or_leave_the_text_are_refused(edits):
    with pytest.raises(EditError, match="edits overlap or leave the text at character"):
        splice(b"a: 1\n", edits)


def test_a_file_that_is_no_text_is_not_edited():
    with pytest.raises(EditError, match=r"the file is not UTF-8: .* at byte 3"):
        splice(b"a: \xff\n", [edit(0, 1, "b")])


@pytest.mark.parametrize("text", ["", "@main", "prod@"])
def test_an_address_has_a_name_and_where_it_says_one_a_revision(text):
    with pytest.raises(UsageError, match="expected ENV, ENV@REV"):
        EnvRef.parse(text)


@pytest.mark.parametrize("text", ["prod", "prod@main", "./apps/x@HEAD~1", "prod@user@host"])
def test_an_address_is_written_as_it_is_read(text):
    assert str(EnvRef.parse(text)) == text


def test_a_snapshot_with_other_files_holds_those_and_the_rest():
    after = Snapshot.of({"a": b"1", "b": b"2", "c/d": b"3"}).with_files({"a": b"9", "b": None, "e": b"5"})
    assert dict(after.contents) == {"a": b"9", "c/d": b"3", "e": b"5"}
    assert (list(after.contents), len(after.contents)) == (list(after.entries), 3)
    with pytest.raises(KeyError):
        after["b"]


def test_a_digest_without_a_tag_has_no_place_in_an_order():
    old, new = Image("x/shop", "1.4.1"), Image("x/shop", None, "sha256:" + "a" * 64)
    assert "a digest alone has no order" in (verdict(old, new, AppImage("x/shop")) or "")
    assert verdict(old, new, AppImage("x/shop", direction="any")) is None
