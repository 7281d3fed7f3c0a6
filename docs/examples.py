"""Runs the examples of a Markdown page and compares, or with --write refreshes, what they print.

A page's `console` blocks are one walk through one repository: `<!-- repository: demo -->` begins with the
demonstration's files, committed; `mended` is the same after its defect is fixed; `flux` has the files of
`docs/repositories/flux`; `checkout` is a copy of promoter's own files; `empty` is an empty folder. Lines
that begin with `$ ` are run by a shell, in order; the lines below are what was printed. A line `…` stands
for any lines. Commit ids, times, ages of minutes and folders are compared by their shape.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

_BLOCK = re.compile(r"<!-- repository: (\w+) -->|^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PROJECT = Path(__file__).parents[1]
_REPOSITORIES = Path(__file__).parent / "repositories"
_NOT_SOURCE = (".git", ".venv", ".*_cache", "__pycache__", "build", "dist", "pictures", "bin")
_FOLDER = re.compile(r"file://\S*/(\d+\.md)")
_SHAPES = (
    (re.compile(r"\b[0-9a-f]{40}\b|\b[0-9a-f]{10,12}\b|\b(?=[a-f]*\d)[0-9a-f]{7}\b"), "<id>"),
    (re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?([+-]\d\d:\d\d|Z| UTC)?"), "<time>"),
    (re.compile(r"\b(kubectl|kustomize|worker) \d+\.\d+\.\d+\b"), r"\1 <version>"),
    (re.compile(r"\bnow\b|\b\dm\b"), "<age>"),
    (re.compile(r"[ \t]+"), " "),
)


@dataclass(frozen=True)
class Difference:
    """A block that printed something else than the page says."""

    line: int
    text: str


def shaped(text: str) -> str:
    """The text with what differs from run to run replaced by its kind."""
    for pattern, kind in _SHAPES:
        text = pattern.sub(kind, text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def agrees(said: str, printed: str) -> bool:
    """Whether the page's lines describe what was printed; `…` alone stands for any lines."""
    parts = [re.escape(shaped(part)) for part in re.split(r"^…$", said, flags=re.MULTILINE)]
    return re.fullmatch(r"\s*" + r"[\s\S]*".join(parts) + r"\s*", shaped(printed)) is not None


def commands(block: str) -> list[tuple[str, str]]:
    """Each command of a block with the lines that the page says it prints."""
    found: list[tuple[str, list[str]]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found and line.startswith("> ") and not found[-1][1]:
            found[-1] = (f"{found[-1][0]}\n{line[2:]}", [])
        elif found:
            found[-1][1].append(line)
    return [(command, "\n".join(lines)) for command, lines in found]


def _files(kind: str) -> dict[str, str]:
    """The files that a repository of a kind begins with, by path."""
    from promoter.cli.demo_tree import tree

    folder = _REPOSITORIES / kind
    if folder.is_dir():
        return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*.yaml")}
    files = tree()
    if kind == "mended":
        path = "apps/shop/overlays/dev/kustomization.yaml"
        files[path] = files[path].replace("newTag: 1.10", 'newTag: "1.10"')
    return files


def alone(cache: Path) -> dict[str, str]:
    """An environment in which nothing of the machine's and the person's git and GitHub is seen."""
    identity = {
        f"GIT_{who}_{what}": said
        for who in ("AUTHOR", "COMMITTER")
        for what, said in (("NAME", "Kim"), ("EMAIL", "kim@example.com"))
    }
    return {
        **{name: text for name, text in os.environ.items() if not name.startswith(("GIT_", "GITHUB_"))},
        **identity,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "PROMOTER_CACHE_DIR": str(cache),
    }


class Walk:
    """One repository that a page's commands run in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {**alone(folder.parent / "cache"), "NO_COLOR": "1", "COLUMNS": "110"}

    def begin(self, kind: str) -> None:
        """Fill the folder."""
        if kind == "checkout":
            shutil.copytree(_PROJECT, self.folder, ignore=shutil.ignore_patterns(*_NOT_SOURCE))
            self.environment["PYTHONPATH"] = str(self.folder)
            return
        self.folder.mkdir(parents=True)
        if kind == "empty":
            return
        for path, text in _files(kind).items():
            file = self.folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        self.run("git init --quiet --initial-branch=main && git config user.name Kim && git add --all")
        self.run("git commit --quiet --message 'Deploy the shop'")

    def run(self, command: str) -> str:
        """What the command printed, its errors among it."""
        python = f'python3() {{ "{sys.executable}" "$@"; }}'
        promoter = 'promoter() { python3 -m promoter "$@"; }'
        done = subprocess.run(
            ["bash", "-c", f"{python}\n{promoter}\n{command}"],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            check=False,
            timeout=120,
        )
        return _FOLDER.sub(r"file:///…/\1", done.stdout.decode().rstrip("\n"))


def checked(page: Path, *, write: bool = False) -> Iterator[Difference]:
    """What a page says otherwise than its commands print; with `write` the page is refreshed instead."""
    text = page.read_text()
    pieces: list[str] = []
    position = 0
    with tempfile.TemporaryDirectory() as top:
        walk = Walk(Path(top) / "0" / "gitops")
        for count, match in enumerate(_BLOCK.finditer(text), 1):
            if match[1]:
                walk = Walk(Path(top) / str(count) / "gitops")
                walk.begin(match[1])
                continue
            lines = []
            for command, said in commands(match[2]):
                printed = walk.run(command)
                if not agrees(said, printed):
                    yield Difference(text.count("\n", 0, match.start()) + 1, _shown(command, said, printed))
                lines.append("$ " + command.replace("\n", "\n> "))
                lines += [said if agrees(said, printed) else printed] if printed else []
            pieces += [text[position : match.start(2)], "\n".join(lines).rstrip("\n") + "\n"]
            position = match.end(2)
    if write:
        page.write_text("".join(pieces) + text[position:])


def _shown(command: str, said: str, printed: str) -> str:
    differing = unified_diff(
        shaped(said).splitlines(), shaped(printed).splitlines(), "page", "printed", lineterm=""
    )
    return f"$ {command}\n" + "\n".join(differing)


def main() -> int:
    """Check or (--write) refresh the pages named as arguments."""
    write = "--write" in sys.argv
    failed = 0
    for name in sys.argv[1:]:
        if name.startswith("--"):
            continue
        for difference in checked(Path(name), write=write):
            failed += not write
            print(f"{name}:{difference.line}: {difference.text}")
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
