"""Many promoters at once on one repository with a remote, each promoting and landing an app of its own."""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from git_work import Work
from many_apps import app, overlay, repository


def promoted_at_once(folder: Path, count: int, at_once: int) -> Work:
    """The repository after `count` promotions, `at_once` at any time; fails when one does not land."""
    work = repository(folder / "work", count)
    remote = folder / "remote.git"
    work.git("clone", "--quiet", "--bare", ".", str(remote))
    work.git("remote", "add", "origin", f"file://{remote}")
    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(lambda number: _promote_and_land(work.path, number), range(count)))
    return work


def check(work: Work, count: int) -> None:
    """Everything is in, in one line, here and at the remote, with no branch or change left behind."""
    for ref in ("main", "refs/remotes/origin/main"):
        for number in range(count):
            assert '"1.1.0"' in work.git("show", f"{ref}:{overlay(number, 'staging')}"), app(number)
    assert work.git("rev-list", "--count", "main") == str(count + 1)
    assert work.git("rev-list", "--merges", "main") == ""
    assert len(set(re.findall(r"Promoter-App: (\S+)", work.git("log", "main")))) == count
    assert work.git("rev-parse", "main") == work.git("ls-remote", "origin", "refs/heads/main").split()[0]
    assert work.git("ls-remote", "origin", "refs/heads/promote/*") == ""
    assert work.git("status", "--porcelain") == ""
    work.git("fsck", "--strict", "--no-dangling")


def _promote_and_land(path: Path, number: int) -> None:
    _run(path, "promote", app(number), "--from", "dev", "--to", "staging")
    _run(path, "land", f"promote/{app(number)}/staging")


def _run(path: Path, *arguments: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {
        "PYTHONPATH": str(Path(__file__).resolve().parent.parent),
        "PROMOTER_CACHE_DIR": str(path.parent / "cache"),
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    done = subprocess.run(
        [sys.executable, "-m", "promoter", "-C", str(path), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{arguments}: {done.returncode}\n{done.stderr}"
