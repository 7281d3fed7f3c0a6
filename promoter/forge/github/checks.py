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
        short = description if len(description) <= LONGEST_DESCRIPTION else f"{description[:139]}…"
        for each in self._api.pages(f"{self._base}/commits/{commit}/status", "statuses"):
            if text(each, "context") == name:
                if (text(each, "state"), text(each, "description")) == (state, short):
                    return
                break
        body: dict[str, Json] = {"state": state, "context": name, "description": short}
        self._api.set(
            "POST", f"{self._base}/statuses/{commit}", body | ({"target_url": url} if url else {})
        )

    def record(self, environment: str, commit: str, description: str, payload: dict[str, Json]) -> int:
        """The id of the deployment that records a landed change; the earlier ones become inactive.

        `auto_inactive` of GitHub leaves production environments alone, so that is done here.
        """
        made = ensured(
            self._api,
            lambda: self._recorded(environment, commit, payload),
            lambda: self._api.make(
                f"{self._base}/deployments", self._fields(environment, commit, description, payload)
            ),
        )
        deployment = number(made, "id")
        if self._latest(deployment) != "success":
            for older in self._of(environment):
                if number(older, "id") != deployment and self._latest(number(older, "id")) == "success":
                    self._say(number(older, "id"), "inactive", f"replaced by {commit[:12]}")
            self._say(deployment, "success", description)
        return deployment

    def _fields(
        self, environment: str, commit: str, description: str, payload: dict[str, Json]
    ) -> dict[str, Json]:
        """GitHub's defaults would merge the default branch in and wait for every status."""
        return {
            "ref": commit,
            "environment": environment,
            "description": description[:LONGEST_DESCRIPTION],
            "payload": payload,
            "auto_merge": False,
            "required_contexts": [],
        }

    def _recorded(self, environment: str, commit: str, payload: dict[str, Json]) -> Json:
        found = self._api.pages(f"{self._base}/deployments", environment=environment, sha=commit)
        return next((each for each in found if each.get("payload") == payload), None)

    def _of(self, environment: str) -> tuple[dict[str, Json], ...]:
        """The newest deployments of an environment; older ones were made inactive in their time."""
        path = f"{self._base}/deployments"
        return items({"all": self._api.get(path, environment=environment, per_page=5)}, "all")

    def _latest(self, deployment: int) -> str:
        found = self._api.get(f"{self._base}/deployments/{deployment}/statuses", per_page=1)
        states = items({"all": found}, "all")
        return text(states[0], "state") if states else ""

    def _say(self, deployment: int, state: str, description: str) -> None:
        body: dict[str, Json] = {"state": state, "description": description[:LONGEST_DESCRIPTION]}
        body |= {"auto_inactive": False}
        path = f"{self._base}/deployments/{deployment}/statuses"
        ensured(
            self._api,
            lambda: state if self._latest(deployment) == state else None,
            lambda: self._api.make(path, body),
        )


def _state(word: str) -> str:
    return "failure" if word == "error" else word
