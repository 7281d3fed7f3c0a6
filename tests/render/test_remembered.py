import os

import pytest

from promoter.kustomize import Memo
from promoter.render.remembered import recall, recall_tree, remember, remember_tree


def test_what_was_used_is_known_in_the_next_run(tmp_path):
    first = Memo()
    first.get("kind", "blob", lambda: ["Component"])
    remember(first, "/repo", tmp_path)
    second = Memo()
    recall(second, "/repo", tmp_path)
    asked = []
    assert second.get("kind", "blob", lambda: asked.append(1)) == ["Component"]
    assert not asked
    assert not second.fresh


def test_another_repository_knows_nothing_of_it(tmp_path):
    memo = Memo()
    memo.get("kind", "blob", lambda: 1)
    remember(memo, "/repo", tmp_path)
    other = Memo()
    recall(other, "/other", tmp_path)
    assert other.get("kind", "blob", lambda: 2) == 2


@pytest.mark.parametrize(("limit", "found"), [(2, 1), (1, "asked again")])
def test_what_is_no_longer_used_is_dropped_when_there_is_too_much(tmp_path, limit, found):
    first = Memo()
    first.get("kind", "blob-old", lambda: 1)
    remember(first, "/repo", tmp_path)
    second = Memo(limit)
    recall(second, "/repo", tmp_path)
    second.get("kind", "blob-new", lambda: 2)
    remember(second, "/repo", tmp_path)
    third = Memo()
    recall(third, "/repo", tmp_path)
    assert third.get("kind", "blob-old", lambda: "asked again") == found


def test_a_damaged_file_is_as_good_as_none(tmp_path):
    memo = Memo()
    memo.get("kind", "blob", lambda: 1)
    remember(memo, "/repo", tmp_path)
    kept = next(path for path in tmp_path.rglob("*.json"))
    kept.write_text('{"kind": [')
    other = Memo()
    recall(other, "/repo", tmp_path)
    assert other.get("kind", "blob", lambda: 3) == 3


def test_nothing_is_written_when_nothing_is_new(tmp_path):
    memo = Memo()
    remember(memo, "/repo", tmp_path)
    assert not list(tmp_path.iterdir())


def test_only_the_part_that_is_asked_for_is_read_and_only_what_is_new_is_written(tmp_path):
    first = Memo()
    for blob in ("a1", "b1"):
        first.get("kind", blob, lambda: "first")
    remember(first, "/repo", tmp_path)
    kept = {path: path.read_bytes() for path in (tmp_path / "memo").iterdir()}
    assert len(kept) == 2
    second = Memo()
    recall(second, "/repo", tmp_path)
    for path, content in kept.items():
        if b"b1" in content:
            path.write_bytes(b"{}")
    assert second.get("kind", "a1", lambda: "again") == "first"
    second.get("kind", "a2", lambda: "second")
    remember(second, "/repo", tmp_path)
    written = [path.read_bytes() for path in (tmp_path / "memo").iterdir()]
    assert sorted(written) == [b'{"kind":{"a1":"first","a2":"second"}}', b"{}"]


def test_the_parts_that_were_written_last_are_kept(tmp_path):
    (tmp_path / "memo").mkdir()
    for number in range(1024):
        old = tmp_path / "memo" / f"{number}.json"
        old.write_text("{}")
        os.utime(old, (number, number))
    memo = Memo()
    memo.get("kind", "blob", lambda: 1)
    remember(memo, "/repo", tmp_path)
    assert len(list((tmp_path / "memo").iterdir())) == 1024
    assert not (tmp_path / "memo" / "0.json").exists()
    assert (tmp_path / "memo" / "1.json").exists()


def test_what_one_repository_told_stays_known_while_another_is_asked(tmp_path):
    memo = Memo()
    memo.get("kind", "blob-1", lambda: 1)
    remember(memo, "/one", tmp_path)
    other = Memo()
    other.get("kind", "blob-2", lambda: 2)
    remember(other, "/two", tmp_path)
    both = Memo()
    recall(both, "/one", tmp_path)
    assert both.get("kind", "blob-1", lambda: "asked") == 1
    recall(both, "/two", tmp_path)
    assert both.get("kind", "blob-2", lambda: "asked") == 2
    assert both.get("kind", "blob-1", lambda: "asked") == 1
    assert not both.fresh


def test_a_tree_is_kept_under_its_key(tmp_path):
    remember_tree("tree", {"found": [1]}, tmp_path)
    assert recall_tree("tree", tmp_path) == {"found": [1]}
    assert recall_tree("other", tmp_path) is None


def test_the_trees_that_were_used_last_are_kept(tmp_path):
    for number in range(16):
        remember_tree(f"{number}", number, tmp_path)
    for age, path in enumerate(sorted((tmp_path / "trees").iterdir())):
        os.utime(path, (age, age))
    assert recall_tree("0", tmp_path) == 0
    remember_tree("new", "new", tmp_path)
    assert recall_tree("0", tmp_path) == 0
    assert recall_tree("new", tmp_path) == "new"
    assert len(list((tmp_path / "trees").iterdir())) == 16
