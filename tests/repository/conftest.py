"""Real git repositories, each in its own folder, with an author and clock of their own."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from promoter.repository import Repository


class Work:
    """A repository on disk that a test writes to with the real git."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = 1_700_000_000

    def git(self, *arguments: str, stdin: bytes | None = None) -> str:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        stamp = f"{self.clock} +0000"
        environment |= {
            "GIT_AUTHOR_NAME": "Ada",
            "GIT_AUTHOR_EMAIL": "ada@example.test",
            "GIT_COMMITTER_NAME": "Ada",
            "GIT_COMMITTER_EMAIL": "ada@example.test",
            "GIT_AUTHOR_DATE": stamp,
            "GIT_COMMITTER_DATE": stamp,
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_ALLOW_PROTOCOL": "file",
        }
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.path,
            env=environment,
            input=stdin,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode(errors="surrogateescape").removesuffix("\n")

    def write(self, path: str, content: str | bytes) -> Path:
        file = self.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def commit(self, message: str = "Change", **files: str) -> str:
        return self.commit_files(files, message)

    def commit_files(self, files: dict[str, str | bytes], message: str = "Change") -> str:
        for path, content in files.items():
            self.write(path, content)
        self.clock += 60
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")


@pytest.fixture(autouse=True)
def _own_identity(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def new_work(tmp_path: Path) -> Callable[..., Work]:
    def make(name: str = "work", *options: str) -> Work:
        path = tmp_path / name
        path.mkdir()
        work = Work(path)
        work.git("init", "--quiet", "--initial-branch=main", *options)
        return work

    return make


@pytest.fixture
def work(new_work: Callable[..., Work]) -> Work:
    return new_work()


@pytest.fixture
def opened() -> Iterator[Callable[[Path], Repository]]:
    kept: list[Repository] = []

    def open_one(path: Path) -> Repository:
        kept.append(Repository.open(path))
        return kept[-1]

    yield open_one
    for repository in kept:
        repository.close()
