"""Changes the code of five packages, one small change at a time, and counts how many the tests notice.

The packages decide what moves, what stops it and what is written: plan, gates, history, yamldoc and
chatops. mutmut makes the changes and runs the tests that reach them (`[tool.mutmut]` in pyproject.toml).
A change that no test notices must stand in survivors.toml with the reason; others are printed. What the
clock stopped runs once more with nothing beside it, and is counted apart when it is stopped again: neither
noticed nor missed. Exits with 1 when a package notices less than its share, or the list and the run differ.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from mutmut.configuration import config
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code
from mutmut.utils.format_utils import orig_function_and_class_names_from_key

ROOT = Path(__file__).resolve().parents[1]
LIST = ROOT / "benchmarks" / "survivors.toml"
DOCUMENT = ROOT / "benchmarks" / "MUTANTS.md"
LEAST = 85
OUTCOMES = {
    "killed": "killed",
    "timeout": "timeout",
    "segfault": "timeout",  # ended by force long after its time; a real one is told apart by its code
    "not checked": "not run",
    "skipped": "not run",
}


@dataclass(frozen=True)
class Mutant:
    package: str
    name: str
    outcome: str
    path: Path

    def text(self) -> str:
        """Where the change is and what it is, on one line; the number of the mutant is left out."""
        function, owner = orig_function_and_class_names_from_key(self.name)
        module = ".".join(self.path.with_suffix("").parts[1:]).removesuffix(".__init__")
        lines = get_diff_for_mutant(self.name, path=self.path).splitlines()[2:]
        was, becomes = (
            " ".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+"
        )
        return f"{module}.{f'{owner}.' if owner else ''}{function}: {was} => {becomes}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--report", action="store_true", help="read the last run instead of running")
    parser.add_argument("--write", action="store_true", help=f"put the table into {DOCUMENT.name}")
    parser.add_argument("--processes", type=int, default=1, help="how many mutants are tried at a time")
    options = parser.parse_args()
    os.chdir(ROOT)
    os.nice(10)
    spent = 0.0 if options.report else run(options.processes)
    mutants = list(read())
    table = rows(mutants)
    print("\n".join(table))
    if spent:
        print(f"\n{len(mutants)} mutants in {spent / 60:.0f} minutes, {options.processes} at a time")
    if options.write:
        head, _, _ = DOCUMENT.read_text().partition("| Package")
        DOCUMENT.write_text("\n".join([head.rstrip(), "", *table, ""]))
    return max(compare(mutants), short(mutants))


def run(processes: int) -> float:
    shutil.rmtree("mutants", ignore_errors=True)
    begun = time.monotonic()
    mutmut(processes)
    stopped = [mutant.name for mutant in read() if mutant.outcome == "timeout"]
    if stopped:
        mutmut(1, *stopped)
    return time.monotonic() - begun


def mutmut(processes: int, *names: str) -> None:
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(processes), *names]
    subprocess.run(command, check=True, stdout=sys.stderr)


def read() -> Iterator[Mutant]:
    for path in sorted(Path("promoter").rglob("*.py")):
        if any(fnmatch(str(path), pattern) for pattern in config().only_mutate):
            data = SourceFileMutationData(path=path)
            data.load()
            for name, code in data.exit_code_by_key.items():
                crashed = code == -signal.SIGSEGV
                outcome = "killed" if crashed else OUTCOMES.get(status_by_exit_code[code], "survived")
                yield Mutant(path.parts[1], name, outcome, path)


def rows(mutants: list[Mutant]) -> list[str]:
    packages = sorted({mutant.package for mutant in mutants})
    lines = ["| Package | Mutants | Killed | Timeouts | Survived | Share |", "|---|---|---|---|---|---|"]
    for package in [*packages, "all"]:
        counted = Counter(mutant.outcome for mutant in mutants if package in {mutant.package, "all"})
        cells = (counted.total(), counted["killed"], counted["timeout"], counted["survived"])
        lines.append(f"| {package} | {' | '.join(f'{n:,}' for n in cells)} | {share(counted):.1f} % |")
    return lines


def share(counted: Counter[str]) -> float:
    """The part of all changes that a failing test noticed, in percent; what the clock stopped is none."""
    return 100 * counted["killed"] / max(1, counted.total())


def short(mutants: list[Mutant]) -> int:
    """1 when a package notices less than its share of changes, or some were not tried."""
    failed = 0
    for package in sorted({mutant.package for mutant in mutants}):
        counted = Counter(mutant.outcome for mutant in mutants if mutant.package == package)
        if counted["not run"] or share(counted) < LEAST:
            print(
                f"{package}: {share(counted):.1f} % of {LEAST} %, {counted['not run']} not run",
                file=sys.stderr,
            )
            failed = 1
    return failed or int(not mutants)


def compare(mutants: list[Mutant]) -> int:
    """1 when a mutant survived that is not listed, or a listed one was noticed or is no mutant any more."""
    listed = {text for reason in tomllib.loads(LIST.read_text())["survive"] for text in reason["mutants"]}
    found = {mutant.text() for mutant in mutants if mutant.outcome == "survived"}
    stopped = {mutant.text() for mutant in mutants if mutant.outcome == "timeout"}
    for text in sorted(found - listed):
        print(f"survived and not in {LIST.name}: {text}")
    for text in sorted(listed - found - stopped):
        print(f"in {LIST.name}, and did not survive: {text}")
    return int(not found <= listed <= found | stopped)


if __name__ == "__main__":
    sys.exit(main())
