import pytest
from concurrent_runs import check, promoted_at_once
from fault_points import CASES, prepared

from promoter.commands import publish

pytestmark = pytest.mark.renderer


def test_promotions_at_the_same_time_all_land_in_one_line(tmp_path):
    """A few; `benchmarks/concurrent_promotions.py` runs fifty."""
    check(promoted_at_once(tmp_path, 6, 6), 6)


def test_same_promotion_at_the_same_time_is_one_pull_request(tmp_path):
    promote = CASES[0]
    before = prepared(tmp_path / "before", promote)
    alone = before.copy(tmp_path / "alone")
    alone.run(*promote.command)
    together = before.copy(tmp_path / "together")
    processes = [together.start(*promote.command) for _ in range(4)]
    ended = [(process.communicate()[1].decode(), process.returncode) for process in processes]
    assert ended == [("", 0)] * 4
    assert together.state() == alone.state()


def test_branch_that_moves_meanwhile_is_looked_at_anew(shop, promoter, monkeypatch):
    real, moves = publish.move_ref, []

    def overtaken(repository, ref, new, expected):
        if not moves:
            shop.git("update-ref", ref, "main")
        moves.append(expected)
        return real(repository, ref, new, expected)

    monkeypatch.setattr(publish, "move_ref", overtaken)

    ran = promoter("promote", "shop", "--from", "dev", "--to", "staging")

    assert ran.code == 0, ran.err
    assert moves == [None, shop.git("rev-parse", "main")]
    assert shop.git("log", "--format=%s", "main..promote/shop/staging").startswith("promote(shop)")
