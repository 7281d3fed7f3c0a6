"""Answers to comments where the state of GitHub decides: what is merged, protected, frozen or unknown."""

import pytest
from github_run import CONFIGURATION
from github_state import FULL_RIGHTS

from promoter.action.task import Task

pytestmark = pytest.mark.renderer
STAGING = "promote/shop/staging"
PROD = {"promote/shop/prod-eu", "promote/shop/prod-us"}


@pytest.fixture
def issue(actions):
    """An issue, in a repository whose dev is ahead by a version."""
    actions.bump("dev", "1.10")
    return actions.server.world.ticket(actions.repo, "dev", "a question").number


def configure(actions, text):
    actions.server.world.commit(actions.repo, {"promoter.yaml": text}, "Configure")


def said(actions, number):
    return actions.repo.tickets[number].comments[-1].body


def asked(actions, number, login, text):
    """The last reaction to a comment and the reply to it."""
    ran, comment = actions.comment(number, login, text)
    assert ran.code == 0, ran.log
    return comment.reactions[-1][2], said(actions, number)


def merged_to_staging(actions, issue):
    actions.comment(issue, "oncall", "/promote shop@1.10 to staging")
    number = actions.opened()[STAGING]
    actions.merge(STAGING)
    return number


def test_a_bare_promote_opens_a_pull_request_for_each_environment_that_comes_next(actions, issue, later):
    number = merged_to_staging(actions, issue)
    later(hours=25)

    reaction, answer = asked(actions, number, "oncall", "/promote")

    assert reaction == "rocket", answer
    assert set(actions.opened()) == PROD
    assert {actions.version(branch.rpartition("/")[2], branch) for branch in PROD} == {"1.10"}
    assert all(f"- #{each}" in answer for each in actions.opened().values())


def test_a_bare_promote_waits_for_the_merge_of_what_it_goes_on_from(actions, issue):
    actions.comment(issue, "oncall", "/promote shop@1.10 to staging")
    number = actions.opened()[STAGING]

    reaction, answer = asked(actions, number, "oncall", "/promote")

    assert reaction == "-1"
    assert f"#{number} is not merged yet" in answer
    assert set(actions.opened()) == {STAGING}


def test_a_bare_promote_from_the_last_environment_says_that_nothing_comes_next(actions, issue, later):
    merged_to_staging(actions, issue)
    later(hours=25)
    actions.schedule()
    number = actions.opened()["promote/shop/prod-eu"]
    actions.merge("promote/shop/prod-eu")

    reaction, answer = asked(actions, number, "oncall", "/promote")

    assert reaction == "+1"
    assert "Nothing comes after `prod-eu`." in answer


def test_a_dry_run_of_a_rollback_tells_the_versions_and_opens_nothing(actions, issue):
    merged_to_staging(actions, issue)

    reaction, answer = asked(actions, issue, "dev", '/rollback shop in staging --dry-run because "slow"')

    assert reaction == "rocket"
    assert "1.10 → 1.9" in answer
    assert actions.opened() == {}
    assert actions.version("staging") == "1.10"


def test_a_rollback_that_a_branch_rule_stops_lands_as_soon_as_the_rule_is_met(actions, issue):
    merged_to_staging(actions, issue)
    actions.repo.required.append("scan")

    _, answer = asked(actions, issue, "dev", '/rollback shop in staging because "slow"')

    number = actions.opened()[STAGING]
    assert f"#{number} is not in yet" in answer
    assert 'Required status check "scan" is expected' in answer
    assert "GitHub merges it as soon as it may" in answer
    assert actions.repo.tickets[number].auto_merge is not None


def test_a_rollback_that_github_may_not_merge_later_is_left_to_people_with_the_reason(actions, issue):
    merged_to_staging(actions, issue)
    actions.repo.required.append("scan")
    actions.repo.auto_merge = False

    _, answer = asked(actions, issue, "dev", '/rollback shop in staging because "slow"')

    assert "It has to be merged by hand" in answer
    assert "Auto merge is not allowed" in answer


def test_gates_are_opened_for_promotions_only(actions, issue):
    merged_to_staging(actions, issue)
    actions.repo.required.append("scan")
    actions.comment(issue, "dev", '/rollback shop in staging because "slow"')
    number = actions.opened()[STAGING]
    body = actions.repo.tickets[number].body

    reaction, answer = asked(actions, number, "dev", '/override soak because "now"')

    assert reaction == "-1"
    assert f"#{number} is not an open promotion" in answer
    assert actions.repo.tickets[number].body == body


def frozen(actions):
    return actions.repo.run("ls-tree", "-r", "--name-only", "main", ".promoter/freezes").splitlines()


def test_what_is_frozen_is_freed_by_a_comment(actions, issue):
    actions.comment(issue, "dev", "/freeze staging because x")
    assert frozen(actions) == [".promoter/freezes/staging.yaml"]

    reaction, answer = asked(actions, issue, "dev", "/unfreeze staging")

    assert reaction == "rocket", answer
    assert frozen(actions) == []


def test_a_skip_of_an_app_that_there_is_not_names_the_nearest(actions, issue):
    reaction, answer = asked(actions, issue, "oncall", "/skip shpo@2.0 because x")

    assert reaction == "confused"
    assert "did you mean 'shop'" in answer


