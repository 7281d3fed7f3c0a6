"""Event files: real payloads, cut-off ones, and ones of another shape."""

import json

import pytest

from promoter.action import read_event
from promoter.action.event import event_of
from promoter.errors import UsageError


@pytest.fixture
def payload(request):
    """A real webhook payload, from GitHub's own examples."""
    import sys
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parents[1] / "github"))
    try:
        from github_openapi import NotAvailableError, event
    finally:
        sys.path.pop(0)
    try:
        return event
    except NotAvailableError as reason:
        pytest.skip(str(reason))


def test_reads_a_comment(payload):
    body = payload("issue_comment", "created")
    event = event_of("issue_comment", json.dumps(body))

    assert (event.name, event.action, event.number) == ("issue_comment", "created", body["issue"]["number"])
    assert event.comment.author == body["comment"]["user"]["login"]
    assert event.comment.body == body["comment"]["body"]
    assert event.repository == body["repository"]["full_name"]
    assert not event.is_pull_request
    assert not event.comment.by_bot


def test_the_moment_of_a_comment_is_read_and_may_be_missing(payload):
    body = payload("issue_comment", "created")
    body["comment"]["created_at"] = "2026-11-02T09:00:00Z"
    said = event_of("issue_comment", json.dumps(body)).comment
    del body["comment"]["created_at"]
    silent = event_of("issue_comment", json.dumps(body)).comment

    assert said.moment == 1793610000.0
    assert silent.moment is None


def test_reads_a_comment_on_a_pull_request(payload):
    body = payload("issue_comment", "created")
    body["issue"]["pull_request"] = {"url": "x"}

    assert event_of("issue_comment", json.dumps(body)).is_pull_request


def test_reads_a_pull_request_of_the_repository_itself(payload):
    body = payload("pull_request", "opened")
    body["pull_request"]["head"]["repo"]["fork"] = True  # the repository is itself a fork of another
    event = event_of("pull_request", json.dumps(body))

    assert (event.number, event.head) == (body["number"], body["pull_request"]["head"]["sha"])
    assert not event.from_fork


def test_a_pull_request_from_another_repository_is_from_a_fork(payload):
    body = payload("pull_request", "opened")
    body["pull_request"]["head"]["repo"]["full_name"] = "mallory/hello"

    assert event_of("pull_request", json.dumps(body)).from_fork


def test_a_pull_request_whose_fork_was_deleted_is_from_a_fork(payload):
    body = payload("pull_request", "opened")
    body["pull_request"]["head"]["repo"] = None

    assert event_of("pull_request", json.dumps(body)).from_fork


def test_reads_a_push(payload):
    body = payload("push")
    event = event_of("push", json.dumps(body))

    assert (event.head, event.base, event.ref) == (body["after"], body["before"], body["ref"])


def test_reads_the_inputs_of_a_manual_run(payload):
    body = payload("workflow_dispatch")
    body["inputs"] = {"app": "shop", "dry-run": True, "steps": 2, "nested": {"a": 1}}

    assert event_of("workflow_dispatch", json.dumps(body)).inputs == {
        "app": "shop",
        "dry-run": "true",
        "steps": "2",
    }


def test_a_branch_is_known_by_its_ref():
    assert event_of("push", '{"ref": "refs/heads/a/b"}').branch == "a/b"
    assert event_of("push", '{"ref": "refs/tags/v1"}').branch == ""
    assert event_of("schedule", "{}", "refs/heads/main").branch == "main"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("issue_comment", '{"action": "crea', "not JSON"),
        ("issue_comment", "[1]", "expected an object"),
        ("issue_comment", '{"comment": "text"}', "no comment.id"),
        ("issue_comment", '{"comment": {"id": "7"}}', "no comment.id"),
        ("issue_comment", '{"comment": {"id": 7, "user": null}}', "no comment.user.login"),
        ("pull_request", "{}", "no pull_request.number"),
        ("pull_request", '{"pull_request": {"number": 1, "head": {}}}', "no pull_request.head.sha"),
        ("push", "[" * 100_000, "not JSON"),
        ("push", "", "not JSON"),
    ],
)
def test_names_what_is_missing(name, content, said):
    with pytest.raises(UsageError, match=said):
        event_of(name, content)


def test_reads_the_file_that_the_environment_names(tmp_path):
    path = tmp_path / "event.json"
    path.write_text('{"repository": {"default_branch": "main"}}')
    environment = {"GITHUB_EVENT_NAME": "schedule", "GITHUB_EVENT_PATH": str(path)}

    assert read_event(environment).default_branch == "main"


def test_outside_a_workflow_it_says_so():
    with pytest.raises(UsageError, match="not a workflow run"):
        read_event({})


@pytest.mark.parametrize("content", [None, b"\xff\xfe{"])
def test_a_file_that_cannot_be_read_is_named(tmp_path, content):
    path = tmp_path / "event.json"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(UsageError, match="cannot be read") as caught:
        read_event({"GITHUB_EVENT_NAME": "push", "GITHUB_EVENT_PATH": str(path)})

    assert caught.value.where == str(path)


def test_an_event_file_that_is_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr("promoter.action.event.LARGEST", 4)
    file = tmp_path / "event.json"
    file.write_text('{"a": 1}')

    with pytest.raises(UsageError, match="larger than"):
        read_event({"GITHUB_EVENT_NAME": "push", "GITHUB_EVENT_PATH": str(file)})
