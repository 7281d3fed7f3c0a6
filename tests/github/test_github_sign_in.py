"""Signing in: tokens, Apps, Enterprise addresses, and git's own way in."""

import os
import subprocess

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from promoter.errors import ForgeError, UsageError
from promoter.forge import forge_for
from promoter.forge.github import connect
from promoter.forge.github.sign_in import Place, key, pace, place

HUB = ("https://api.github.com", "https://github.com", "acme/gitops")
OWN = ("https://ghe.acme.org/api/v3", "https://ghe.acme.org", "acme/gitops")


@pytest.mark.parametrize(
    ("environment", "remote", "expected"),
    [
        ({}, "https://github.com/acme/gitops.git", HUB),
        ({}, "git@github.com:acme/gitops.git", HUB),
        ({}, "https://x:y@github.com/acme/gitops", HUB),
        ({}, "ssh://git@ghe.acme.org:2222/acme/gitops.git", OWN),
        ({"GITHUB_REPOSITORY": "acme/gitops"}, "", HUB),
        (
            {"GITHUB_API_URL": "https://api.acme.ghe.com/", "GITHUB_SERVER_URL": "https://acme.ghe.com"},
            "https://acme.ghe.com/a/b",
            ("https://api.acme.ghe.com", "https://acme.ghe.com", "a/b"),
        ),
    ],
)
def test_finds_the_repository(environment, remote, expected):
    assert place(environment, remote) == Place(*expected)


@pytest.mark.parametrize("remote", ["", "/srv/git/x.git", "../x", "https://github.com/only"])
def test_says_when_there_is_no_repository_on_github(remote):
    with pytest.raises(UsageError, match="expected a repository on GitHub") as caught:
        place({}, remote)

    assert "GITHUB_REPOSITORY" in caught.value.hint


def test_says_which_variable_holds_the_token():
    with pytest.raises(ForgeError, match="no token") as caught:
        key({})

    assert "GITHUB_TOKEN" in caught.value.hint


def test_half_an_app_is_no_app():
    with pytest.raises(ForgeError, match="PROMOTER_APP_ID and PROMOTER_APP_KEY"):
        key({"PROMOTER_APP_ID": "1", "GITHUB_TOKEN": "x"})


@pytest.mark.parametrize(("said", "seconds"), [("", 1.0), ("0", 0.0), ("0.25", 0.25)])
def test_the_pause_between_writes_can_be_set(said, seconds):
    assert pace({"PROMOTER_WRITE_PAUSE": said}) == seconds


def test_a_pause_that_is_no_number_is_named():
    with pytest.raises(UsageError, match="PROMOTER_WRITE_PAUSE"):
        pace({"PROMOTER_WRITE_PAUSE": "soon"})


def test_the_forge_of_a_repository_on_github_is_github(server, repo, environment, tmp_path):
    forge = forge_for({"origin": f"{server.web}/acme/gitops.git"}, environment, tmp_path, None)

    assert forge.repository == "acme/gitops"


def test_a_secret_is_not_shown():
    assert "s3cret" not in repr(key({"GITHUB_TOKEN": "s3cret"}))


@pytest.fixture(scope="module")
def private_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(private_key):
    form = serialization.PrivateFormat.TraditionalOpenSSL
    return private_key.private_bytes(
        serialization.Encoding.PEM, form, serialization.NoEncryption()
    ).decode()


def public(private_key):
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return private_key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


def test_an_app_signs_in_and_writes_under_its_own_name(server, repo, environment, private_key, patience):
    server.world.apps[7] = ("acme-promoter", public(private_key))
    server.world.ticket(repo, "writeer", "an issue")
    environment |= {"PROMOTER_APP_ID": "7", "PROMOTER_APP_KEY": pem(private_key)}

    forge = connect(environment, waiting=patience.waiting, pace=0)

    assert forge.ensure_comment(1, "x", "hello").author == "acme-promoter[bot]"


def test_says_that_the_key_of_the_app_is_wrong(environment):
    with pytest.raises(ForgeError, match="cannot sign in") as caught:
        connect(environment | {"PROMOTER_APP_ID": "7", "PROMOTER_APP_KEY": "nonsense"}, pace=0)

    assert "nonsense" not in str(caught.value)
    assert "install the App" in caught.value.hint


def test_git_pushes_with_the_token_and_shows_it_nowhere(server, repo, forge, tmp_path):
    clone = tmp_path / "clone"
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), **forge.git_settings()}

    def git(*arguments):
        subprocess.run(["git", *arguments], check=True, env=environment, timeout=60, capture_output=True)

    git("clone", "-q", f"{server.web}/{forge.repository}.git", str(clone))
    git("-C", str(clone), "push", "-q", "origin", "HEAD:refs/heads/promote/shop/prod")

    assert repo.branch("promote/shop/prod") == repo.branch("main")
    assert "ghs_bot" not in (clone / ".git" / "config").read_text()


def test_git_without_the_token_may_not_push(server, forge, tmp_path):
    clone = tmp_path / "clone"
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GIT_TERMINAL_PROMPT": "0"}
    subprocess.run(
        ["git", "clone", "-q", f"{server.web}/{forge.repository}.git", clone],
        check=True,
        env=environment,
        timeout=60,
    )

    done = subprocess.run(
        ["git", "-C", clone, "push", "-q", "origin", "HEAD:refs/heads/x"],
        check=False,
        env=environment,
        capture_output=True,
        timeout=60,
    )

    assert done.returncode
