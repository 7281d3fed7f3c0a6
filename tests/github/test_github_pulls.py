"""Pull requests on GitHub: one per branch, no write when nothing changed, real merges."""

from dataclasses import replace

import pytest

from promoter.errors import ForgeError
from promoter.forge.github import connect
from promoter.forge.github.api import ATTEMPTS
from promoter.model import CLOSED_BY_US, PullRequestSpec

BRANCH = "promote/shop/prod"
SPEC = PullRequestSpec(BRANCH, "main", "promote(shop): 1.0 → 1.1", "body\n", ("promotion", "env/prod"))


@pytest.fixture
def branch(server, repo):
    """The promotion branch with one commit."""
    repo.run("update-ref", f"refs/heads/{BRANCH}", repo.branch("main"))
    return server.world.commit(repo, {"apps/shop/version": "1.1\n"}, "promote(shop): 1.1", BRANCH)


def writes(server):
    return [(call.method, call.path.removeprefix("/repos/acme/gitops")) for call in server.writes()]


def test_makes_the_request_with_its_labels(server, repo, branch, forge):
    made = forge.ensure_pull_request(SPEC)

    assert (made.number, made.state, made.head, made.labels) == (
        1,
        "open",
        branch,
        ("promotion", "env/prod"),
    )
    assert (repo.tickets[1].title, repo.tickets[1].body) == (SPEC.title, SPEC.body)


def test_the_second_time_writes_nothing(server, branch, forge, environment, patience):
    forge.ensure_pull_request(SPEC)
    server.calls.clear()

    again = connect(environment, waiting=patience.waiting, pace=0).ensure_pull_request(SPEC)

    assert again.number == 1
    assert writes(server) == []
    assert len(server.calls) == 2


def test_a_changed_body_is_one_write(server, repo, branch, forge):
    forge.ensure_pull_request(SPEC)
    server.calls.clear()

    forge.ensure_pull_request(PullRequestSpec(BRANCH, "main", SPEC.title, "new body", SPEC.labels))

    assert writes(server) == [("PATCH", "/pulls/1")]
    assert repo.tickets[1].body == "new body"


def test_a_fork_with_the_same_branch_name_is_not_taken_for_ours(server, repo, branch, forge):
    fork = server.world.repo("mallory/gitops")
    server.world.commit(fork, {"x": "y"}, "Begin", BRANCH)
    stranger = server.world.ticket(repo, "mallory", "nice")
    stranger.head, stranger.base, stranger.head_repo = BRANCH, "main", fork.full
    stranger.head_sha, stranger.base_sha = fork.branch(BRANCH), repo.branch("main")

    made = forge.ensure_pull_request(SPEC)

    assert made.number == 2
    assert [pull.number for pull in forge.pull_requests()] == [2]
    assert [pull.number for pull in forge.pull_requests_of(BRANCH)] == [2]


def test_asks_people_and_teams_for_reviews(server, repo, branch, forge):
    server.world.member("acme/sre", "writeer")

    forge.ensure_pull_request(PullRequestSpec(BRANCH, "main", "t", "b", (), ("adminer", "acme/sre")))

    assert (repo.tickets[1].reviewers, repo.tickets[1].teams) == (["adminer"], ["sre"])


def test_a_reviewer_who_cannot_be_asked_does_not_stop_it(repo, branch, forge):
    made = forge.ensure_pull_request(PullRequestSpec(BRANCH, "main", "t", "b", (), ("nobody", "acme/none")))

    assert made.state == "open"


def test_closes_with_a_reason_that_later_runs_can_tell(repo, branch, forge):
    forge.ensure_pull_request(SPEC)

    forge.close(1, "overtaken by\n1.2")
    forge.close(1, "again")

    assert repo.tickets[1].state == "closed"
    assert repo.tickets[1].body == f"body\n\n{CLOSED_BY_US}: overtaken by 1.2"
    assert forge.pull_requests() == ()


