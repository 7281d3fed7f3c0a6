"""A week of three apps in four environments, as promoter prints it: the material of the pictures.

Every command is the real one on a real git repository; only the clock is set, so that the same code gives
the same ages, dates and commit ids on every machine and day.
"""

import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from examples import alone

_APPS = {"shop": "1.10", "cart": "4.2.1", "mail": "0.9.3"}
_OLD = {"shop": "1.9", "cart": "4.2.0", "mail": "0.9.3"}
_MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
_FOLDER = re.compile(r"file://\S*/(\d+\.md)")
_CONFIGURATION = """\
version: 1
branch: main
environments:
  dev: {}
  staging: { needs: [dev] }
  prod-eu: { tier: prod, group: prod, needs: [staging], soak: 24h }
  prod-us: { like: prod-eu }
"""


@dataclass(frozen=True)
class Story:
    """What the commands printed, by picture, and the pages that were made."""

    terminals: Mapping[str, str]
    pages: Mapping[str, str]
    bodies: Mapping[str, tuple[int, str]]


def files() -> dict[str, str]:
    """The repository: the demonstration's app three times, dev ahead of the others."""
    from promoter.cli.demo_tree import tree

    made = {"promoter.yaml": _CONFIGURATION}
    for app, version in _APPS.items():
        for path, text in tree().items():
            if path == "promoter.yaml":
                continue
            named = text.replace("shop", app).replace('"1.9"', f'"{_OLD[app]}"')
            made[path.replace("shop", app).replace("project", f"project-{app}")] = named.replace(
                "newTag: 1.10", "newTag: 1.10" if app == "shop" else f'newTag: "{version}"'
            )
    return made


@dataclass
class Teller:
    """One repository and the time of day in it."""

    folder: Path
    now: datetime = _MONDAY
    terminals: dict[str, str] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    bodies: dict[str, tuple[int, str]] = field(default_factory=dict)

    def later(self, **time: int) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    def run(self, command: str, *, picture: str = "") -> str:
        """What the command printed, in colours; kept for a picture with the command above it."""
        words = shlex.split(command)
        printed = self._promoter(words[1:]) if words[0] == "promoter" else self._git(words)
        printed = _FOLDER.sub(r"file:///…/\1", printed)
        if picture:
            before = self.terminals.get(picture, "")
            shown = f"\x1b[1m$ {command}\x1b[0m\n{printed}".rstrip()
            self.terminals[picture] = f"{before}\n\n{shown}".lstrip("\n")
        return printed

    def _git(self, words: list[str]) -> str:
        coloured = ["git", "-c", "color.ui=always", *words[1:]]
        done = subprocess.run(coloured, cwd=self.folder, capture_output=True, text=True, check=True)
        return done.stdout

    def _promoter(self, words: list[str]) -> str:
        from promoter.cli.run import run

        out = io.StringIO()
        stopped = self.now.timestamp()
        with (
            chdir(self.folder),
            redirect_stdout(out),
            redirect_stderr(out),
            patch.object(sys, "argv", ["promoter", *words]),
            patch("time.time", lambda: stopped),
        ):
            run()
        return out.getvalue()

    def commit(self, message: str) -> None:
        """Commit everything by hand, now."""
        at = self.now.isoformat()
        with patch.dict(os.environ, {"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at}):
            self._git(["git", "add", "--all"])
            self._git(["git", "commit", "--quiet", "--message", message])

    def write(self, path: str, old: str, new: str) -> None:
        """Change a file by hand."""
        file = self.folder / path
        text = file.read_text()
        assert old in text, f"{path} has no {old!r}"
        file.write_text(text.replace(old, new))


@contextmanager
def _settings(cache: Path) -> Iterator[None]:
    """An environment in which nothing of the machine and the person is seen, and output has colours."""
    given = {**alone(cache), "FORCE_COLOR": "1"}
    given.pop("NO_COLOR", None)
    with patch.dict(os.environ, given, clear=True):
        yield


def tell(folder: Path) -> Story:
    """The whole week, in an empty folder."""
    teller = Teller(folder / "gitops")
    with _settings(folder / "cache"):
        _begin(teller)
        _monday(teller)
        _tuesday(teller)
        _wednesday(teller)
        _night(teller)
    return Story(teller.terminals, teller.pages, teller.bodies)


def _begin(teller: Teller) -> None:
    for path, text in files().items():
        file = teller.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    teller.run("git init --quiet --initial-branch=main")
    teller.commit("Deploy shop, cart and mail")


def _monday(teller: Teller) -> None:
    teller.later(hours=1)
    teller.run("promoter lint", picture="lint")
    teller.run("promoter lint --fix", picture="lint")
    teller.commit("Quote the version of dev")


def _tuesday(teller: Teller) -> None:
    teller.later(days=1)
    teller.run("promoter promote cart --to staging")
    teller.run("promoter land")
    teller.run("promoter promote shop --to staging", picture="promote")
    teller.run("git diff --unified=0 main promote/shop/staging", picture="promote")
    teller.run("promoter land", picture="promote")


def _wednesday(teller: Teller) -> None:
    teller.later(days=1)
    teller.write("apps/shop/overlays/prod-eu/kustomization.yaml", "count: 3", "count: 1")
    teller.write("apps/shop/base/deployment.yaml", "memory: 128Mi", "memory: 256Mi")
    teller.pages["diff"] = teller.run("promoter diff --format html")
    teller.run("git checkout --quiet .")
    teller.run("promoter promote shop --to prod")
    teller.bodies["pull-request"] = (3, (teller.folder / ".git/promoter/3.md").read_text())
    teller.run("promoter promote cart --to prod")
    teller.run("promoter land --all")


def _night(teller: Teller) -> None:
    teller.later(hours=14)
    teller.run('promoter rollback shop --in prod-eu --because "500s since 02:40"', picture="rollback")
    teller.run("promoter land", picture="rollback")
    teller.run("promoter status shop", picture="rollback")
    teller.later(hours=9)
    teller.pages["report"] = teller.run("promoter report")
