"""Times `status` and `rollback --dry-run` on a history of 5,000 commits and 1,000 pins.

    python benchmarks/long_history.py

Each command runs as a process of its own, start of Python included, once to compile what is imported, as an
installation does, and then five times. The best and the median are printed, and the best processor time:
where the machine is busy, that is the one to compare.
"""

import argparse
import os
import resource
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
            runs = [seconds(work.path, Path(folder, "cache"), command) for _ in range(6)]
            took, busy = zip(*runs[1:], strict=True)
            middle = statistics.median(took)
            print(
                f"{command[0]}: best {min(took):.2f} s, median {middle:.2f} s, processor {min(busy):.2f} s"
            )


def seconds(path: Path, cache: Path, command: tuple[str, ...]) -> tuple[float, float]:
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent), "PROMOTER_CACHE_DIR": str(cache)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    begun, used = time.perf_counter(), processor()
    subprocess.run(
        [sys.executable, "-m", "promoter", "-C", str(path), *command],
        env=environment,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - begun, processor() - used


def processor() -> float:
    """The seconds of processor that all processes which ended have used."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
