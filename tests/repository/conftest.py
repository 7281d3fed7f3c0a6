"""Real git repositories, each in its own folder, with an author and clock of their own."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from git_work import Work

from promoter.repository import Repository


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
