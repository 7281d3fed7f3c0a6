"""A fault at any call of a run: the same end, no second pull request, no second comment."""

import shutil
from copy import deepcopy

import pytest
from github_server import Fault

pytestmark = pytest.mark.renderer
STAGING = "promote/shop/staging"


def propose(actions):
    return actions.push()


def land(actions):
    return actions.schedule()


def take_back(actions):
    number, made = actions.asked
    return actions.answer(number, made)


def before_proposing(actions):
    actions.bump("dev", "1.10")


def before_landing(actions):
    before_proposing(actions)
    propose(actions)
    actions.check(STAGING)


def before_taking_back(actions):
    before_landing(actions)
    land(actions)
    number = actions.server.world.ticket(actions.repo, "dev", "slow").number
    text = '/rollback shop in staging because "slow"'
    actions.asked = number, actions.server.world.comment(actions.repo, number, "dev", text)


class Saved:
    """The whole GitHub at one moment, to come back to."""

    def __init__(self, actions):
        self.git = actions.repo.git
        self.copy = self.git.with_suffix(".saved")
        shutil.copytree(self.git, self.copy)
        self.world = deepcopy(actions.server.world.__dict__)
        self.asked = actions.asked[0] if actions.asked else 0

    def restore(self, actions):
        shutil.rmtree(self.git)
        shutil.copytree(self.copy, self.git)
        actions.server.world.__dict__ = deepcopy(self.world)
        actions.repo = actions.server.world.repos[actions.repo.full]
        if self.asked:
            actions.asked = self.asked, actions.repo.tickets[self.asked].comments[0]


def end(actions):
    """What people find afterwards; ids and times left out."""
    repo = actions.repo
    tickets = [
        (
            (each.number, each.head, each.state, each.merged is not None, sorted(each.labels)),
            [
                (comment.author.login, comment.body.split("\n")[0], len(comment.reactions))
                for comment in each.comments
            ],
        )
        for each in repo.tickets.values()
    ]
    deployments = [
        (each.environment, [state for _, state, _ in each.statuses]) for each in repo.deployments
    ]
    statuses = {(status.context, status.state) for status in repo.statuses}
    content = repo.run("ls-tree", "-r", "main")
    kept = [line for line in content.splitlines() if ".promoter/" not in line]
    holds = [line.split("\t")[1] for line in content.splitlines() if ".promoter/" in line]
    commits = repo.run("rev-list", "--count", "main")
    return tickets, deployments, statuses, kept, holds, commits


STEPS = {
    "propose": (before_proposing, propose),
    "land": (before_landing, land),
    "rollback": (before_taking_back, take_back),
}


@pytest.fixture(params=STEPS)
def step(request, actions):
    """A step of a promotion's life: everything before it, and what it leaves when nothing goes wrong."""
    prepare, run = STEPS[request.param]
    prepare(actions)
    saved = Saved(actions)
    assert run(actions).code == 0
    return run, saved, end(actions)


def again(actions, run):
    """The run, and the run after it if that said so."""
    ran = run(actions)
    if ran.code:
        assert "run again" in ran.log or "run the same command again" in ran.log, ran.log
        ran = run(actions)
    assert ran.code == 0, ran.log


def test_a_lost_answer_to_any_write_changes_nothing(actions, step):
    run, saved, expected = step
    for count in range(100):
        saved.restore(actions)
        actions.server.faults.clear()
        seen = iter(range(1_000))
        lost = Fault(
            "lost", lambda method, _, seen=seen, count=count: method != "GET" and next(seen) == count
        )
        actions.server.faults.append(lost)
        again(actions, run)
        assert end(actions) == expected, f"at write {count}"
        if lost.times:
            break
    assert 2 < count < 100


def test_every_question_unanswered_once_changes_nothing(actions, step):
    """One test for all kinds: what comes before the step costs more than the step."""
    run, saved, expected = step
    for kind in ("502", "lost", "secondary", "garbage"):
        saved.restore(actions)
        asked = set()

        def first(method, path, asked=asked):
            known = path in asked or method != "GET"
            asked.add(path)
            return not known

        actions.server.faults[:] = [Fault(kind, first, times=1_000, header={"Retry-After": "1"})]
        again(actions, run)

        assert end(actions) == expected, kind
        assert len(asked) > 3, kind