def test_opens_a_new_request_after_the_old_one_was_closed(branch, forge):
    forge.ensure_pull_request(SPEC)
    forge.close(1, "overtaken")

    assert forge.ensure_pull_request(SPEC).number == 2
    assert [pull.state for pull in forge.pull_requests_of(BRANCH)] == ["open", "closed"]


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
def test_merges_for_real(repo, branch, forge, method):
    forge.ensure_pull_request(SPEC)

    landed = forge.merge(1, branch, method)

    assert repo.branch("main") == landed
    assert repo.run("show", "main:apps/shop/version") == "1.1"
    assert len(repo.run("rev-list", "--parents", "-1", "main").split()) == (3 if method == "merge" else 2)
    assert forge.pull_request(1).state == "merged"


def test_merges_with_the_message_it_was_given(repo, branch, forge):
    forge.ensure_pull_request(SPEC)

    forge.merge(1, branch, "squash", "promote(shop): 1.1", "Promoter-App: shop")

    assert repo.run("log", "-1", "--format=%B", "main") == "promote(shop): 1.1\n\nPromoter-App: shop"


def test_uses_a_way_of_merging_that_the_repository_allows(repo, branch, environment, patience):
    repo.methods = {"rebase"}
    forge = connect(environment, waiting=patience.waiting, pace=0)
    forge.ensure_pull_request(SPEC)

    assert forge.merge(1, branch) == repo.branch("main")


def test_does_not_merge_a_head_that_moved(server, repo, branch, forge):
    forge.ensure_pull_request(SPEC)
    server.world.commit(repo, {"apps/shop/version": "6.6\n"}, "sneak", BRANCH)

    with pytest.raises(ForgeError, match="Head branch was modified") as caught:
        forge.merge(1, branch)

    assert "somebody pushed" in caught.value.hint


def test_says_which_rule_of_the_branch_stops_the_merge(repo, branch, forge):
    repo.required = ["lint"]
    forge.ensure_pull_request(SPEC)

    with pytest.raises(ForgeError, match='Required status check "lint" is expected'):
        forge.merge(1, branch)


def test_says_that_a_conflict_needs_a_rebuild(server, repo, branch, forge):
    forge.ensure_pull_request(SPEC)
    server.world.commit(repo, {"apps/shop/version": "1.2\n"}, "Other")

    with pytest.raises(ForgeError, match="conflicts") as caught:
        forge.merge(1, branch)

    assert "rebuilds it" in caught.value.hint


def test_waits_and_merges_again_when_the_base_was_just_modified(server, repo, branch, forge, patience):
    forge.ensure_pull_request(SPEC)
    server.fault("base-modified", "PUT", times=2)

    assert forge.merge(1, branch) == repo.branch("main")
    assert len(patience.pauses) == 2


def test_github_merges_it_when_it_turns_green(server, repo, branch, forge):
    repo.required = ["lint"]
    forge.ensure_pull_request(SPEC)

    forge.merge_when_green(1, branch)
    forge.merge_when_green(1, branch)
    forge.ensure_status(branch, "lint", "success", "clean")

    assert forge.pull_request(1).state == "merged"
    assert [call.path for call in server.calls].count("/graphql") == 1


def test_says_why_github_will_not_merge_it_later(repo, branch, forge):
    repo.auto_merge = False
    repo.required = ["lint"]
    forge.ensure_pull_request(SPEC)

    with pytest.raises(ForgeError, match="Auto merge is not allowed"):
        forge.merge_when_green(1, branch)


def test_goes_through_the_merge_queue_where_there_is_one(repo, branch, forge):
    repo.queue = True
    forge.ensure_pull_request(SPEC)
    with pytest.raises(ForgeError, match="merge queue"):
        forge.merge(1, branch)

    forge.pulls.enqueue(1, branch)

    assert forge.pull_request(1).state == "merged"


