"""Promotes and lands fifty apps of one repository at once, each by processes of its own.

python benchmarks/concurrent_promotions.py --apps 50
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "tests")]

from concurrent_runs import check, promoted_at_once  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--apps", type=int, default=50)
    parser.add_argument("--at-once", type=int, default=50)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="promoter-concurrent-") as folder:
        begun = time.perf_counter()
        work = promoted_at_once(Path(folder), asked.apps, asked.at_once)
        took = time.perf_counter() - begun
        check(work, asked.apps)
        print(f"{asked.apps} promotions, {asked.at_once} at once: all landed in one line in {took:.1f} s")


if __name__ == "__main__":
    main()
