import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from promoter.errors import ForgeError, PromoterError, RefusedError
from promoter.forge.local import LocalForge
from promoter.model import PullRequestSpec
from promoter.repository import LocalBranches, Repository, move_ref, write_commit

BRANCH = "promote/shop/prod"
SPEC = PullRequestSpec(
    BRANCH, "main", 'promote(shop): "é" → prod', "| a |\n---\n| b |", ("promotion", "env/prod")
)
WHEN = 1_700_000_000.0


@pytest.fixture
def top(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Ada")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "ada@example.test")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    path = tmp_path / "work"
    git(tmp_path, "init", "--quiet", "--initial-branch=main", "work")
    (path / "a").write_text("1")
    (path / "b").write_text("1")
    git(path, "add", "--all")
    git(path, "commit", "--quiet", "--message", "First")
    return path


def git(path, *arguments):
    done = subprocess.run(["git", *arguments], cwd=path, capture_output=True, check=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def repository(top):
    with Repository.open(top) as opened:
        yield opened


@pytest.fixture
def forge(repository):
    return local(repository)


def local(repository, remote=None):
    return LocalForge(Path(repository.common_dir, "promoter/pulls"), LocalBranches(repository, remote))


def propose(repository, content=b"2", branch=BRANCH, path="a"):
    ref = f"refs/heads/{branch}"
    head = write_commit(
        repository, repository.resolve("main"), {path: content}, f"promote {branch}", when=WHEN
    )
    assert move_ref(repository, ref, head, repository.branch_tip(branch))
    return head


def test_pull_request_comes_back_as_it_was_asked_for(repository, forge):
    head = propose(repository)
    made = forge.ensure_pull_request(SPEC)
    assert (made.number, made.state, made.head) == (1, "open", head)
    assert (made.title, made.body, made.labels) == (SPEC.title, SPEC.body, SPEC.labels)
    assert forge.pull_requests() == (made,)
    assert forge.pull_request(1) == made


def test_file_is_markdown_with_front_matter_that_people_can_read(repository, forge):
    propose(repository)
    forge.ensure_pull_request(SPEC)
    text = Path(repository.common_dir, "promoter/pulls/1.md").read_text("utf-8")
    assert text.startswith('---\ntitle: "promote(shop): \\"é\\" → prod"\nstate: "open"\n')
    assert text.endswith("\n---\n\n| a |\n---\n| b |\n")


def test_a_file_in_the_way_of_the_folder_is_named(repository, forge):
    propose(repository)
    in_the_way = Path(repository.common_dir, "promoter")
    in_the_way.write_text("")

    with pytest.raises(PromoterError, match=r"cannot write in .*promoter"):
        forge.ensure_pull_request(SPEC)


def test_work_tree_and_status_do_not_show_it(repository, forge, top):
    propose(repository)
    forge.ensure_pull_request(SPEC)
    assert git(top, "status", "--porcelain") == ""


def test_asking_again_writes_nothing(repository, forge):
    propose(repository)
    first = forge.ensure_pull_request(SPEC)
    path = Path(repository.common_dir, "promoter/pulls/1.md")
    before = path.stat()
    assert forge.ensure_pull_request(SPEC) == first
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_one_living_request_follows_its_branch(repository, forge):
    propose(repository)
    forge.ensure_pull_request(SPEC)
    head = propose(repository, b"3")
    spec = replace(SPEC, title="promote(shop): v3", labels=("urgent",))
    changed = forge.ensure_pull_request(spec)
    assert (changed.number, changed.title, changed.head) == (1, "promote(shop): v3", head)
    assert changed.labels == ("promotion", "env/prod", "urgent")
    assert len(forge.pull_requests()) == 1


def test_closed_request_is_followed_by_a_new_one(repository, forge):
    propose(repository)
    forge.ensure_pull_request(SPEC)
    forge.close(1, "overtaken")
    assert forge.ensure_pull_request(SPEC).number == 2
    assert [(pull.number, pull.state) for pull in forge.pull_requests_of(BRANCH)] == [
        (2, "open"),
        (1, "closed"),
    ]


def test_branch_that_does_not_exist_cannot_be_proposed(forge):
    with pytest.raises(ForgeError, match="does not exist"):
        forge.ensure_pull_request(SPEC)


def test_merging_lands_the_head_and_removes_the_branch(repository, forge, top):
    head = propose(repository)
    forge.ensure_pull_request(SPEC)
    assert forge.merge(1, head) == head
    assert git(top, "rev-parse", "main") == head
    assert (top / "a").read_text() == "2"
    assert forge.pull_request(1).state == "merged"
    assert repository.branch_tip(BRANCH) is None


def test_merging_again_gives_the_same_commit(repository, forge):
    head = propose(repository)
    forge.ensure_pull_request(SPEC)
    assert forge.merge(1, head) == forge.merge(1, head) == head


def test_other_head_than_the_one_looked_at_is_not_merged(repository, forge, top):
    seen = propose(repository)
    forge.ensure_pull_request(SPEC)
    propose(repository, b"3")
    with pytest.raises(ForgeError, match="was not merged"):
        forge.merge(1, seen)
    assert forge.pull_request(1).state == "open"


def test_closed_request_is_not_merged(repository, forge):
    head = propose(repository)
    forge.ensure_pull_request(SPEC)
    forge.close(1, "superseded by v3")
    with pytest.raises(ForgeError, match="#1 is closed: superseded by v3"):
        forge.merge(1, head)


def test_merged_request_cannot_be_closed(repository, forge):
    head = propose(repository)
    forge.ensure_pull_request(SPEC)
    forge.merge(1, head)
    forge.close(1, "too late")
    assert forge.pull_request(1).state == "merged"


def test_conflict_says_to_promote_again_and_changes_nothing(repository, forge, top):
    head = propose(repository)
    forge.ensure_pull_request(SPEC)
    (top / "a").write_text("theirs")
    git(top, "commit", "--quiet", "--all", "--message", "Theirs")
    with pytest.raises(ForgeError, match="both changed a") as caught:
        forge.merge(1, head)
    assert "promote again" in str(caught.value)
    assert forge.pull_request(1).state == "open"


def test_dirty_file_in_the_way_leaves_the_request_open(repository, forge, top):
    head = propose(repository)
    forge.ensure_pull_request(SPEC)
    (top / "a").write_text("mine")
    with pytest.raises(RefusedError, match="changes in the way"):
        forge.merge(1, head)
    assert forge.pull_request(1).state == "open"


@pytest.mark.parametrize("moment", ["_save", "drop"])
def test_merge_that_was_killed_is_finished_by_merging_again(repository, forge, top, monkeypatch, moment):
    """Killed before the branch was removed, or before the file said `merged`."""
    head = propose(repository)
    forge.ensure_pull_request(SPEC)

    def killed(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(LocalForge if moment == "_save" else LocalBranches, moment, killed)
    with pytest.raises(KeyboardInterrupt):
        forge.merge(1, head)
    monkeypatch.undo()
    assert local(repository).merge(1, head) == head
    assert git(top, "rev-list", "--count", "main") == "2"
    assert local(repository).pull_request(1).state == "merged"
    assert repository.branch_tip(BRANCH) is None


def test_branch_that_a_person_removed_is_not_landed(repository, forge, top):
    head = propose(repository)
    forge.ensure_pull_request(SPEC)
    git(top, "branch", "--delete", "--force", BRANCH)
    with pytest.raises(ForgeError, match="is at no commit"):
        forge.merge(1, head)
    assert forge.pull_request(1).state == "open"


def test_revert_of_a_landed_request_can_be_promoted_again(repository, forge, top):
    """Case 1: a branch is built anew on its base, so that landing it again is no silent no-op."""
    forge.ensure_pull_request(SPEC) if propose(repository) else None
    forge.merge(1, forge.pull_request(1).head)
    git(top, "revert", "--no-edit", "HEAD")
    assert (top / "a").read_text() == "1"
    head = propose(repository)
    forge.ensure_pull_request(SPEC)
    forge.merge(2, head)
    assert (top / "a").read_text() == "2"


def test_remote_branches_count_where_there_is_a_remote(repository, top, tmp_path):
    remote = tmp_path / "remote.git"
    git(top, "clone", "--quiet", "--bare", ".", str(remote))
    git(top, "remote", "add", "origin", f"file://{remote}")
    forge = local(repository, "origin")
    head = propose(repository)
    with pytest.raises(ForgeError, match="does not exist"):
        forge.ensure_pull_request(SPEC)
    git(top, "push", "--quiet", "origin", f"{BRANCH}:{BRANCH}")
    forge.ensure_pull_request(SPEC)
    forge.merge(1, head)
    assert git(remote, "rev-parse", "main") == head
    assert git(remote, "for-each-ref", "--format=%(refname)") == "refs/heads/main"
    assert git(top, "rev-parse", "main") == head


def test_many_at_once_make_one_request_a_branch(repository, top):
    for number in range(8):
        propose(repository, branch=f"promote/app{number}/prod")
    specs = [replace(SPEC, branch=f"promote/app{number % 8}/prod") for number in range(24)]
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda spec: local(repository).ensure_pull_request(spec), specs))
    opened = local(repository).pull_requests()
    assert sorted(pull.branch for pull in opened) == sorted({spec.branch for spec in specs})
    files = [
        path for path in Path(repository.common_dir, "promoter/pulls").iterdir() if path.suffix == ".md"
    ]
    assert len(files) == 8
    assert {pull.number for pull in made} == {pull.number for pull in opened}


def test_statuses_are_kept_by_commit_and_name(repository, forge):
    commit = repository.resolve("main")
    forge.ensure_status(commit, "lint", "pending", "")
    forge.ensure_status(commit, "lint", "success", "clean")
    forge.ensure_status(commit, "argocd/healthy", "failure", "Degraded", "https://argocd.example.test")
    assert forge.states(commit) == {"argocd/healthy": "failure", "lint": "success"}
    assert forge.states("0" * 40) == {}
    with pytest.raises(ForgeError, match="expected one of success"):
        forge.ensure_status(commit, "lint", "green", "")


def test_comment_is_edited_in_place_and_is_no_request(repository, forge):
    propose(repository)
    forge.ensure_pull_request(SPEC)
    forge.ensure_comment(1, "../diff", "first")
    forge.ensure_comment(1, "../diff", "second")
    folder = Path(repository.common_dir, "promoter/pulls")
    assert [path.read_text() for path in folder.glob("1.*.md")] == ["second\n"]
    assert len(forge.pull_requests()) == 1


@pytest.mark.parametrize("text", ["", "no front matter", "---\nstate: open\n---\nbody\n", "---\n[]\n---\n"])
def test_file_that_somebody_broke_is_named(repository, forge, text):
    propose(repository)
    forge.ensure_pull_request(SPEC)
    path = Path(repository.common_dir, "promoter/pulls/1.md")
    path.write_text(text)
    with pytest.raises(ForgeError, match=r"1\.md cannot be read as a pull request"):
        forge.pull_request(1)


def test_missing_number_is_named(forge):
    with pytest.raises(ForgeError, match="no pull request #7"):
        forge.pull_request(7)


def test_whoever_can_write_here_has_every_right(forge):
    actor = forge.actor("ada", ["acme/sre"])
    assert (actor.permission, actor.teams, actor.unknown_teams) == (
        "admin",
        frozenset({"acme/sre"}),
        frozenset(),
    )
