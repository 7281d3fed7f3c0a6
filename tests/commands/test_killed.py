"""Promise 7: killed at any moment, a run leaves nothing or all of it, and the next one finishes it.

A few chosen moments; `test_promises_stopped.py` chooses writes of made-up repositories, and
`benchmarks/fault_injection.py` tries hundreds of random moments.
"""

import pytest
from fault_points import CASES, finished, killed_after, killed_at_git, prepared

pytestmark = pytest.mark.renderer

PROMOTE, ROLLBACK, LAND = CASES


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """For each case the place before it, and the state that an undisturbed run ends in."""
    known = {}

    def of(case):
        if case.name not in known:
            folder = tmp_path_factory.mktemp(case.name)
            before = prepared(folder / "before", case)
            undisturbed = before.copy(folder / "undisturbed")
            undisturbed.run(*case.command)
            known[case.name] = before, undisturbed.state()
        return known[case.name]

    return of


@pytest.mark.parametrize(
    ("case", "command", "number", "moment"),
    [
        pytest.param(PROMOTE, "commit-tree", 1, "after", id="promote, after the commit object"),
        pytest.param(PROMOTE, "push", 1, "after", id="promote, between branch and pull request"),
        pytest.param(ROLLBACK, "push", 1, "before", id="rollback, before the branch"),
        pytest.param(ROLLBACK, "push", 1, "after", id="rollback, between branch and pull request"),
        pytest.param(LAND, "push", 1, "after", id="land, after the base at the remote"),
        pytest.param(LAND, "update-ref", 1, "before", id="land, between files and local branch"),
        pytest.param(LAND, "push", 2, "before", id="land, before the branch goes"),
        pytest.param(LAND, "push", 2, "after", id="land, before the pull request says merged"),
    ],
)
def test_run_killed_at_a_git_command_is_finished_by_the_next(
    place, tmp_path, case, command, number, moment
):
    before, undisturbed = place(case)
    killed = before.copy(tmp_path / "killed")
    assert killed_at_git(killed, case, number, moment, (command,)), "the moment never came"
    assert finished(killed, case) == undisturbed


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_run_killed_at_some_time_is_finished_by_the_next(place, tmp_path, case):
    before, undisturbed = place(case)
    killed = before.copy(tmp_path / "killed")
    killed_after(killed, case, 0.3)
    assert finished(killed, case) == undisturbed
