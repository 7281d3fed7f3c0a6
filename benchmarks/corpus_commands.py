"""Runs the reading commands of promoter on every repository of the corpus, as a person would.

Each repository becomes a temporary git repository of two commits: in the first every `newTag` was another
one, so that a diff has something to show. Part of `python benchmarks/corpus.py`.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from generate import git

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = (("apps",), ("lint",), ("status",), ("diff", "HEAD~1", "HEAD"))
DOCUMENTED = frozenset({0, 1, 2, 3, 5})  # the README's table without 4, which is a bug in promoter
_TAG = re.compile(rb"^(\s*-?\s*newTag:\s*)(?!\$)[^\s#]+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Ran:
    """One command on one repository."""

    repository: str
    command: str
    code: int
    seconds: float
    stderr: str

    @property
    def bad(self) -> bool:
        """Whether it ended in a way that no user should see."""
        return self.code not in DOCUMENTED or "Traceback" in self.stderr

    @property
    def first_line(self) -> str:
        return next((line for line in self.stderr.splitlines() if line.strip()), "")


def committed(source: Path, folder: Path) -> None:
    """Make the repository of two commits in the folder."""
    shutil.copytree(source, folder, symlinks=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    now = {path: path.read_bytes() for path in sorted(folder.rglob("kustomization.y*ml")) if path.is_file()}
    for path, content in now.items():
        path.write_bytes(_TAG.sub(rb"\g<1>earlier", content))
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--message=Run earlier versions")
    for path, content in now.items():
        path.write_bytes(content)
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--allow-empty", "--message=Run what the corpus runs")


def ran(folder: Path, name: str, words: tuple[str, ...], home: Path) -> Ran:
    own = {"PYTHONPATH": str(ROOT), "HOME": str(home), "PROMOTER_CACHE_DIR": str(home / "cache")}
    given = {**os.environ, **own}
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "promoter", *words],
        cwd=folder,
        env=given,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return Ran(name, " ".join(words), done.returncode, time.monotonic() - began, done.stderr)


def run_all(corpus: Path) -> Iterator[Ran]:
    for source in sorted(path for path in corpus.iterdir() if path.is_dir()):
        with tempfile.TemporaryDirectory() as place:
            folder, home = Path(place, source.name), Path(place, "home")
            home.mkdir()
            committed(source, folder)
            for words in COMMANDS:
                yield ran(folder, source.name, words, home)


def commands(corpus: Path) -> int:
    """Print the table; the number of commands that ended badly, each with all it wrote to stderr."""
    print(f"{'repository':46} {'command':16} {'code':>4} {'seconds':>8}  stderr")
    bad = []
    for one in run_all(corpus):
        print(
            f"{one.repository:46} {one.command:16} {one.code:4} {one.seconds:8.1f}  {one.first_line[:110]}",
            flush=True,
        )
        bad += [one] if one.bad else []
    print(f"\n{len(bad)} commands ended in a way that no user should see")
    for one in bad:
        print(f"\n{one.repository}: promoter {one.command}: exit code {one.code}\n{one.stderr}")
    return len(bad)