def test_counts_the_last_verdict_of_each_reviewer(server, repo, branch, forge):
    forge.ensure_pull_request(SPEC)
    world = server.world
    for login, state in [
        ("writeer", "APPROVED"),
        ("adminer", "APPROVED"),
        ("adminer", "CHANGES_REQUESTED"),
    ]:
        repo.tickets[1].reviews.append((world.next_id(), world.user(login), state, branch))

    assert forge.pulls.approvals(1, branch) == {"writeer"}


def test_an_approval_of_an_earlier_head_is_none_of_this_one(server, repo, branch, forge):
    forge.ensure_pull_request(SPEC)
    world = server.world
    repo.tickets[1].reviews.append(
        (world.next_id(), world.user("writeer"), "APPROVED", repo.branch("main"))
    )

    assert forge.pulls.approvals(1, branch) == frozenset()


def test_a_merge_joins_the_queue_once_and_says_so(server, repo, branch, forge):
    repo.queue, repo.required = True, ["lint"]
    forge.ensure_pull_request(SPEC)

    for _ in range(2):
        with pytest.raises(ForgeError, match="#1 is in the merge queue"):
            forge.merge(1, branch)

    joined = [call for call in server.calls if call.path == "/graphql" and call.writes]
    assert len(joined) == 1
    forge.ensure_status(branch, "lint", "success", "clean")
    assert forge.pull_request(1).state == "merged"


def test_the_text_is_ours_until_somebody_edits_it(repo, branch, forge, environment):
    made = forge.ensure_pull_request(SPEC)
    assert forge.other_writer(made) == ""

    person = connect(environment | {"GITHUB_TOKEN": "ghp_person"}, pace=0)
    person.ensure_pull_request(replace(SPEC, body="Promoter-Override: soak"))
    assert forge.other_writer(made) == "writeer"

    connect(environment, pace=0).ensure_pull_request(SPEC)
    assert forge.other_writer(made) == ""


def test_a_request_that_a_person_opened_is_not_ours(server, repo, branch, forge, environment):
    person = connect(environment | {"GITHUB_TOKEN": "ghp_person"}, pace=0)
    made = person.ensure_pull_request(SPEC)

    assert forge.other_writer(made) == "writeer"
    assert person.other_writer(made) == ""


def test_another_bot_speaks_for_us_to_people_only(server, repo, branch, forge, environment):
    server.world.token("ghs_other", "other[bot]", bot=True)
    other = connect(environment | {"GITHUB_TOKEN": "ghs_other"}, pace=0)
    made = other.ensure_pull_request(SPEC)

    assert forge.other_writer(made) == "other[bot]"
    assert connect(environment | {"GITHUB_TOKEN": "ghp_person"}, pace=0).other_writer(made) == ""


def test_names_the_files_of_a_request(branch, forge):
    forge.ensure_pull_request(SPEC)

    assert forge.pulls.files(1) == ("apps/shop/version",)


def test_a_deleted_branch_closes_its_request(repo, branch, forge):
    forge.ensure_pull_request(SPEC)
    repo.run("update-ref", "-d", f"refs/heads/{BRANCH}")

    assert forge.pull_request(1).state == "closed"


def test_lists_every_page(server, repo, forge):
    for index in range(130):
        name = f"promote/app{index}/prod"
        repo.run("update-ref", f"refs/heads/{name}", repo.branch("main"))
        ticket = server.world.ticket(repo, "promoter[bot]", name)
        ticket.head, ticket.base, ticket.head_repo = name, "main", repo.full
        ticket.head_sha = ticket.base_sha = repo.branch("main")

    assert len(forge.pull_requests()) == 130


FAULTS = ["502", "lost", "lost502", "refused", "garbage", "secondary", "primary", "429", "409", "slow"]


