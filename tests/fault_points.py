"""promoter killed at a chosen moment, and what must be true afterwards.

A case is one command on a repository with a remote. It runs undisturbed once; then for each point a fresh
copy is killed (SIGKILL), must pass `git fsck`, is run again, and must be where the undisturbed one ended.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from git_work import Work

from promoter.cli.demo_tree import tree

_TIMES = re.compile(r":since: .*$", re.MULTILINE)
WRITING = (
    "commit-tree",
    "fetch",
    "hash-object",
    "push",
    "read-tree",
    "update-index",
    "update-ref",
    "write-tree",
)
# Exit codes of a second run that finds everything done: nothing to do, no request open.
_DONE_ALREADY = (0, 2)


@dataclass(frozen=True)
class Case:
    """A command and what has to be done before it."""

    name: str
    before: tuple[tuple[str, ...], ...]
    command: tuple[str, ...]


PROMOTE = ("promote", "shop", "--from", "dev", "--to", "staging")
ROLLBACK = ("rollback", "shop", "--in", "staging", "--because", "500s")
CASES = (
    Case("promote", (), PROMOTE),
    Case("rollback", (PROMOTE, ("land",)), ROLLBACK),
    Case("land", (PROMOTE,), ("land",)),
)


@dataclass(frozen=True)
class Place:
    """A folder with a repository `work`, its remote `remote.git`, and a render cache."""

    folder: Path

    @property
    def work(self) -> Work:
        return Work(self.folder / "work")

    def copy(self, folder: Path) -> "Place":
        """The same in another folder, the remote's address included; its render cache is empty."""
        shutil.copytree(self.folder, folder, symlinks=True, ignore=shutil.ignore_patterns("cache"))
        place = Place(folder)
        place.work.git("remote", "set-url", "origin", f"file://{folder}/remote.git")
        return place

    def start(self, *arguments: str, path: str | None = None) -> subprocess.Popen[bytes]:
        """promoter as a process of its own, in a session of its own."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        environment |= {
            "PYTHONPATH": str(Path(__file__).resolve().parent.parent),
            "PROMOTER_CACHE_DIR": str(self.folder / "cache"),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "PATH": path or os.environ["PATH"],
        }
        command = [sys.executable, "-m", "promoter", "-C", str(self.folder / "work"), *arguments]
        return subprocess.Popen(
            command,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def run(self, *arguments: str, accept: tuple[int, ...] = (0,)) -> float:
        """The seconds that promoter took; it must end in an accepted code."""
        begun = time.perf_counter()
        process = self.start(*arguments)
        _, error = process.communicate(timeout=120)
        assert process.returncode in accept, f"{arguments}: {process.returncode}\n{error.decode()}"
        return time.perf_counter() - begun

    def state(self) -> dict[str, object]:
        """Everything that a run may leave, without times and commit ids that follow from them."""
        return {
            "remote": self._refs("remote.git"),
            "main": self._commits("work", "refs/heads/main"),
            "status": self.work.git("status", "--porcelain"),
            "requests": [self._request(path) for path in sorted(self.work.path.glob(".git/promoter/*.md"))],
        }

    def check(self) -> None:
        """Both repositories are sound."""
        for where in ("work", "remote.git"):
            self.work.git("-C", str(self.folder / where), "fsck", "--strict", "--no-dangling")

    def _refs(self, where: str) -> dict[str, list[str]]:
        names = self.work.git("-C", str(self.folder / where), "for-each-ref", "--format=%(refname)")
        return {name: self._commits(where, name) for name in names.splitlines()}

    def _commits(self, where: str, ref: str) -> list[str]:
        """The messages of the commits of `ref`, and what its files say, each line with its file."""
        git = ("-C", str(self.folder / where))
        log = self.work.git(*git, "log", "--first-parent", "--format=%B%x00", ref).split("\0")
        lines = self.work.git(*git, "grep", "--text", "-e", "", ref).replace(f"{ref}:", "")
        return [*log, _TIMES.sub(":since: then", lines)]

    def _request(self, path: Path) -> str:
        kept = [
            line for line in path.read_text("utf-8").splitlines() if line[:6] not in ("head: ", "commit")
        ]
        return "\n".join((path.name, *kept))


def prepared(folder: Path, case: Case) -> Place:
    """A place where the case's command may run: dev is one version ahead of staging."""
    place = Place(folder)
    work = place.work
    work.path.mkdir(parents=True)
    work.git("init", "--quiet", "--initial-branch=main")
    work.git("config", "user.name", "Ada")
    work.git("config", "user.email", "ada@example.test")
    dev = "apps/shop/overlays/dev/kustomization.yaml"
    files = tree()
    files[dev] = files[dev].replace("1.10", '"1.10"')
    work.commit_files(dict(files), "Begin")
    work.git("init", "--quiet", "--bare", "--initial-branch=main", str(folder / "remote.git"))
    work.git("remote", "add", "origin", f"file://{folder}/remote.git")
    work.git("push", "--quiet", "origin", "main")
    for command in case.before:
        place.run(*command)
    return place


def killed_after(place: Place, case: Case, seconds: float, *, with_children: bool = False) -> bool:
    """Whether promoter was still running `seconds` after its start, and so was killed."""
    process = place.start(*case.command)
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        if with_children:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.communicate()
        return True
    return False


def killed_at_git(
    place: Place, case: Case, number: int, moment: str, commands: tuple[str, ...] = WRITING
) -> bool:
    """Whether promoter came to its `number`-th of these git commands, and was killed before or after it.

    A program of the name git stands before the real one in PATH, counts, and kills its parent.
    """
    counted = "|".join(f"*' {name} '*" for name in commands)
    real = shutil.which("git")
    folder = place.folder / "bin"
    folder.mkdir()
    count = folder / "count"
    count.write_text("")
    kill = "kill -9 $PPID; exit 1"
    before, after = (kill, "") if moment == "before" else ("", kill)
    script = folder / "git"
    script.write_text(
        "#!/bin/sh\n"
        f'case " $* " in {counted}) ;; *) exec {real} "$@";; esac\n'
        f'printf x >> "{count}"\n'
        f'if [ "$(wc -c < "{count}")" -eq {number} ]; then\n'
        f'{before}\n{real} "$@"\nstatus=$?\n{after}\nexit $status\nfi\n'
        f'exec {real} "$@"\n'
    )
    script.chmod(0o755)
    process = place.start(*case.command, path=f"{folder}:{os.environ['PATH']}")
    process.communicate(timeout=120)
    return process.returncode == -signal.SIGKILL


def finished(place: Place, case: Case) -> dict[str, object]:
    """The state after running the case's command again; both repositories were sound before that."""
    place.check()
    place.run(*case.command, accept=_DONE_ALREADY)
    place.check()
    return place.state()
