"""The forge of a repository that has none: each pull request is a Markdown file beside git's own files.

Must not touch refs itself; `Branches` does. Callers may rely on this: a file is whole or not there, a
branch has at most one open request, and nothing is written when nothing changed.

Order of writes when landing: the base branch first, then the branch goes, then the file says `merged`.
A run killed in between is finished by merging again: what landed is found landed, not done twice, and a
branch that is gone is no obstacle when its head is in the base.
"""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from promoter.errors import ForgeError
from promoter.forge import Branches
from promoter.frozen import frozen
from promoter.gates import Actor
from promoter.model import CLOSED_BY_US, Json, PullRequest, PullRequestSpec

_FENCE: Final = "---"
_STATES: Final = ("success", "failure", "pending")


@frozen
class _Record:
    """A request's file: what the pull request says, the commit that landed it, why it was closed."""

    pull: PullRequest
    commit: str = ""
    reason: str = ""
    reviewers: tuple[str, ...] = field(default=())


class LocalForge:
    """The pull requests in one folder, made when first needed. Every method raises ForgeError."""

    def __init__(self, folder: Path, branches: Branches) -> None:
        self._folder = folder.absolute()
        self._branches = branches

    def pull_requests(self) -> tuple[PullRequest, ...]:
        """The open requests, oldest first; of two for one branch, the older."""
        found: dict[str, PullRequest] = {}
        for record in self._records():
            if record.pull.state == "open":
                found.setdefault(record.pull.branch, record.pull)
        return tuple(found.values())

    def pull_requests_of(self, branch: str) -> tuple[PullRequest, ...]:
        """Every request that the branch ever had, newest first."""
        pulls = [record.pull for record in self._records() if record.pull.branch == branch]
        return tuple(reversed(pulls))

    def pull_request(self, number: int) -> PullRequest:
        """The request of that number."""
        return self._record(number).pull

    def states(self, commit: str) -> Mapping[str, str]:
        """What was reported of the commit with `ensure_status`, ordered by name."""
        return {name: said[0] for name, said in sorted(self._statuses(commit).items())}

    def approvals(self, request: PullRequest) -> frozenset[str]:  # noqa: ARG002 - the protocol asks for it
        """Nobody: approving is something that people do at a forge."""
        return frozenset()

    def other_writer(self, request: PullRequest) -> str:  # noqa: ARG002 - the protocol asks for it
        """Nobody else: whoever can write the file can write the repository's refs as well."""
        return ""

    def actor(self, login: str, teams: Iterable[str]) -> Actor:
        """Somebody with every right: whoever can write here can write the repository's refs as well."""
        return Actor(login, "admin", frozenset(teams), frozenset())

    def ensure_pull_request(self, spec: PullRequestSpec) -> PullRequest:
        """The open request of the branch, saying what the spec says."""
        head = self._branches.tip(spec.branch)
        if head is None:
            raise ForgeError(
                f"the branch {spec.branch!r} does not exist, so nothing can be proposed",
                hint="promote again, which makes it",
            )
        found = next((pull for pull in self.pull_requests() if pull.branch == spec.branch), None)
        if found is None:
            return self._make(spec, head)
        labels = (*found.labels, *(label for label in spec.labels if label not in found.labels))
        self._save(_Record(_said(replace(found, labels=labels), spec, head), reviewers=spec.reviewers))
        return self.pull_request(found.number)

    def close(self, number: int, reason: str) -> None:
        """Mark the request as closed; its branch stays."""
        record = self._record(number)
        if record.pull.state == "open":
            said = f"{record.pull.body.rstrip()}\n\n{CLOSED_BY_US}: {' '.join(reason.split())}"
            self._save(replace(record, pull=replace(record.pull, state="closed", body=said), reason=reason))

    def merge(
        self,
        number: int,
        head: str,
        method: str = "",  # noqa: ARG002 - the local forge has one way
        title: str = "",
        message: str = "",
    ) -> str:
        """The commit that landed the request: a fast-forward, its commit applied anew, or a merge."""
        record = self._record(number)
        pull = record.pull
        if pull.state == "merged":
            return record.commit
        if pull.state != "open":
            raise ForgeError(f"#{number} is {pull.state}: {record.reason}", hint="promote again")
        tip = self._branches.tip(pull.branch)
        was_landed = tip is None and pull.head == head and self._branches.holds(pull.base, head)
        if tip != head and not was_landed:
            raise ForgeError(
                f"#{number} was not merged: {pull.branch!r} is at {tip or 'no commit'}, not at {head}",
                hint="somebody changed the branch meanwhile: look at it, then ask again",
            )
        text = f"{title or f'Merge {pull.branch}'}\n\n{message}".rstrip()
        commit = self._branches.land(pull.base, head, text)
        self._branches.drop(pull.branch, head)
        self._save(replace(record, pull=replace(pull, state="merged", head=head), commit=commit))
        return commit

    def ensure_comment(self, number: int, name: str, body: str, /) -> None:
        """A file `NUMBER.NAME.md` beside the request's own."""
        self._record(number)
        self._write(self._folder / f"{number}.{_file_name(name)}.md", body.strip() + "\n")

    def ensure_status(self, commit: str, name: str, state: str, description: str, url: str = "") -> None:
        """A line in the file of the commit's statuses."""
        if state not in _STATES:
            raise ForgeError(f"expected one of {', '.join(_STATES)}, found {state!r}")
        known = {**self._statuses(commit), name: [state, description, url]}
        text = json.dumps(dict(sorted(known.items())), ensure_ascii=False, indent=1) + "\n"
        self._write(self._folder / "statuses" / f"{_file_name(commit)}.json", text)

    def _make(self, spec: PullRequestSpec, head: str) -> PullRequest:
        """A new request under the next free number, or the one that somebody else made meanwhile."""
        with self._branches.turn():
            found = next((pull for pull in self.pull_requests() if pull.branch == spec.branch), None)
            number = max((record.pull.number for record in self._records()), default=0) + 1
            while found is None:
                blank = PullRequest(number, "", "", "", "", "", "open", "", spec.labels)
                found = _said(blank, spec, head)
                record = _Record(found, reviewers=spec.reviewers)
                if not self._write(self._path(number), _written(record), new=True):
                    found, number = None, number + 1
        return self.pull_request(found.number)

    def _records(self) -> list[_Record]:
        numbers = (path.stem for path in self._folder.glob("*.md") if path.stem.isdecimal())
        # One that goes away meanwhile was another run's second request for a branch.
        found = (self._found(number) for number in sorted(map(int, numbers)))
        return [record for record in found if record is not None]

    def _record(self, number: int) -> _Record:
        record = self._found(number)
        if record is None:
            raise ForgeError(f"there is no pull request #{number}", hint="see `promoter status`")
        return record

    def _found(self, number: int) -> _Record | None:
        path = self._path(number)
        try:
            return _read(number, path)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ForgeError(
                f"{path} cannot be read as a pull request: {error}", hint="remove it"
            ) from error

    def _statuses(self, commit: str) -> dict[str, list[str]]:
        path = self._folder / "statuses" / f"{_file_name(commit)}.json"
        try:
            return {name: list(said) for name, said in json.loads(path.read_text("utf-8")).items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, AttributeError) as error:
            raise ForgeError(f"{path} cannot be read: {error}", hint="remove it") from error

    def _save(self, record: _Record) -> None:
        self._write(self._path(record.pull.number), _written(record))

    def _path(self, number: int) -> Path:
        return self._folder / f"{number}.md"

    def _write(self, path: Path, text: str, *, new: bool = False) -> bool:
        """Whether the file now says `text`; with `new`, False when somebody else has made it."""
        try:
            if not new and path.exists() and path.read_text("utf-8") == text:
                return True
            path.parent.mkdir(parents=True, exist_ok=True)
            return _place(path, text, new=new)
        except OSError as error:
            raise ForgeError(
                f"cannot write {path}: {error.strerror}", hint="check the folder's owner and rights"
            ) from error


