import re
import subprocess

import pytest

from promoter.errors import RepositoryError, UsageError
from promoter.history import Step, Target, action_of, choose, timeline
from promoter.model import Image, blob_id
from promoter.repository import read_past
from promoter.repository.messages import parse_commit
from promoter.repository.process import Git

PATH = "apps/shop/overlays/prod/kustomization.yaml"


def kustomization(version):
    return f"resources:\n- ../../base\nimages:\n- name: shop\n  newTag: {version}\n"


def tags(repository, paths=(PATH,), revision="main"):
    """The tag at each state of the past, oldest first; None where it cannot be read."""
    found = []
    for state in read_past(repository, revision, paths).states(paths):
        blob = state.blobs[paths[0]]
        match = re.search(rb"newTag: (\S+)", repository.blobs.read(blob)) if blob else None
        found.append((state.commit, match[1].decode() if match else None))
    return found


def target(repository):
    steps = [
        Step(
            commit.id,
            commit.time,
            commit.author,
            (Image("shop", tag),) if tag else None,
            action_of(commit.trailers, ["shop"], "prod"),
        )
        for commit, tag in tags(repository)
    ]
    chosen = choose(timeline(steps))
    return chosen.period.values[0].tag if isinstance(chosen, Target) else None


def message(action, version):
    trailers = f"Promoter-Action: {action}\nPromoter-App: shop\nPromoter-Env: prod\n"
    return f"{action}(shop): prod {version}\n\n{trailers}"


def direct(work, text):
    work.commit(text)


def merge_commit(work, text):
    on_branch(work, text)
    work.git("merge", "--quiet", "--no-ff", "--message", "Merge pull request #1", "side")
    work.git("branch", "--quiet", "--delete", "--force", "side")


def squash(work, text):
    on_branch(work, text)
    work.git("merge", "--quiet", "--squash", "side")
    work.git(
        "commit", "--quiet", "--message", f"Title (#1)\n\n* {text}\n\nCo-authored-by: X <x@example.test>"
    )
    work.git("branch", "--quiet", "--delete", "--force", "side")


def squash_title_only(work, text):
    on_branch(work, text)
    work.git("merge", "--quiet", "--squash", "side")
    work.git("commit", "--quiet", "--message", "Title (#1)")
    work.git("branch", "--quiet", "--delete", "--force", "side")


def rebase(work, text):
    on_branch(work, text)
    work.git("rebase", "--quiet", "main", "side")
    work.git("switch", "--quiet", "main")
    work.git("merge", "--quiet", "--ff-only", "side")
    work.git("branch", "--quiet", "--delete", "side")


def on_branch(work, text):
    """The change of the work tree, committed on a branch that began one commit before main's tip."""
    work.git("switch", "--quiet", "--create", "side")
    work.commit(text)
    work.git("switch", "--quiet", "main")
    work.commit_files({f"other/{work.clock}": "x"}, "Unrelated")


STYLES = [direct, merge_commit, squash, squash_title_only, rebase]


def release(work, style, action, version):
    work.write(PATH, kustomization(version))
    style(work, message(action, version))


@pytest.mark.parametrize("style", STYLES)
def test_rollbacks_reach_further_back_in_every_merge_style(work, opened, style):
    work.commit()
    for version in ("v1", "v2", "v3"):
        release(work, style, "promote", version)
    repository = opened(work.path)
    assert target(repository) == "v2"
    release(work, style, "rollback", "v2")
    assert target(repository) == "v1"
    release(work, style, "rollback", "v1")
    assert target(repository) is None
    release(work, style, "promote", "v4")
    assert target(repository) == "v1"
    release(work, direct, "hand edit", "v1")
    release(work, style, "promote", "v5")
    assert target(repository) == "v1"


@pytest.mark.parametrize("style", STYLES)
def test_once_bad_version_promoted_again_leaves_the_one_between_good(work, opened, style):
    work.commit()
    for action, version in [("promote", "v1"), ("promote", "v3"), ("rollback", "v1"), ("promote", "v5")]:
        release(work, style, action, version)
    release(work, style, "promote", "v3")
    assert target(opened(work.path)) == "v5"


