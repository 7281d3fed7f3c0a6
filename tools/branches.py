"""Prints what a test run under coverage did not reach, and fails when too many branches were never taken.

`make coverage` makes the run. Coverage's own limit counts lines and branches together; a line that ran says
little, so the bar here is of the branches alone.
"""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from coverage import Coverage

LEAST = 95.0


def main() -> int:
    measured = Coverage()
    measured.load()
    measured.report()
    with TemporaryDirectory() as folder:
        found = Path(folder) / "coverage.json"
        measured.json_report(outfile=str(found))
        totals = json.loads(found.read_text())["totals"]
    share = totals["percent_branches_covered"]
    print(f"\n{totals['covered_branches']:,} of {totals['num_branches']:,} branches: {share:.1f} %")
    if share < LEAST:
        print(f"expected at least {LEAST:.0f} %: see the column Missing", file=sys.stderr)
    return int(share < LEAST)


if __name__ == "__main__":
    sys.exit(main())