def test_a_command_on_a_request_that_changes_holds_is_refused(actions, issue):
    repo, world = actions.repo, actions.server.world
    repo.run("update-ref", "refs/heads/free", repo.branch("main"))
    world.commit(repo, {".promoter/freezes/prod.yaml": "because: x\n"}, "Freeze", "free")
    ticket = world.ticket(repo, "dev", "Freeze", "please")
    ticket.head, ticket.base, ticket.head_repo = "free", "main", repo.full
    ticket.head_sha, ticket.base_sha = repo.branch("free"), repo.branch("main")

    reaction, answer = asked(actions, ticket.number, "dev", "/promote shop@1.10 to staging")

    assert reaction == "-1"
    assert "this pull request changes .promoter/, which decides what may be promoted" in answer
    assert actions.opened() == {"free": ticket.number}


OWNED = (
    CONFIGURATION
    + """\
  - { may: [promote], env: "group:prod", who: [owners] }
apps:
  shop: { owners: [OWNER] }
"""
)


@pytest.mark.parametrize("owner", ["dev", "user:dev", "payments", "acme/payments", "team:acme/payments"])
def test_an_owner_may_do_what_the_rules_give_to_owners(actions, issue, owner):
    configure(actions, OWNED.replace("OWNER", owner))
    actions.server.world.member("acme/payments", "dev")

    _, answer = asked(actions, issue, "dev", "/promote shop@1.10 to prod-eu --dry-run")

    assert "may not promote" not in answer
    assert "1.9 → 1.10" in answer


@pytest.mark.parametrize("owner", ["somebody", "user:somebody", "payments", "team:acme/payments"])
def test_who_is_no_owner_gains_nothing_by_a_rule_for_owners(actions, issue, owner):
    configure(actions, OWNED.replace("OWNER", owner))
    actions.server.world.member("acme/payments", "oncall")

    reaction, answer = asked(actions, issue, "dev", "/promote shop@1.10 to prod-eu --dry-run")

    assert reaction == "-1"
    assert "dev may not promote in prod-eu" in answer


APPROVED = CONFIGURATION.replace(
    "checks: { proposed: [lint] }", "approvals: { count: 1, teams: [acme/sre] }"
)


@pytest.mark.parametrize(("login", "landed"), [("maintainer", "1.9"), ("oncall", "1.10")])
def test_approvals_count_from_the_named_teams_only(actions, issue, login, landed):
    configure(actions, APPROVED)
    actions.comment(issue, "dev", "/promote shop@1.10 to staging")
    ticket = actions.repo.tickets[actions.opened()[STAGING]]
    world = actions.server.world
    ticket.reviews.append((world.next_id(), world.user(login), "APPROVED", ticket.head_sha))

    actions.schedule()

    assert actions.version("staging") == landed


def test_a_manual_run_rolls_back(actions, issue):
    merged_to_staging(actions, issue)

    ran = actions.run(
        "workflow_dispatch",
        {"inputs": {}, "sender": {"login": "dev"}},
        command="rollback",
        app="shop",
        environment="staging",
        because="slow",
    )

    assert ran.code == 0, ran.log
    number = actions.opened()[STAGING]
    assert ran.outputs["pull-request-number"] == str(number)
    assert actions.version("staging", STAGING) == "1.9"
    assert "Promoter-Requested-By: dev" in actions.repo.tickets[number].body


def test_what_lands_without_the_right_to_record_it_is_said_and_stays_landed(actions, issue):
    rights = {name: may for name, may in FULL_RIGHTS.items() if name != "deployments"}
    actions.server.world.token("ghs_plain", "promoter[bot]", rights, bot=True)
    actions.push()
    actions.check(STAGING)
    actions.token = "ghs_plain"

    ran = actions.schedule()

    assert ran.code == 0, ran.log
    assert "not recorded: " in ran.log
    assert "give the token the right deployments: " in ran.log
    assert actions.version("staging") == "1.10"
    assert actions.repo.deployments == []


def test_a_reconciliation_may_keep_issues_of_findings_too(actions):
    dev = "apps/shop/overlays/dev/kustomization.yaml"
    text = actions.repo.run("show", f"main:{dev}")
    actions.server.world.commit(actions.repo, {dev: text.replace('"1.9"', "1.10") + "\n"}, "Break")

    ran = actions.schedule(open_issues="true")

    assert ran.code == 0, ran.log
    assert [each for each in actions.repo.tickets.values() if not each.head and "promoter" in each.labels]


def test_a_fault_of_github_in_the_middle_of_a_command_is_the_reply_and_the_exit_code(actions, issue):
    actions.server.fault("409", "POST", "/pulls$", times=9)

    ran, comment = actions.comment(issue, "dev", "/promote shop@1.10 to staging")

    assert ran.code == 3
    assert comment.reactions[-1][2] == "confused"
    assert "failed: " in said(actions, issue)
    assert "/actions/runs/7) has the details" in said(actions, issue)


def test_a_branch_that_moves_while_the_command_is_planned_is_left_as_it_is(actions, issue, monkeypatch):
    actions.comment(issue, "dev", "/promote shop@1.10 to staging")
    number = actions.opened()[STAGING]
    actions.bump("dev", "1.11")
    older = actions.repo.run("rev-parse", "main~1")

    def meanwhile(*_):
        actions.repo.run("update-ref", f"refs/heads/{STAGING}", older)

    monkeypatch.setattr(Task, "check_head", meanwhile)
    reaction, answer = asked(actions, number, "dev", "/retry")

    assert reaction == "-1", answer
    assert "moved since you asked" in answer
    assert actions.repo.branch(STAGING) == older
