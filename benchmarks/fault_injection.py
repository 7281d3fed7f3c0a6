"""Kills promote, rollback and land at random moments; status 1 when one is not finished by the next run.

    python benchmarks/fault_injection.py --points 200 --jobs 2

`--with-children` kills the git processes of promoter as well, as a machine that goes down does; a lock that
such a git leaves behind is named, and has to be removed by hand, as with git itself.
"""

import argparse
import random
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "tests")]

from fault_points import CASES, Case, Place, finished, killed_after, prepared  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--points", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--with-children", action="store_true")
    asked = parser.parse_args()
    random.seed(asked.seed)
    bad = 0
    with tempfile.TemporaryDirectory(prefix="promoter-faults-") as folder:
        for index, case in enumerate(CASES):
            count = (asked.points + index) // len(CASES)
            bad += run_case(Path(folder, case.name), case, count, asked.jobs, asked.with_children)
    print(f"{asked.points} points, {bad} not finished by the next run")
    return 1 if bad else 0


def run_case(folder: Path, case: Case, count: int, jobs: int, with_children: bool) -> int:
    before = prepared(folder / "before", case)
    undisturbed = before.copy(folder / "undisturbed")
    seconds = undisturbed.run(*case.command)
    wanted = undisturbed.state()
    moments = sorted(random.uniform(0, seconds * 1.3) for _ in range(count))

    def one(numbered: tuple[int, float]) -> tuple[bool, str]:
        number, moment = numbered
        return one_point(before.copy(folder / str(number)), case, moment, wanted, with_children)

    with ThreadPoolExecutor(jobs) as pool:
        results = list(pool.map(one, enumerate(moments)))
    for (_, why), moment in zip(results, moments, strict=True):
        if why:
            print(f"  {case.name} killed after {moment:.3f} s: {why}")
    killed = sum(killed for killed, _ in results)
    bad = sum(bool(why) for _, why in results)
    print(f"{case.name}: {count} points in {seconds:.2f} s, {killed} killed, {bad} bad")
    return bad


def one_point(
    place: Place, case: Case, moment: float, wanted: dict[str, object], with_children: bool
) -> tuple[bool, str]:
    killed = killed_after(place, case, moment, with_children=with_children)
    try:
        found = finished(place, case)
    except AssertionError as error:
        return killed, str(error)
    wrong = [part for part in wanted if wanted[part] != found[part]]
    return killed, f"{', '.join(wrong)} differ" if wrong else ""


if __name__ == "__main__":
    sys.exit(main())
