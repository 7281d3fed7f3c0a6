"""Case 20 of the known cases of taking versions back: who may, at 03:00, and what is left to see of it."""

import pytest
from github_run import CONFIGURATION

pytestmark = pytest.mark.renderer
# Forward is the team's; back is also the on-call person's, by name, and nobody else's.
PROD = """\
  - { may: [promote], env: "group:prod", who: ["team:acme/sre"] }
  - { may: [rollback], env: "group:prod", who: ["team:acme/sre", "user:night-watch"] }
"""
ASKED = '/rollback shop in prod-eu because "500s on checkout"'


@pytest.fixture
def incident(actions):
    """An issue of a night on which prod-eu runs a version too new, and only some may take it back."""
    world, repo = actions.server.world, actions.repo
    rules = CONFIGURATION.partition("  - { may: [promote, rollback, hold")[0] + PROD
    world.commit(repo, {"promoter.yaml": rules}, "Give the night watch its right")
    world.user("night-watch")
    repo.collaborators["night-watch"] = "read"
    actions.bump("prod-eu", "1.10")
    return world.ticket(repo, "dev", "prod is slow").number


def test_case_20_who_may_not_roll_back_is_refused_and_told_who_may(actions, incident):
    ran, comment = actions.comment(incident, "dev", ASKED)

    assert ran.code == 0, ran.log
    assert comment.reactions[-1][2] == "-1"
    said = actions.repo.tickets[incident].comments[-1].body
    assert "dev may not rollback in prod-eu: it takes team:acme/sre or user:night-watch" in said
    assert actions.version("prod-eu") == "1.10"
    assert actions.opened() == {}


def test_case_20_on_call_may_go_back_without_being_allowed_forward(actions, incident):
    ran, comment = actions.comment(incident, "night-watch", "/promote shop@1.11 to prod-eu")
    assert comment.reactions[-1][2] == "-1", ran.log

    ran, comment = actions.comment(incident, "night-watch", ASKED)

    assert comment.reactions[-1][2] == "rocket", ran.log
    assert actions.version("prod-eu") == "1.9"


def test_case_20_opening_a_gate_takes_the_right_to_override_besides(actions, incident):
    asked = ASKED.replace(" because", " --override irreversible because")

    _, comment = actions.comment(incident, "night-watch", asked)

    assert comment.reactions[-1][2] == "-1"
    said = actions.repo.tickets[incident].comments[-1].body
    assert "no rule of access lets anybody override in prod-eu" in said
    assert actions.version("prod-eu") == "1.10"


def test_case_20_every_use_is_labelled_and_names_who_asked(actions, incident):
    actions.comment(incident, "night-watch", ASKED)

    (pull,) = (each for each in actions.repo.tickets.values() if each.head == "promote/shop/prod-eu")
    assert {"promotion", "rollback"} <= set(pull.labels)
    message = actions.repo.run("log", "-1", "--grep=Promoter-Action: rollback", "--format=%B", "main")
    assert "Promoter-Requested-By: night-watch" in message
    assert "Promoter-Because: 500s on checkout" in message
