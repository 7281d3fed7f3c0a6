"""Commit statuses, check runs and deployment records.

Statuses and check runs are one thing to a gate: a name and a state. Deployments are an index of what
was promoted where, never the truth; that is the file on the default branch.
"""

from typing import Final

from promoter.forge.github.api import Api, ensured
from promoter.forge.github.reading import items, number, text
from promoter.model import Json

LONGEST_DESCRIPTION: Final = 140
_GOOD: Final = frozenset({"success", "neutral", "skipped"})


class Checks:
    """What is reported about the commits of one repository. Every method raises ForgeError."""

    def __init__(self, api: Api, repository: str) -> None:
        self._api = api
        self._base = f"/repos/{repository}"

    def states(self, commit: str) -> dict[str, str]:
        """Every status and check run of a commit: `success`, `failure` or `pending`, by name."""
        found = {
            text(each, "context"): _state(text(each, "state"))
            for each in self._api.pages(f"{self._base}/commits/{commit}/status", "statuses")
        }
        for run in self._api.pages(
            f"{self._base}/commits/{commit}/check-runs", "check_runs", filter="latest"
        ):
            conclusion = text(run, "conclusion")
            done = text(run, "status") == "completed"
            found[text(run, "name")] = (
                ("success" if conclusion in _GOOD else "failure") if done else "pending"
            )
        return dict(sorted(found.items()))

    def ensure_status(self, commit: str, name: str, state: str, description: str, url: str = "") -> None:
        """Sets a commit status (`success`, `failure`, `pending`); no write when it is so already."""
        short = _short(description)
        for each in self._api.pages(f"{self._base}/commits/{commit}/status", "statuses"):
            if text(each, "context") == name:
                if (text(each, "state"), text(each, "description")) == (state, short):
                    return
                break
        self.set_status(commit, name, state, short, url)

    def set_status(self, commit: str, name: str, state: str, description: str, url: str = "") -> None:
        """Sets the status of a commit that is new, without looking first."""
        body: dict[str, Json] = {"state": state, "context": name, "description": _short(description)}
        self._api.set(
            "POST", f"{self._base}/statuses/{commit}", body | ({"target_url": url} if url else {})
        )

    def record(
        self, environment: str, app: str, commit: str, description: str, payload: dict[str, Json]
    ) -> int:
        """The id of the deployment that records what landed; the app's one before it becomes inactive.

        GitHub's `auto_inactive` leaves production alone and knows no apps, so that is done here.
        """
        where: dict[str, str] = {"environment": environment, "task": f"deploy:{app}"}
        before: list[int] = []

        def recorded() -> Json:
            found = items({"all": self._api.get(f"{self._base}/deployments", **where, per_page=2)}, "all")
            ours = [each for each in found if (text(each, "sha"), each.get("payload")) == (commit, payload)]
            before[:] = [number(each, "id") for each in found if each not in ours]
            return next(iter(ours), None)

        made: list[int] = []

        def make() -> Json:
            answer = self._api.make(
                f"{self._base}/deployments", _fields(commit, where, description, payload)
            )
            made.append(number(answer, "id"))
            return answer

        deployment = number(ensured(self._api, recorded, make), "id")
        if deployment in made or self._latest(deployment) != "success":
            for older in before[:1]:
                self._say(older, "inactive", f"replaced by {commit[:12]}", is_new=False)
            self._say(deployment, "success", description, is_new=deployment in made)
        return deployment

    def _latest(self, deployment: int) -> str:
        found = self._api.get(f"{self._base}/deployments/{deployment}/statuses", per_page=1)
        states = items({"all": found}, "all")
        return text(states[0], "state") if states else ""

    def _say(self, deployment: int, state: str, description: str, *, is_new: bool) -> None:
        path = f"{self._base}/deployments/{deployment}/statuses"
        body: dict[str, Json] = {"state": state, "description": _short(description), "auto_inactive": False}
        ensured(
            self._api,
            lambda: state if self._latest(deployment) == state else None,
            lambda: self._api.make(path, body),
            is_new=is_new,
        )


def _fields(
    commit: str, where: dict[str, str], description: str, payload: dict[str, Json]
) -> dict[str, Json]:
    """GitHub's defaults would merge the default branch in and wait for every status."""
    return {
        **where,
        "ref": commit,
        "description": _short(description),
        "payload": payload,
        "auto_merge": False,
        "required_contexts": [],
    }


def _short(description: str) -> str:
    """A description in as many characters as GitHub takes."""
    return description if len(description) <= LONGEST_DESCRIPTION else f"{description[:139]}…"


def _state(word: str) -> str:
    return "failure" if word == "error" else word