def _place(path: Path, text: str, *, new: bool) -> bool:
    with NamedTemporaryFile("w", encoding="utf-8", newline="\n", dir=path.parent, delete=False) as file:
        temporary = Path(file.name)
        try:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
            if not new:
                temporary.replace(path)
                return True
            path.hardlink_to(temporary)
        except FileExistsError:
            return False
        finally:
            temporary.unlink(missing_ok=True)
    return True


def _said(pull: PullRequest, spec: PullRequestSpec, head: str) -> PullRequest:
    return replace(
        pull, branch=spec.branch, base=spec.base, title=spec.title, body=spec.body.strip(), head=head
    )


def _written(record: _Record) -> str:
    """The file's text: one JSON value a line between fences (which is YAML), then the body."""
    pull = record.pull
    about: dict[str, Json] = {
        "title": pull.title,
        "state": pull.state,
        "branch": pull.branch,
        "base": pull.base,
        "head": pull.head,
        "labels": list(pull.labels),
        "reviewers": list(record.reviewers),
        "commit": record.commit,
        "reason": record.reason,
    }
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in about.items()]
    return "\n".join([_FENCE, *lines, _FENCE, "", pull.body, ""])


def _read(number: int, path: Path) -> _Record:
    head, fence, body = path.read_text("utf-8").removeprefix(f"{_FENCE}\n").partition(f"\n{_FENCE}\n")
    if not fence:
        raise ValueError("it has no front matter")
    about = {
        key: json.loads(value) for key, _, value in (line.partition(": ") for line in head.split("\n"))
    }
    pull = PullRequest(
        number,
        path.as_uri(),
        about["branch"],
        about["base"],
        about["title"],
        body.strip(),
        about["state"],
        about["head"],
        tuple(about["labels"]),
    )
    return _Record(pull, about["commit"], about["reason"], tuple(about["reviewers"]))


def _file_name(name: str) -> str:
    """`name` as a file's name: whatever could lead elsewhere becomes a dash."""
    return "".join(sign if sign.isalnum() or sign in "_-" else "-" for sign in name) or "-"
