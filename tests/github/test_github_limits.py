"""Limits, faults and refusals: what is waited for, what is tried again, and what people are told."""

import time
from pathlib import Path

import pytest

from promoter.errors import ForgeError
from promoter.forge.github import connect


def test_waits_as_long_as_retry_after_says(server, forge, patience):
    server.fault("secondary", "GET", "/pulls", Retry_After="7")

    assert forge.pull_requests() == ()
    assert patience.pauses == [7.0]


def test_waits_a_minute_and_then_two_for_a_secondary_limit_without_a_header(server, forge, patience):
    server.fault("secondary", "GET", "/pulls", times=2)

    forge.pull_requests()

    assert patience.pauses == [67.5, 135.0]


def test_waits_until_the_hourly_limit_is_reset(server, forge, patience):
    reset = str(int(time.time()) + 20)
    server.fault("primary", "GET", "/pulls", X_RateLimit_Remaining="0", X_RateLimit_Reset=reset)

    forge.pull_requests()

    assert 15 < patience.pauses[0] <= 21


def test_does_not_wait_for_an_hour_but_says_when_to_come_back(server, forge, patience):
    reset = str(int(time.time()) + 3000)
    server.fault("primary", "GET", "/pulls", X_RateLimit_Remaining="0", X_RateLimit_Reset=reset)

    with pytest.raises(ForgeError, match="rate limit") as caught:
        forge.pull_requests()

    assert patience.pauses == []
    assert caught.value.retry
    assert caught.value.hint in {"run again in 50 minutes", "run again in 51 minutes"}


def test_gives_up_after_five_tries_and_says_that_running_again_is_safe(server, forge, patience):
    server.fault("502", "GET", "/pulls", times=9)

    with pytest.raises(ForgeError, match="did not answer GET") as caught:
        forge.pull_requests()

    assert patience.pauses == [0.75, 1.5, 3.0, 6.0]
    assert caught.value.retry
    assert "not done twice" in caught.value.hint


def test_an_ordinary_refusal_is_not_tried_again(server, forge, patience):
    server.fault("422", "GET", "/pulls")

    with pytest.raises(ForgeError, match="Validation Failed"):
        forge.pull_requests()

    assert patience.pauses == []


def test_names_the_right_that_the_token_lacks(server, repo, environment, patience):
    server.world.token("ghs_weak", "weak[bot]", {"metadata": "read", "pull_requests": "read"}, bot=True)
    environment["GITHUB_TOKEN"] = "ghs_weak"
    forge = connect(environment, waiting=patience.waiting, pace=0)

    with pytest.raises(ForgeError, match="Resource not accessible by integration") as caught:
        forge.close_me = forge.talk.ensure_comment(1, "x", "y")

    assert caught.value.hint == "give the token the right issues: read"


def test_says_that_the_token_is_wrong(environment):
    environment["GITHUB_TOKEN"] = "ghp_wrong"

    with pytest.raises(ForgeError, match="401") as caught:
        connect(environment, pace=0)

    assert "expired" in caught.value.hint
    assert "ghp_wrong" not in str(caught.value)


def test_says_that_the_repository_is_not_there(environment):
    environment["GITHUB_REPOSITORY"] = "acme/none"

    with pytest.raises(ForgeError, match="404") as caught:
        connect(environment, pace=0)

    assert "cannot see it" in caught.value.hint


def test_says_that_nobody_answers(environment, patience):
    environment["GITHUB_API_URL"] = "http://127.0.0.1:1/api/v3"

    with pytest.raises(ForgeError, match="the connection broke"):
        connect(environment, waiting=patience.waiting, pace=0)


def test_follows_a_renamed_repository(server, environment, patience):
    server.world.renamed["acme/old"] = "acme/gitops"
    environment["GITHUB_REPOSITORY"] = "acme/old"

    forge = connect(environment, waiting=patience.waiting, pace=0)

    assert forge.repository == "acme/gitops"
    assert forge.pull_requests() == ()


def test_calls_grow_with_the_work_and_not_with_the_repository(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "benchmarks")
    monkeypatch.setenv("PROMOTER_CACHE_DIR", str(tmp_path / "cache"))
    from github_calls import measured

    for apps in (1, 2):
        folder = tmp_path / str(apps)
        folder.mkdir()
        counts = [(questions, writes) for _, questions, writes, _ in measured(apps, folder)]

        assert counts == [
            (apps + 2, 3 * apps),
            (3 * apps + 2, 3 * apps),
            (apps + 2, 3 * apps),
            (2, 0),
        ]
