import pytest

from promoter.deployables.settings import Own, canonical_url


@pytest.mark.parametrize(
    "spelling",
    [
        "https://example.com/acme/gitops",
        "https://example.com/acme/gitops.git",
        "https://token@example.com/Acme/GitOps.git/",
        "git@example.com:acme/gitops.git",
        "ssh://git@example.com:22/acme/gitops.git",
        "git://example.com/acme/gitops",
        "example.com/acme/gitops",
    ],
)
def test_every_spelling_of_a_url_is_the_same_repository(spelling: str) -> None:
    assert canonical_url(spelling) == "example.com/acme/gitops"


def test_an_alias_is_this_repository_too() -> None:
    own = Own.of(("https://example.com/acme/gitops", "https://mirror.example.com/gitops"))
    assert "git@mirror.example.com:gitops.git" in own


def test_a_fork_takes_the_urls_of_the_same_repository_name_for_its_own() -> None:
    own = Own.of(("https://example.com/me/gitops",), ("https://example.com/acme/gitops",) * 3)
    assert "https://example.com/acme/gitops" in own


def test_another_repository_of_the_same_name_stays_foreign_when_the_own_url_is_used() -> None:
    own = Own.of(
        ("https://example.com/me/gitops",),
        ("https://example.com/me/gitops", "https://example.com/a/gitops"),
    )
    assert "https://example.com/a/gitops" not in own


@pytest.mark.parametrize(
    "remote", ["/srv/mirrors/copy.git", "../copy", "~/copy", "file:///srv/copy", "C:\\work\\copy"]
)
def test_the_url_that_is_named_most_is_this_repository_in_a_clone_of_a_folder(remote: str) -> None:
    own = Own.of(
        (remote,),
        (*("https://example.com/acme/gitops",) * 2, "https://example.com/acme/charts"),
    )
    assert "https://example.com/acme/gitops" in own
    assert "https://example.com/acme/charts" not in own


def test_a_folder_of_the_same_name_decides_before_the_number_of_objects() -> None:
    own = Own.of(
        ("/srv/mirrors/gitops.git",),
        ("https://example.com/acme/gitops", *("https://example.com/acme/charts",) * 2),
    )
    assert "https://example.com/acme/gitops" in own
    assert "https://example.com/acme/charts" not in own


def test_a_remote_elsewhere_whose_name_nothing_shares_leaves_every_url_foreign() -> None:
    own = Own.of(("https://example.com/me/sandbox",), ("https://example.com/acme/gitops",))
    assert "https://example.com/acme/gitops" not in own


def test_without_any_url_nothing_is_this_repository() -> None:
    assert "https://example.com/acme/gitops" not in Own.of(())
