"""Pull requests: the one we want and the one the forge has."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PullRequestSpec:
    """The pull request that we want: one living request per `branch`."""

    branch: str
    base: str
    title: str
    body: str
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PullRequest:
    """The pull request that the forge has. `state` is `open`, `merged` or `closed`."""

    number: int
    url: str
    branch: str
    base: str
    title: str
    body: str
    state: str
    head: str
    labels: tuple[str, ...] = ()
