"""Promise 7 on repositories that Hypothesis makes up: each command stopped before any write.

Stopped means SIGKILL, before a write that Hypothesis chooses, once or several times in a row; where the
writes are is looked up in a run of the same command that nobody disturbs.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from fault_points import Place
from generated_repositories import Repository, repositories
from hypothesis import HealthCheck, Phase, event, given, note, settings
from hypothesis import strategies as st
from stopped_runs import Ended, Runner, runner

CONFIG = b"version: 1\nbranch: main\nenvironments:\n  dev: {}\n  staging: { needs: [dev] }\n"
PROMOTE = ("promote", "shop", "--from", "dev", "--to", "staging")
LAND = ("land",)
ROLLBACK = ("rollback", "shop", "--in", "staging", "--because", "it fails")
WALK = (PROMOTE, LAND, ROLLBACK, LAND)
DONE_ALREADY = (0, 2)


@pytest.fixture(scope="module")
def promoter(tmp_path_factory):
    with runner(tmp_path_factory.mktemp("cache")) as found:
        yield found


@pytest.mark.renderer
@settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
    phases=[Phase.generate],  # an example takes seconds, so that making a failing one smaller takes minutes
)
@given(repositories().filter(lambda each: each.running["dev"] != each.running["staging"]), st.data())
def test_promise_7_a_run_that_is_stopped_anywhere_loses_nothing_and_the_next_one_ends_it(
    promoter: Runner, repository: Repository, data: st.DataObject
):
    with TemporaryDirectory() as top:
        undisturbed = begun(Path(top, "undisturbed"), repository)
        stopped = undisturbed.copy(Path(top, "stopped"))
        for command in WALK:
            before = undisturbed.state()
            ended = promoter.run(undisturbed.folder, *command)
            assert ended.code == 0, ended.said
            wanted = undisturbed.state()
            assert wanted != before
            stop_and_go_on(promoter, stopped, command, (before, wanted), chosen(data, ended))
            assert stopped.state() == wanted


def begun(folder: Path, repository: Repository) -> Place:
    """The repository as the app `shop`, where folder conventions look for overlays, with a remote."""
    place = Place(folder)
    work = place.work
    work.path.mkdir(parents=True)
    work.git("init", "--quiet", "--initial-branch=main")
    work.git("config", "user.name", "Ada")
    work.git("config", "user.email", "ada@example.test")
    files = {
        f"apps/shop/{path}" if path.startswith("base/") else f"apps/shop/overlays/{path}": content
        for path, content in repository.files.items()
    }
    files = {path: content.replace(b"../base", b"../../base") for path, content in files.items()}
    work.commit_files({**files, "promoter.yaml": CONFIG}, "Begin")
    work.git("clone", "--quiet", "--bare", ".", str(folder / "remote.git"))
    work.git("remote", "add", "origin", f"file://{folder}/remote.git")
    return place


def chosen(data: st.DataObject, undisturbed: Ended) -> list[int]:
    """The writes before which to stop, one after another: always one that the run comes to."""
    return data.draw(st.lists(st.integers(1, len(undisturbed.writes)), min_size=1, max_size=3))


def stop_and_go_on(
    promoter: Runner, place: Place, command: tuple[str, ...], sides: tuple[dict, dict], stops: list[int]
) -> None:
    """Run the command until it is stopped, as often as asked, and at last to its end."""
    for turn, stop in enumerate(stops):
        ended = promoter.run(place.folder, *command, stop=stop)
        note(f"{command[0]} stopped before its write {stop}: {ended.writes}")
        assert ended.was_killed or (turn and ended.code in DONE_ALREADY), ended
        if ended.was_killed:
            event(f"{command[0]} was stopped before {ended.writes[-1].partition(' /')[0]}")
        place.check()
        check_halves(place.state(), *sides)
    ended = promoter.run(place.folder, *command)
    assert ended.code in DONE_ALREADY, ended.said
    place.check()


def check_halves(now: dict, before: dict, after: dict) -> None:
    """Every ref and every request is as it was before or as it will be, and nothing besides is there."""
    for ref in now["remote"].keys() | before["remote"].keys() | after["remote"].keys():
        assert now["remote"].get(ref) in (before["remote"].get(ref), after["remote"].get(ref)), ref
    assert now["main"] in (before["main"], after["main"])
    assert set(now["requests"]) <= {*before["requests"], *after["requests"]}
