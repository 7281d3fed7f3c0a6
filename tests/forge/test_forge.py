from pathlib import Path

import pytest

from promoter.errors import ForgeError
from promoter.forge import forge_for, is_github
from promoter.forge.local import LocalForge


class NoBranches:
    default = "main"

    def tip(self, branch):
        return None

    def land(self, base, head, message):
        raise AssertionError

    def holds(self, base, head):
        raise AssertionError

    def drop(self, branch, head):
        raise AssertionError

    def turn(self):
        raise AssertionError


@pytest.mark.parametrize(
    ("address", "environment", "expected"),
    [
        ("https://github.com/acme/deploy.git", {}, True),
        ("https://x-access-token:t@github.com/acme/deploy", {}, True),
        ("git@github.com:acme/deploy.git", {}, True),
        ("ssh://git@ssh.github.com:443/acme/deploy.git", {}, True),
        ("https://acme.ghe.com/acme/deploy", {}, True),
        ("https://git.acme.test/a/b", {"GITHUB_SERVER_URL": "https://git.acme.test"}, True),
        ("git@git.acme.test:a/b", {"GH_HOST": "git.acme.test"}, True),
        ("https://git.acme.test/a/b", {}, False),
        ("https://github.com.evil.test/a/b", {}, False),
        ("https://notghe.com/a/b", {}, False),
        ("git@gitlab.com:github.com/b.git", {}, False),
        ("/srv/git/deploy.git", {}, False),
        ("file:///srv/github.com/deploy.git", {}, False),
        ("http://[broken", {}, False),
        ("", {"GITHUB_SERVER_URL": ""}, False),
    ],
)
def test_github_is_known_by_the_host_of_the_remote(address, environment, expected):
    assert is_github(address, environment) is expected


@pytest.mark.parametrize("remotes", [{}, {"origin": "file:///srv/deploy.git"}])
def test_repository_without_a_known_forge_gets_the_local_one(remotes):
    assert isinstance(forge_for(remotes, {}, Path("pulls"), NoBranches()), LocalForge)


def test_origin_decides_among_several_remotes():
    remotes = {"backup": "https://github.com/a/b", "origin": "file:///srv/deploy.git"}
    assert isinstance(forge_for(remotes, {}, Path("pulls"), NoBranches()), LocalForge)


def test_github_remote_is_not_mistaken_for_a_local_one():
    with pytest.raises(ForgeError, match="no token for GitHub"):
        forge_for({"origin": "https://github.com/a/b"}, {}, Path("pulls"), NoBranches())
