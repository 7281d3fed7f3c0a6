import pytest
from concurrent_runs import check, promoted_at_once
from fault_points import CASES, prepared

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
