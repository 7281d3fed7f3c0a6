from promoter.kustomize import Memo
from promoter.render.remembered import recall, remember


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


def test_what_is_no_longer_used_is_dropped(tmp_path):
    first = Memo()
    first.get("kind", "old", lambda: 1)
    remember(first, "/repo", tmp_path)
    second = Memo()
    recall(second, "/repo", tmp_path)
    second.get("kind", "new", lambda: 2)
    remember(second, "/repo", tmp_path)
    third = Memo()
    recall(third, "/repo", tmp_path)
    assert third.get("kind", "old", lambda: "asked again") == "asked again"


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
