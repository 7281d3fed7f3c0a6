"""Replays recorded promotions and rollbacks of real repositories and compares the files byte for byte.

Each case is a small git repository made of the files before the change. Promoting the recorded image
from one directory to the other (or rolling it back to the recorded version) must give the recorded
files. What the recorded request does not reach must be refused with a reason; where people moved more than
the recorded image, whether naming each of them gives the recorded files is told apart. Exit code 1 when
an edit is wrong, something is left without a reason, or fewer than 97 % are exact.
"""

import argparse
import difflib
import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from promoter.commands.promote import PromoteRequest, promote
from promoter.commands.rollback import RollbackRequest, rollback
from promoter.commands.workspace import Workspace
from promoter.errors import PromoterError
from promoter.images import file_pins, identity
from promoter.kustomize import Graph
from promoter.model import EnvRef, Pin, Snapshot

CORPUS = Path(__file__).resolve().parents[1].parent / "shared" / "corpus" / "replay-dev.jsonl.gz"
GOAL = 0.97
NAMED = "refused; exact when all is named"
STATES = ("exact", NAMED, "refused", "partial", "wrong")


@dataclass(frozen=True)
class Ask:
    """One command: images of a directory (or file) from another one, or to a version."""

    images: tuple[str, ...]
    target: str
    source: str | None = None
    version: str | None = None


@dataclass(frozen=True)
class Told:
    """How a case ended."""

    case: str
    kind: str
    format: str
    state: str
    reason: str = ""


def moved(case: dict, path: str) -> list[tuple[Pin, Pin]]:
    """The pins of a file that people changed, before and after."""
    if path not in case["before"]:
        return []
    sides = [
        {identity(pin): pin for pin in file_pins(Graph(Snapshot.of({path: text.encode()})), path)}
        for text in (case["before"][path], case["expected"][path])
    ]
    both = [(sides[0][key], sides[1][key]) for key in sides[0] if key in sides[1]]
    return [(was, now) for was, now in both if was.image != now.image]


def asks(case: dict, *, more: bool) -> Iterator[Ask]:
    """The commands of a case: as recorded, or (`more`) for everything that people changed."""
    folder = {path: path.rpartition("/")[0] for path in (case["file"], case.get("from_file") or "")}
    same = case["kind"] == "promote" and folder[case["file"]] == folder[case["from_file"]]
    paths = [case["file"], *(path for path in case["expected"] if path != case["file"])]
    for path in paths:
        changed = moved(case, path)
        names = [pin.alias or pin.image.name for pin, _ in changed]
        named = [case["image"]] if case["image"] and not more else list(dict.fromkeys(names))
        target = path if same else path.rpartition("/")[0]
        if case["kind"] == "rollback":
            versions = {name: now.image.version for (_, now), name in zip(changed, names, strict=True)}
            for name in named:
                version = versions.get(name, case["new_tag"]) if more else case["new_tag"].removeprefix("@")
                yield Ask((name,), target, version=version)
            continue
        source = case["from_file"] if same else folder[case["from_file"]]
        if path == case["file"] or not more:
            yield Ask(tuple(named), target, source)
        else:
            for _, now in changed:
                yield Ask((now.alias or now.image.name,), target, version=now.image.version)


def make(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text.encode())
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "before")


def git(folder: Path, *words: str) -> None:
    environment = {**os.environ, **AUTHOR}
    subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, env=environment)


AUTHOR = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Ada"), ("EMAIL", "ada@example.test"))
} | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def in_process(folder: Path, ask: Ask) -> None:
    target = EnvRef(f"./{ask.target}")
    with closing(Workspace.open(str(folder))) as workspace:
        if ask.source is None and ask.version is not None:
            rollback(
                workspace,
                RollbackRequest(
                    (), target, version=ask.version, images=ask.images, mode="write", unproven=True
                ),
            )
        else:
            promote(
                workspace,
                PromoteRequest(
                    EnvRef(f"./{ask.source}"), target, images=ask.images, mode="write", unproven=True
                ),
            )


