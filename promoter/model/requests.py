"""Pull requests: the one we want and the one the forge has."""

from typing import Final

from promoter.frozen import frozen


@frozen
class PullRequestSpec:
    """The pull request that we want: one living request per `branch`."""

    branch: str
    base: str
    title: str
    body: str
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()


CLOSED_BY_US: Final = "Promoter-Closed"
"""The trailer that tells a pull request closed by us from one that a person closed."""


@frozen
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

    @property
    def was_turned_down(self) -> bool:
        """Whether a person closed it without merging: its versions are not to be proposed again."""
        return self.state == "closed" and f"{CLOSED_BY_US}: " not in self.body
