"""Comments, issues, statuses and deployment records: said once, edited in place."""

import pytest

from promoter.forge.github import connect, marker


@pytest.fixture
def issue(server, repo):
    return server.world.ticket(repo, "writeer", "a question")


def test_a_comment_is_edited_in_place(issue, forge):
    first = forge.ensure_comment(1, "plan", "one")
    second = forge.ensure_comment(1, "plan", "two")

    assert first.id == second.id
    assert [comment.body for comment in issue.comments] == [f"{marker('plan')}\ntwo"]


def test_the_same_comment_is_not_written_twice(server, issue, forge):
    forge.ensure_comment(1, "plan", "one\n")
    server.calls.clear()

    forge.ensure_comment(1, "plan", "one")

    assert server.writes() == []


def test_comments_of_other_names_stand_beside_it(issue, forge):
    forge.ensure_comment(1, "plan", "one")
    forge.ensure_comment(1, "diff", "two")

    assert len(issue.comments) == 2


@pytest.mark.parametrize("token", ["ghs_bot", "ghp_person"])
def test_a_marker_that_somebody_else_pasted_is_not_ours(server, repo, issue, environment, patience, token):
    theirs = server.world.comment(repo, 1, "maintainer", f"{marker('plan')}\nmine!")
    forge = connect(environment | {"GITHUB_TOKEN": token}, waiting=patience.waiting, pace=0)

    forge.ensure_comment(1, "plan", "ours")

    assert theirs.body.endswith("mine!")
    assert len(issue.comments) == 2


def test_reads_comments_in_order_with_their_authors(server, repo, issue, forge):
    server.world.comment(repo, 1, "writeer", "a\r\nb")
    forge.ensure_comment(1, "plan", "reply")

    found = list(forge.talk.comments(1))

    assert [(each.author, each.by_bot) for each in found] == [("writeer", False), ("promoter[bot]", True)]
    assert found[0].body == "a\nb"
    assert forge.talk.comment(found[0].id) == found[0]


def test_a_reaction_is_put_once(server, repo, issue, forge):
    comment = server.world.comment(repo, 1, "writeer", "/status")

    forge.talk.react(comment.id, "eyes")
    forge.talk.react(comment.id, "eyes")

    assert [content for _, _, content in comment.reactions] == ["eyes"]


def test_an_issue_is_kept_not_repeated(server, repo, forge):
    said = ("IMG001-abc", "Tag is latest")
    first = forge.talk.keep_issue(None, *said, "in prod", ("promoter", "priority/high"))
    server.calls.clear()
    (found,) = forge.talk.issues("promoter")
    same = forge.talk.keep_issue(found, *said, "in prod", ("promoter", "priority/high"))
    assert server.writes() == []

    forge.talk.keep_issue(found, *said, "in prod and staging", ("promoter", "priority/low"))

    assert first.number == same.number == 1
    assert len(repo.tickets) == 1
    assert repo.tickets[1].body.endswith("in prod and staging")
    assert set(repo.tickets[1].labels) == {"promoter", "priority/high", "priority/low"}


def test_an_issue_that_a_person_labelled_alike_is_left_alone(server, repo, forge):
    theirs = server.world.ticket(repo, "writeer", "mine", f"{marker('IMG001-abc')}\nfake")
    repo.labels["promoter"] = (1, "ededed", "")
    theirs.labels.append("promoter")

    made = forge.talk.keep_issue(None, "IMG001-abc", "t", "b", ("promoter",))

    assert made.number == 2
    assert [issue.number for issue in forge.talk.issues("promoter")] == [2]


def test_an_issue_is_closed_with_the_reason(repo, forge):
    made = forge.talk.keep_issue(None, "IMG001-abc", "t", "b", ("promoter",))

    forge.talk.close_issue(made.number, "fixed in abc")

    assert repo.tickets[1].state == "closed"
    assert repo.tickets[1].comments[0].body.endswith("fixed in abc")
    assert forge.talk.issues("promoter") == ()


def test_reads_statuses_and_check_runs_as_one(server, repo, forge):
    head = repo.branch("main")
    for state in ("pending", "success"):
        server.world.status(repo, head, "argocd/healthy", state)
    server.world.status(repo, head, "scan", "error")
    forge._api.make(
        "/repos/acme/gitops/check-runs", {"name": "lint", "head_sha": head, "conclusion": "neutral"}
    )
    forge._api.make(
        "/repos/acme/gitops/check-runs", {"name": "diff", "head_sha": head, "status": "in_progress"}
    )

    assert forge.states(head) == {
        "argocd/healthy": "success",
        "diff": "pending",
        "lint": "success",
        "scan": "failure",
    }


def test_a_status_is_written_once_and_cut_to_what_github_takes(server, repo, forge):
    head = repo.branch("main")
    forge.ensure_status(head, "promoter/prod", "success", "x" * 200)
    server.calls.clear()

    forge.ensure_status(head, "promoter/prod", "success", "x" * 200)

    assert server.writes() == []
    assert len(repo.statuses[0].description) == 140


def test_a_landed_change_is_recorded_and_the_one_before_it_retired(server, repo, forge):
    head = repo.branch("main")
    first = forge.record("prod", "shop", head, "shop 1.0", {"app": "shop", "to": "1.0"})
    other = forge.record("staging", "shop", head, "shop 1.0", {"app": "shop", "to": "1.0"})
    forge.record("prod", "cart", head, "cart 2", {"app": "cart", "to": "2"})
    newer = server.world.commit(repo, {"apps/shop/version": "1.1\n"}, "More")

    forge.record("prod", "shop", newer, "shop 1.1", {"app": "shop", "to": "1.1"})
    server.calls.clear()
    forge.record("prod", "shop", newer, "shop 1.1", {"app": "shop", "to": "1.1"})

    assert server.writes() == []
    states = {each.id: each.statuses[-1][1] for each in repo.deployments}
    assert [states.pop(first), states.pop(other), *states.values()] == [
        "inactive",
        "success",
        "success",
        "success",
    ]


def test_a_status_that_changes_is_written_beside_those_of_others(server, repo, forge):
    head = repo.branch("main")
    server.world.status(repo, head, "scan", "success")
    forge.ensure_status(head, "promoter/prod", "pending", "soaks")

    forge.ensure_status(head, "promoter/prod", "success", "clean")

    assert forge.states(head) == {"promoter/prod": "success", "scan": "success"}
    assert len([each for each in repo.statuses if each.context == "promoter/prod"]) == 2
