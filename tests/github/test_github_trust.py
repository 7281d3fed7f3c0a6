"""What the text of a pull request may grant: only what promoter itself wrote there."""

import pytest
from github_run import CONFIGURATION

pytestmark = pytest.mark.renderer
STAGING, PROD = "promote/shop/staging", "promote/shop/prod-eu"
APPROVED = CONFIGURATION.replace(
    "staging: { needs: [dev], land: when-green, checks: { proposed: [lint] } }",
    "staging: { needs: [dev], land: when-green, approvals: { count: 1 } }",
)


@pytest.fixture
def issue(actions):
    """An issue, in a repository whose dev is ahead by a version."""
    actions.bump("dev", "1.10")
    return actions.server.world.ticket(actions.repo, "dev", "Please").number


def edit(actions, number, login, old, new):
    """Somebody edits the text of a pull request on GitHub's page."""
    ticket, world = actions.repo.tickets[number], actions.server.world
    assert old in ticket.body
    ticket.body = ticket.body.replace(old, new)
    ticket.editor, ticket.edited = world.user(login), world.now


def approve(actions, number, login):
    ticket, world = actions.repo.tickets[number], actions.server.world
    ticket.reviews.append((world.next_id(), world.user(login), "APPROVED", ticket.head_sha))


def proposed_to_staging(actions, issue, login="oncall"):
    """The pull request of a version that somebody asked for, in a repository that asks for an approval."""
    actions.server.world.commit(actions.repo, {"promoter.yaml": APPROVED}, "Ask for approvals")
    actions.comment(issue, login, "/promote shop@1.10 to staging")
    return actions.opened()[STAGING]


def test_an_override_that_somebody_wrote_into_the_text_opens_nothing(actions, issue, later):
    actions.comment(issue, "oncall", "/promote shop@1.10 to staging")
    actions.merge(STAGING)
    later(hours=25)
    actions.schedule()
    number = actions.opened()[PROD]
    edit(
        actions,
        number,
        "dev",
        "Promoter-Action: promote",
        "Promoter-Action: promote\nPromoter-Override: soak",
    )

    actions.server.calls.clear()
    ran = actions.schedule()

    assert "its text was last written by dev" in ran.summary
    assert actions.server.writes() == []


def test_a_promotion_that_calls_itself_a_rollback_does_not_land(actions, issue):
    number = proposed_to_staging(actions, issue)
    edit(actions, number, "dev", "Promoter-Action: promote", "Promoter-Action: rollback")

    ran = actions.schedule()

    assert "its text was last written by dev" in ran.summary
    assert actions.repo.tickets[number].state == "open"


def test_our_own_text_of_a_rollback_lands_no_promotion(actions, issue):
    """So two of our runs at once may leave it, when one of them is killed before it notices the other."""
    number = proposed_to_staging(actions, issue)
    ticket = actions.repo.tickets[number]
    ticket.body = ticket.body.replace("Promoter-Action: promote", "Promoter-Action: rollback")

    ran = actions.schedule()

    assert "the text and the commit say different things; promote or roll back again" in ran.summary
    assert ticket.state == "open"


def test_asking_again_writes_the_text_anew_without_what_was_smuggled_in(actions, issue):
    number = proposed_to_staging(actions, issue)
    edit(
        actions,
        number,
        "dev",
        "Promoter-Action: promote",
        "Promoter-Action: promote\nPromoter-Override: order",
    )

    actions.comment(issue, "oncall", "/promote shop@1.10 to staging")

    assert "Promoter-Override" not in actions.repo.tickets[number].body
    approve(actions, number, "maintainer")
    actions.schedule()
    assert actions.repo.tickets[number].state == "closed"
    assert actions.version("staging") == "1.10"


def test_who_asked_for_a_promotion_does_not_approve_it(actions, issue):
    number = proposed_to_staging(actions, issue, "oncall")
    approve(actions, number, "oncall")

    ran = actions.schedule()

    assert "0 of 1 approvals" in ran.summary
    assert actions.repo.tickets[number].state == "open"


def test_nobody_hides_who_asked(actions, issue):
    number = proposed_to_staging(actions, issue, "oncall")
    edit(actions, number, "oncall", "Promoter-Requested-By: oncall\n", "")
    approve(actions, number, "oncall")

    ran = actions.schedule()

    assert "its text was last written by oncall" in ran.summary
    assert actions.repo.tickets[number].state == "open"


def test_who_asked_may_approve_where_the_configuration_says_so(actions, issue):
    said = APPROVED.replace("approvals: { count: 1 }", "approvals: { count: 1, author_counts: true }")
    actions.server.world.commit(actions.repo, {"promoter.yaml": said}, "Trust the author")
    actions.comment(issue, "oncall", "/promote shop@1.10 to staging")
    number = actions.opened()[STAGING]
    approve(actions, number, "oncall")

    actions.schedule()

    assert actions.version("staging") == "1.10"