@pytest.mark.parametrize("kind", [fault for fault in FAULTS if fault != "409"])
def test_a_fault_at_any_call_leaves_one_request_and_one_commit(
    server, repo, branch, environment, patience, kind
):
    def work():
        forge = connect(environment, waiting=patience.waiting, pace=0)
        forge.ensure_pull_request(SPEC)
        forge.ensure_comment(1, "plan", "the plan")
        forge.ensure_status(branch, "promoter", "success", "proven")
        forge.merge(1, branch, "merge")
        forge.record("prod", "shop", branch, "shop 1.1", {"app": "shop"})

    before = repo.branch("main")
    count = 0
    while True:
        reset(repo, before, branch)
        server.faults.clear()
        server.fault_at(kind, count, Retry_After="1")
        work()
        assert [(ticket.state, len(ticket.comments)) for ticket in repo.tickets.values()] == [("closed", 1)]
        assert repo.tickets[1].labels == list(SPEC.labels)
        assert repo.run("rev-list", "--count", f"{before}..main") == "2"
        assert len(repo.deployments) == 1
        assert {status.state for status in repo.statuses} == {"success"}
        if server.faults[0].times:
            break
        count += 1
    assert count > 10


def reset(repo, main, branch):
    repo.run("update-ref", "refs/heads/main", main)
    repo.run("update-ref", f"refs/heads/{BRANCH}", branch)
    for kept in (repo.tickets, repo.statuses, repo.deployments, repo.labels):
        kept.clear()


def closed(server, repo, forge, state):
    """What GitHub says of a request that cannot be merged because of its state."""
    forge.ensure_pull_request(SPEC)
    repo.tickets[1].state = state
    with pytest.raises(ForgeError, match="#1 was not merged") as caught:
        forge.merge(1, repo.tickets[1].head_sha)
    return caught.value.hint


def test_a_request_that_is_closed_is_not_merged_and_says_so(server, repo, branch, forge):
    assert closed(server, repo, forge, "closed") == "the pull request is closed"


def test_a_reason_to_close_is_written_without_a_listing_too(repo, branch, forge, environment):
    forge.ensure_pull_request(SPEC)

    connect(environment, pace=0).close(1, "by hand")

    assert repo.tickets[1].state == "closed"


def test_a_comment_in_a_review_is_no_verdict(server, repo, branch, forge):
    forge.ensure_pull_request(SPEC)
    world = server.world
    for state in ("APPROVED", "COMMENTED"):
        repo.tickets[1].reviews.append((world.next_id(), world.user("writeer"), state, branch))

    assert forge.pulls.approvals(1, branch) == {"writeer"}


def test_a_fault_of_the_server_while_merging_is_its_own_error(server, branch, forge):
    forge.ensure_pull_request(SPEC)
    server.fault("422", "PUT", times=9)

    with pytest.raises(ForgeError) as caught:
        forge.merge(1, branch)

    assert "was not merged" not in caught.value.message


def test_a_fault_of_the_server_while_asking_for_reviews_is_told(server, branch, forge):
    server.fault("502", "POST", "requested_reviewers", times=9)

    with pytest.raises(ForgeError):
        forge.ensure_pull_request(replace(SPEC, reviewers=("adminer",)))


def test_a_queue_that_does_not_take_it_says_why(server, repo, branch, forge):
    repo.queue, repo.required = True, ["lint"]
    forge.ensure_pull_request(SPEC)
    server.fault("422", "POST", "/graphql")

    with pytest.raises(ForgeError, match=r"the merge queue does not take #1: .*Validation Failed"):
        forge.merge(1, branch)


def test_a_base_that_is_modified_again_and_again_ends_with_the_reason(
    server, repo, branch, forge, patience
):
    forge.ensure_pull_request(SPEC)
    server.fault("base-modified", "PUT", "/merge$", times=99)

    with pytest.raises(ForgeError, match="Base branch was modified"):
        forge.merge(1, branch)
    assert len(patience.pauses) == ATTEMPTS - 1
    assert forge.pull_request(1).state == "open"
