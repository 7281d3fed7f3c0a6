"""The logins in docker's configuration file, in each shape that docker and its like write."""

import json
from base64 import b64encode

import pytest

from promoter.registry.challenge import Challenge, challenge_in
from promoter.registry.login import Login, read_logins


@pytest.fixture
def logins(tmp_path):
    def read(about):
        path = tmp_path / "config.json"
        path.write_text(about if isinstance(about, str) else json.dumps(about))
        return read_logins(path)

    return read


def auth(user, password):
    return {"auth": b64encode(f"{user}:{password}".encode()).decode()}


@pytest.mark.parametrize("key", ["ghcr.io", "https://ghcr.io", "https://ghcr.io/v2/", "GHCR.io"])
def test_a_login_is_found_however_its_registry_is_spelt(logins, key):
    assert logins({"auths": {key: auth("kim", "a:b")}}).of("ghcr.io") == Login("kim", "a:b")


@pytest.mark.parametrize("key", ["https://index.docker.io/v1/", "docker.io", "registry-1.docker.io"])
def test_docker_hub_has_several_names(logins, key):
    assert logins({"auths": {key: auth("kim", "x")}}).of("docker.io") == Login("kim", "x")


def test_a_name_and_password_count_without_their_joint_form(logins):
    found = logins({"auths": {"r.example:5000": {"username": "kim", "password": "x"}}})

    assert found.of("r.example:5000") == Login("kim", "x")
    assert found.of("r.example") is None


def test_a_password_is_not_part_of_what_is_printed(logins):
    found = logins({"auths": {"ghcr.io": auth("kim", "s3cret")}})

    assert "s3cret" not in repr(found)
    assert "s3cret" not in repr(found.of("ghcr.io"))


@pytest.mark.parametrize(
    "about",
    ["", "{", "[]", "null", {"auths": []}, {"auths": {"ghcr.io": 7}}, {"auths": {"ghcr.io": {"auth": 1}}}],
)
def test_a_file_of_another_shape_has_no_logins(logins, about):
    assert logins(about).of("ghcr.io") is None


@pytest.mark.parametrize("text", ["!", "a2lt", b64encode(b":x").decode(), b64encode(b"\xff:x").decode()])
def test_a_login_that_cannot_be_read_is_none(logins, text):
    assert logins({"auths": {"ghcr.io": {"auth": text}}}).of("ghcr.io") is None


def test_without_a_file_the_advice_says_so(tmp_path):
    advice = read_logins(tmp_path / "none.json").advice("ghcr.io")

    assert advice.startswith("there is no ")
    assert advice.endswith("`docker login ghcr.io` writes one")


def test_a_credential_helper_is_named_and_not_run(logins, tmp_path, monkeypatch):
    ran = tmp_path / "ran"
    helper = tmp_path / "docker-credential-mine"
    helper.write_text(f"#!/bin/sh\ntouch {ran}\n")
    helper.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    found = logins({"credsStore": "desktop", "credHelpers": {"ghcr.io": "mine"}})

    assert "a credential helper (mine), which is not run" in found.advice("ghcr.io")
    assert "a credential helper (desktop), which is not run" in found.advice("docker.io")
    assert found.of("ghcr.io") is None
    assert not ran.exists()


def test_an_identity_token_is_told_as_not_used(logins):
    assert "identity token" in logins({"auths": {"x.example": {"identitytoken": "t"}}}).advice("x.example")


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (
            'Bearer realm="https://a.example/token",service="r",scope="repository:a/b:pull,push"',
            Challenge("bearer", "https://a.example/token", "r", "repository:a/b:pull,push"),
        ),
        ('Basic realm="r", Bearer realm="https://a.example"', Challenge("bearer", "https://a.example")),
        ('bearer Realm="https://a.example", error="x"', Challenge("bearer", "https://a.example")),
        ("Basic realm=plain", Challenge("basic", "plain")),
        ("Negotiate", None),
        ("Bearer", None),
        ("", None),
    ],
)
def test_a_challenge_is_read_whatever_its_order_and_case(header, found):
    assert challenge_in(header) == found