@pytest.mark.parametrize("style", [direct, merge_commit, squash, rebase])
def test_trailers_survive_all_styles_that_keep_messages(work, opened, style):
    work.commit()
    release(work, style, "promote", "v1")
    assert dict(tags(opened(work.path))[-1][0].trailers) == {
        "Promoter-Action": "promote",
        "Promoter-App": "shop",
        "Promoter-Env": "prod",
    }


def test_git_revert_is_a_rollback(work, opened):
    for version in ("v1", "v2", "v3"):
        release(work, direct, "promote", version)
    work.git("revert", "--no-edit", "HEAD")
    assert target(opened(work.path)) == "v1"


def test_branch_brought_up_to_date_by_a_merge_still_tells_its_trailers(work, opened):
    release(work, direct, "promote", "v1")
    work.git("switch", "--quiet", "--create", "side")
    release(work, direct, "rollback", "v2")
    work.git("switch", "--quiet", "main")
    work.commit_files({"other": "x"})
    work.git("switch", "--quiet", "side")
    work.git("merge", "--quiet", "--no-edit", "main")
    work.git("switch", "--quiet", "main")
    work.git("merge", "--quiet", "--no-ff", "--message", "Merge", "side")
    commit, tag = tags(opened(work.path))[-1]
    assert (tag, dict(commit.trailers)["Promoter-Action"]) == ("v2", "rollback")


@pytest.mark.parametrize("others", [0, 9])
def test_renamed_file_keeps_its_past(work, opened, others):
    """With few files git is asked for those paths; with many everything is walked."""
    extra = {f"other{number}/kustomization.yaml": f"{number}\n" * 9 for number in range(others)}
    work.commit_files({"old/kustomization.yaml": kustomization("v1"), **extra})
    work.commit_files({"old/kustomization.yaml": kustomization("v2")})
    (work.path / "apps/shop/overlays").mkdir(parents=True)
    work.git("mv", "old", "apps/shop/overlays/prod")
    work.commit()
    work.commit_files({PATH: kustomization("v3")})
    assert [tag for _, tag in tags(opened(work.path), (PATH, *extra))][-4:] == ["v1", "v2", "v2", "v3"]


@pytest.mark.parametrize("others", [0, 9])
def test_copied_file_does_not_inherit_a_past(work, opened, others):
    extra = {f"other{number}/kustomization.yaml": f"{number}\n" * 9 for number in range(others)}
    work.commit_files({"staging/kustomization.yaml": kustomization("v1"), **extra})
    work.commit_files({"staging/kustomization.yaml": kustomization("v2"), PATH: kustomization("v2")})
    assert [tag for _, tag in tags(opened(work.path), (PATH, *extra)) if tag] == ["v2"]


def test_removed_and_restored_file_says_when_it_was_not_there(work, opened):
    release(work, direct, "promote", "v1")
    (work.path / PATH).unlink()
    work.commit("Remove")
    release(work, direct, "promote", "v2")
    assert [tag for _, tag in tags(opened(work.path))] == ["v1", None, "v2"]


@pytest.mark.parametrize("extra", [(), tuple(f"missing{number}" for number in range(9))])
def test_states_join_the_files_of_a_vector(work, opened, extra):
    first = work.commit_files({"a": "a1", "b c": "b1"})
    second = work.commit_files({"b c": "b2"})
    work.commit_files({"unrelated": "x"})
    third = work.commit_files({"a": "a2", "b c": "b3"})
    past = read_past(opened(work.path), "main", ("a", "b c", *extra))
    assert [(state.commit.id, dict(state.blobs)) for state in past.states(("a", "b c"))] == [
        (first, {"a": blob_id(b"a1"), "b c": blob_id(b"b1")}),
        (second, {"a": blob_id(b"a1"), "b c": blob_id(b"b2")}),
        (third, {"a": blob_id(b"a2"), "b c": blob_id(b"b3")}),
    ]


