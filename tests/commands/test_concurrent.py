import pytest
from concurrent_runs import check, promoted_at_once

pytestmark = pytest.mark.renderer


def test_promotions_at_the_same_time_all_land_in_one_line(tmp_path):
    """A few; `benchmarks/concurrent_promotions.py` runs fifty."""
    check(promoted_at_once(tmp_path, 6, 6), 6)
