"""Times `status` and `rollback --dry-run` on a history of 5,000 commits and 1,000 pins.

    python benchmarks/long_history.py

Each command runs as a process of its own, start of Python included, five times; the best and the median
are printed.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "tests")]

from many_apps import with_history  # noqa: E402

ROLLBACK = ("rollback", "app007", "--in", "staging", "--because", "a measurement", "--dry-run")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--pins", type=int, default=1000)
    parser.add_argument("--commits", type=int, default=5000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="promoter-history-") as folder:
        work = with_history(Path(folder, "work"), asked.pins // 2, asked.commits)
        print(f"{asked.commits} commits, {asked.pins} pins, {os.cpu_count()} cores")
        for command in (("status",), ROLLBACK):
            took = sorted(seconds(work.path, Path(folder, "cache"), command) for _ in range(5))
            print(f"{command[0]}: best {took[0]:.2f} s, median {statistics.median(took):.2f} s")


def seconds(path: Path, cache: Path, command: tuple[str, ...]) -> float:
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent), "PROMOTER_CACHE_DIR": str(cache)}
    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "promoter", "-C", str(path), *command],
        env=environment,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