@pytest.mark.parametrize("name", ["with space.yaml", "new\nline.yaml", "ünï.yaml", "*.yaml"])
def test_odd_names_have_a_past_too(work, opened, name):
    work.commit_files({name: kustomization("v1"), "plain.yaml": kustomization("v9")})
    work.commit_files({name: kustomization("v2")})
    assert [tag for _, tag in tags(opened(work.path), (name,))] == ["v1", "v2"]


def test_file_that_never_was_has_no_states(work, opened):
    work.commit()
    assert read_past(opened(work.path), "main", ("missing",)).states(("missing",)) == ()


def test_past_stops_at_the_revision(work, opened):
    release(work, direct, "promote", "v1")
    first = work.git("rev-parse", "HEAD")
    release(work, direct, "promote", "v2")
    assert [tag for _, tag in tags(opened(work.path), revision=first)] == ["v1"]


def test_case_13_shallow_clone_is_not_complete(work, opened):
    release(work, merge_commit_with_base, "promote", "v1")
    release(work, merge_commit, "promote", "v2")
    clone = work.path.parent / "shallow"
    work.git("clone", "--quiet", "--depth=1", f"file://{work.path}", str(clone))
    repository = opened(clone)
    past = read_past(repository, "HEAD", (PATH,))
    assert not past.complete
    assert len(past.states((PATH,))) == 1
    subprocess.run(["git", "fetch", "--quiet", "--unshallow"], cwd=clone, check=True)
    assert read_past(repository, "HEAD", (PATH,)).complete


def merge_commit_with_base(work, text):
    work.commit_files({"base": "x"})
    merge_commit(work, text)


def test_users_git_settings_do_not_disturb(work, opened):
    release(work, direct, "promote", "v1")
    release(work, direct, "promote", "v2")
    for key, value in [
        ("log.follow", "true"),
        ("log.showSignature", "true"),
        ("color.ui", "always"),
        ("diff.renames", "copies"),
        ("log.diffMerges", "combined"),
        ("format.pretty", "fuller"),
        ("diff.noprefix", "true"),
    ]:
        work.git("config", key, value)
    assert [tag for _, tag in tags(opened(work.path))] == ["v1", "v2"]


def test_revision_before_the_first_commit_and_unknown_ones_are_errors(work, opened):
    with pytest.raises(RepositoryError, match="no commits yet"):
        read_past(opened(work.path), "HEAD", (PATH,))
    work.commit()
    with pytest.raises(UsageError):
        read_past(opened(work.path), "nowhere", (PATH,))


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "no-such-encoding"])
def test_message_in_another_encoding_is_text(encoding):
    raw = (
        b"tree 0\nauthor Ad\xc3\xa9 <a@example.test> 5 +0000\n"
        b"committer X <x@example.test> 1700000000 +0100\n"
        b"encoding " + encoding.encode() + b"\n\nsubject caf\xe9\n\nPromoter-App: shop \r\n"
    )
    commit = parse_commit("1", raw)
    assert commit.subject.startswith("subject caf")
    assert (commit.author, commit.time, commit.trailers) == (
        "Adé",
        1_700_000_000.0,
        (("Promoter-App", "shop"),),
    )


def test_files_that_were_moved_in_one_commit_are_looked_for_once(work, opened, monkeypatch):
    paths = tuple(f"apps/{app}/kustomization.yaml" for app in ("cart", "mail", "shop"))
    work.commit_files({f"old/{path}": kustomization(path) for path in paths})
    work.git("mv", "old/apps", "apps")
    work.git("commit", "--quiet", "--message", "Move")
    repository, asked, run = opened(work.path), [], Git.run

    def counted(git, *words, **more):
        asked.append(words[0])
        return run(git, *words, **more)

    monkeypatch.setattr(Git, "run", counted)

    past = read_past(repository, "main", paths)

    assert [len(past.changes[path]) for path in paths] == [2, 2, 2]
    assert asked.count("diff-tree") == 1
