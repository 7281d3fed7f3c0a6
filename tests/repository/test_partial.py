import pytest

from promoter.errors import RepositoryError
from promoter.repository import read_past
from promoter.repository.partial import promisor


@pytest.fixture
def partial(work, opened):
    """A clone without any file's content, of a repository with forty versions of forty files."""
    work.git("config", "uploadpack.allowFilter", "true")
    work.git("config", "uploadpack.allowAnySHA1InWant", "true")
    for version in range(4):
        work.commit_files({f"f{number}.yaml": f"{number} {version}" for number in range(40)})
    clone = work.path.parent / "partial"
    work.git("clone", "--quiet", "--filter=blob:none", "--no-checkout", f"file://{work.path}", str(clone))
    return opened(clone)


def packs(repository):
    counts = dict(line.split(": ") for line in repository.git.text("count-objects", "-v").splitlines())
    return int(counts["packs"])


def test_contents_of_a_partial_clone_come_in_a_few_fetches(partial):
    before = packs(partial)
    contents = partial.snapshot("HEAD").contents
    assert dict(contents) == {f"f{number}.yaml": f"{number} 3".encode() for number in range(40)}
    assert packs(partial) - before <= 2


def test_past_of_a_partial_clone_comes_in_one_fetch(partial):
    before = packs(partial)
    past = read_past(partial, "HEAD", ["f7.yaml"])
    blobs = [state.blobs["f7.yaml"] for state in past.states(["f7.yaml"])]
    assert sorted(partial.blobs.read_many(blobs).values()) == [f"7 {n}".encode() for n in range(4)]
    assert packs(partial) - before == 1


def test_object_that_nobody_has_is_named(partial):
    with pytest.raises(RepositoryError, match="is not in this repository"):
        partial.blobs.read_many(["1" * 40, "2" * 40])


def test_complete_clone_has_no_promisor(work, opened):
    assert promisor(opened(work.path).git) is None
