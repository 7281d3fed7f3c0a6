"""Fixtures: a GitHub on loopback, held to GitHub's own description where npm can bring it."""

import time
from datetime import timedelta

import pytest
from github_openapi import NotAvailableError, description, event
from github_run import Actions, files
from github_server import GitHubServer

from promoter.forge.github import Waiting, api, connect


@pytest.fixture
def server(tmp_path):
    try:
        known = description()
    except NotAvailableError:
        known = None
    server = GitHubServer(tmp_path, known)
    yield server
    server.close()
    assert server.drift == []


@pytest.fixture
def described():
    """Skips where GitHub's description cannot be had."""
    try:
        return description()
    except NotAvailableError as reason:
        pytest.skip(str(reason))


class Patience:
    """Waiting that takes no time: what was waited for is kept."""

    def __init__(self):
        self.pauses = []
        self.waiting = Waiting(self.pauses.append, lambda: 0.5)


@pytest.fixture
def patience():
    return Patience()


@pytest.fixture
def repo(server):
    """`acme/gitops` with one commit on main, and people of every role."""
    repo = server.world.repo("acme/gitops")
    server.world.commit(repo, {"apps/shop/version": "1.0\n"}, "Begin")
    for role in ("read", "triage", "write", "maintain", "admin"):
        repo.collaborators[server.world.user(f"{role}er").login] = role
    server.world.token("ghs_bot", "promoter[bot]", bot=True)
    server.world.token("ghp_person", "writeer")
    return repo


@pytest.fixture
def environment(server, repo):
    """The variables that Actions sets, for the test GitHub."""
    return {
        "GITHUB_API_URL": server.api,
        "GITHUB_SERVER_URL": server.web,
        "GITHUB_REPOSITORY": repo.full,
        "GITHUB_TOKEN": "ghs_bot",
    }


@pytest.fixture
def forge(environment, patience):
    return connect(environment, waiting=patience.waiting, pace=0)


@pytest.fixture(scope="session")
def render_cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def actions(server, tmp_path, monkeypatch, render_cache):
    """The action on `acme/gitops`, all on 1.9: oncall is of the team sre, dev writes, reader reads."""
    try:
        event("push")
    except NotAvailableError as reason:
        pytest.skip(str(reason))
    monkeypatch.setenv("PROMOTER_CACHE_DIR", str(render_cache))
    monkeypatch.setattr(api, "Waiting", lambda: Waiting(lambda _: None, lambda: 0.5))
    world = server.world
    repo = world.repo("acme/gitops")
    world.commit(repo, files(), "Begin")
    world.token("ghs_bot", "promoter[bot]", bot=True)
    for login, role in (
        ("oncall", "write"),
        ("dev", "write"),
        ("reader", "read"),
        ("maintainer", "maintain"),
    ):
        repo.collaborators[world.user(login).login] = role
    world.member("acme/sre", "oncall")
    return Actions(server, repo, tmp_path)


@pytest.fixture
def later(server, monkeypatch):
    """Lets time pass: for promoter's gates and for the server alike."""
    passed = [0.0]
    real = time.time
    monkeypatch.setattr("promoter.commands.clock.time.time", lambda: real() + passed[0])

    def later(**span):
        passed[0] += timedelta(**span).total_seconds()
        server.world.pass_time(**span)

    return later
