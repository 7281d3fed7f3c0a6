"""From environment variables to a signed connection: a token or a GitHub App, github.com or Enterprise.

Tokens are read here, handed to PyGithub and to git's environment, and never printed or put on a
command line.
"""

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from promoter.errors import ForgeError, UsageError
from promoter.frozen import frozen

if TYPE_CHECKING:
    from github.Auth import Auth
    from github.Requester import Requester

TOKENS: Final = ("PROMOTER_TOKEN", "GITHUB_TOKEN", "GH_TOKEN")
APP: Final = ("PROMOTER_APP_ID", "PROMOTER_APP_KEY")
SECONDS_BETWEEN_WRITES: Final = 1.0
"""GitHub asks for a second between requests that change something."""
TIMEOUT: Final = 30

_REMOTE = re.compile(
    r"(?:(?:https?|ssh|git)://(?:[^@/]+@)?|[^@/:]+@)(?P<host>[^/:]+)(?::\d+)?[/:](?P<name>[^/]+/[^/]+?)(?:\.git)?/?"
)


@frozen
class Place:
    """A repository on a GitHub: its API and web addresses without a last slash, and `owner/name`."""

    api: str
    web: str
    repository: str


@frozen
class Key:
    """What signs our calls: a token, or an App's id and private key (PEM). Never shown."""

    token: str = field(default="", repr=False)
    app: str = ""
    private_key: str = field(default="", repr=False)


def place(environment: Mapping[str, str], remote: str = "") -> Place:
    """Where the repository is, from Actions' variables or the remote's URL.

    Raises UsageError when neither names a repository on a GitHub.
    """
    match = _REMOTE.fullmatch(remote)
    host = match["host"] if match else ""
    default_web = f"https://{host}" if host else "https://github.com"
    web = environment.get("GITHUB_SERVER_URL", default_web).rstrip("/")
    own = "https://api.github.com" if web == "https://github.com" else f"{web}/api/v3"
    repository = environment.get("GITHUB_REPOSITORY") or (match["name"] if match else "")
    if repository.count("/") != 1:
        raise UsageError(
            f"expected a repository on GitHub, found the remote {remote!r}",
            hint="set GITHUB_REPOSITORY=OWNER/NAME, or add the remote `origin`",
        )
    return Place(environment.get("GITHUB_API_URL", own).rstrip("/"), web, repository)


def key(environment: Mapping[str, str]) -> Key:
    """The key that the environment holds; an App wins over a token. Raises ForgeError without one."""
    app, private = (environment.get(name, "") for name in APP)
    if app and private:
        return Key(app=app, private_key=private)
    if app or private:
        raise ForgeError(f"a GitHub App needs both {' and '.join(APP)}", hint="set the other one too")
    for name in TOKENS:
        if environment.get(name):
            return Key(token=environment[name].strip())
    raise ForgeError(
        "there is no token for GitHub", hint=f"set {TOKENS[1]}, or {' and '.join(APP)} for an App"
    )


def pace(environment: Mapping[str, str]) -> float:
    """The seconds between two writes: GitHub's own wish, or what PROMOTER_WRITE_PAUSE says.

    Raises UsageError when that is not a number of seconds.
    """
    said = environment.get("PROMOTER_WRITE_PAUSE", "")
    if not said:
        return SECONDS_BETWEEN_WRITES
    if not said.replace(".", "", 1).isdecimal():
        raise UsageError(f"expected seconds in PROMOTER_WRITE_PAUSE, found {said!r}", hint="write 1 or 0.5")
    return float(said)


def requester(where: Place, secret: Key, seconds: float) -> "Requester":
    """PyGithub's signed connection, without its own retries.

    Raises ForgeError for an App that is not installed or whose key is wrong.
    """
    import github

    return github.Github(
        auth=_auth(where, secret),
        base_url=where.api,
        timeout=TIMEOUT,
        user_agent="promoter",
        retry=None,
        lazy=True,
        seconds_between_requests=None,
        seconds_between_writes=seconds or None,
    ).requester


def _auth(where: Place, secret: Key) -> "Auth":
    from github import Auth, GithubException, GithubIntegration
    from jwt import PyJWTError
    from requests import RequestException

    if secret.token:
        return Auth.Token(secret.token)
    signed = Auth.AppAuth(int(secret.app) if secret.app.isdigit() else secret.app, secret.private_key)
    owner, _, name = where.repository.partition("/")
    try:
        with GithubIntegration(auth=signed, base_url=where.api, retry=None) as app:
            return signed.get_installation_auth(app.get_repo_installation(owner, name).id)
    except (GithubException, PyJWTError, RequestException) as error:
        raise ForgeError(
            f"the GitHub App {secret.app} cannot sign in to {where.repository}: {error}",
            hint="install the App on the repository, and check its id and private key",
        ) from error


def git_settings(where: Place, token: str) -> dict[str, str]:
    """Environment variables that let git push to that GitHub; the token stays off every command line."""
    basic = b64encode(f"x-access-token:{token}".encode()).decode()
    split = urlsplit(where.web)
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"http.{split.scheme}://{split.netloc}/.extraheader",
        "GIT_CONFIG_VALUE_0": f"Authorization: Basic {basic}",
    }