def through_the_command_line(folder: Path, ask: Ask) -> None:
    place = ["--write", "--unproven"] + [f"--image={name}" for name in ask.images]
    if ask.source is None:
        words = ["rollback", f"--in=./{ask.target}", f"--to={ask.version}", "--because=replay"]
    else:
        words = ["promote", f"--from=./{ask.source}", f"--to=./{ask.target}"]
    command = [sys.executable, "-m", "promoter", "-C", str(folder), *words, *place]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PromoterError(done.stderr.strip().removeprefix("error: "))


def read(folder: Path, case: dict) -> dict[str, str]:
    return {path: (folder / path).read_bytes().decode() for path in case["before"]}


def attempt(case: dict, run, *, more: bool, verbose: bool) -> tuple[str, str]:
    """The state and reason of one attempt: exact, partial, wrong or refused."""
    folder = Path(tempfile.mkdtemp(prefix="replay-"))
    try:
        make(folder, case["before"])
        reasons = []
        for ask in asks(case, more=more):
            try:
                run(folder, ask)
                git(folder, "commit", "-qam", "asked", "--allow-empty")
            except PromoterError as error:
                reasons.append(f"{error}".splitlines()[0])
        got, want = read(folder, case), {**case["before"], **case["expected"]}
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if got == want:
        return "exact", ""
    wrong = [path for path in got if not between(case["before"][path], got[path], want[path])]
    if verbose:
        for path in wrong:
            print("\n".join(difflib.unified_diff(want[path].split("\n"), got[path].split("\n"), n=0)))
    if wrong:
        return "wrong", f"other characters than recorded in {', '.join(wrong)}"
    return "refused" if reasons else "partial", "; ".join(reasons) or "people moved more than this image"


def between(before: str, got: str, want: str) -> bool:
    """Whether every line is either as before or as wanted."""
    lines = [text.split("\n") for text in (before, got, want)]
    same = len(lines[0]) == len(lines[1]) == len(lines[2])
    return same and all(now in (was, end) for was, now, end in zip(*lines, strict=True))


def judged(case: dict, run, *, verbose: bool) -> Told:
    state, reason = attempt(case, run, more=False, verbose=verbose)
    # The first answer counts: a fuller request only tells what a refusal would have wanted to hear.
    if state in ("refused", "partial"):
        again, why = attempt(case, run, more=True, verbose=verbose)
        if again == "wrong":
            state, reason = again, why
        elif again == "exact" and state == "refused":
            state = NAMED
    return Told(case["id"], case["kind"], " + ".join(case["format"]), state, reason)


def table(told: list[Told]) -> str:
    counts = Counter((each.kind, each.format, each.state) for each in told)
    rows = [("kind", "format", "cases", *STATES)]
    for kind, form in sorted({(each.kind, each.format) for each in told}):
        row = [counts[kind, form, state] for state in STATES]
        rows.append((kind, form, *map(str, (sum(row), *row))))
    total = [sum(each.state == state for each in told) for state in STATES]
    rows.append(("all", "", *map(str, (len(told), *total))))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(text.ljust(w) for text, w in zip(row, widths, strict=True)) for row in rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--case", action="append", help="only this id; may be repeated")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every Nth case")
    parser.add_argument("--process", action="store_true", help="start the command line for each case")
    parser.add_argument("--verbose", action="store_true", help="print the difference of wrong files")
    options = parser.parse_args()
    if not options.corpus.exists():
        print(f"skipped: no recorded cases at {options.corpus}")
        return 0
    with gzip.open(options.corpus, "rt") as lines:
        cases = [json.loads(line) for line in lines]
    if options.case:
        cases = [case for case in cases if case["id"] in options.case]
    run = through_the_command_line if options.process else in_process
    told = [judged(case, run, verbose=options.verbose) for case in cases[:: options.every]]
    for each in told:
        if each.state != "exact":
            print(f"{each.case} {each.kind} [{each.format}] {each.state}: {each.reason}")
    print(table(told))
    exact, more, refused, partial, wrong = (sum(each.state == state for each in told) for state in STATES)
    print(
        f"{exact} of {len(told)} exact as recorded ({exact / max(len(told), 1):.1%}), {more + refused}"
        f" refused with a reason ({more} of them exact when every moved image is named), {partial}"
        f" partly moved without a reason, {wrong} wrong"
    )
    print(f"goal: {GOAL:.0%} exact as recorded, the rest refused with a reason, none wrong")
    return 1 if exact < GOAL * len(told) or partial or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
