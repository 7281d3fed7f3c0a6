"""Walks that begin before they are asked for."""

import pytest

from promoter.errors import RepositoryError
from promoter.repository import begin_past, read_past
from promoter.repository.process import Git

MANY = tuple(f"apps/{number}/kustomization.yaml" for number in range(9))


@pytest.fixture
def asked(monkeypatch):
    """The git commands that somebody waited for."""
    words, run = [], Git.run

    def counted(git, *arguments, **more):
        words.extend(arguments)
        return run(git, *arguments, **more)

    monkeypatch.setattr(Git, "run", counted)
    return words


def test_begun_walk_gives_what_one_gives_that_is_waited_for(work, opened):
    work.commit_files(dict.fromkeys(MANY, "1"))
    work.git("mv", MANY[0], "moved.yaml")
    work.git("commit", "--quiet", "--message", "Move")
    tip = work.commit_files({MANY[1]: "2"})
    repository = opened(work.path)
    waited_for = list(repository.walks.everything(tip))
    repository.walks.begin(tip)
    assert list(repository.walks.everything(tip)) == waited_for
    assert [len(records) for _, records in waited_for] == [1, 2, 9]


def test_past_that_was_begun_is_read_from_its_walk(work, opened, asked):
    work.commit_files(dict.fromkeys(MANY, "1"))
    work.commit_files({MANY[0]: "2"})
    repository = opened(work.path)
    begin_past(repository, "main")
    past = read_past(repository, "main", MANY)
    assert [len(past.changes[path]) for path in MANY] == [2, *[1] * 8]
    assert "log" not in asked


def test_past_of_many_files_costs_one_command_without_a_list_of_the_line(work, opened, asked):
    work.commit_files(dict.fromkeys(MANY, "1"))
    tip = work.commit_files({"else": "1"})
    past = read_past(opened(work.path), "main", MANY)
    assert (asked.count("log"), asked.count("rev-list")) == (1, 0)
    assert (len(past.order), past.order[tip]) == (2, 0)


def test_walk_that_nobody_asks_for_ends_with_the_repository(work, opened):
    tip = work.commit_files({"a": "1"})
    repository = opened(work.path)
    repository.walks.begin(tip)
    repository.close()
    assert [commit for commit, _ in repository.walks.everything(tip)] == [tip]


def test_walk_from_what_is_no_commit_is_an_error_when_it_is_asked_for(work, opened):
    work.commit()
    repository = opened(work.path)
    repository.walks.begin("0" * 40)
    with pytest.raises(RepositoryError, match="git log: bad object"):
        list(repository.walks.everything("0" * 40))


def test_walk_where_the_directory_is_gone_is_an_error_at_once(tmp_path):
    with pytest.raises(RepositoryError, match="is gone"):
        Git(str(tmp_path / "nowhere")).begin("version")


def test_past_of_no_file_is_the_line_alone(work, opened):
    tip = work.commit_files({"a": "1"})
    past = read_past(opened(work.path), "main", ())
    assert (dict(past.order), past.changes, past.states(())) == ({tip: 0}, {}, ())


def test_walk_waits_where_there_is_no_room_for_one_that_has_begun(work, opened, asked, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    tip = work.commit_files({"a": "1"})
    repository = opened(work.path)
    monkeypatch.setattr("tempfile.TemporaryFile", full)
    repository.walks.begin(tip)
    assert [commit for commit, _ in repository.walks.everything(tip)] == [tip]
    assert "log" in asked


def test_walk_that_was_stopped_is_made_again(work, opened, monkeypatch):
    tip = work.commit_files({"a": "1"})
    repository = opened(work.path)
    begin = Git.begin
    monkeypatch.setattr(Git, "begin", lambda git, *_: begin(git, "cat-file", "-t", "0" * 40))
    repository.walks.begin(tip)
    assert [commit for commit, _ in repository.walks.everything(tip)] == [tip]
