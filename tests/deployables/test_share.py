"""Every deployable is in exactly one share, and stays there."""

from dataclasses import replace

import pytest

from promoter.deployables.share import Share
from promoter.errors import UsageError
from promoter.model import Deployable, Destination, Location


def deployable(number, **changes):
    path = f"apps/a{number}/overlays/prod"
    made = Deployable(
        "argocd", "Application", f"a{number}-prod", f"a{number}", "prod", path, Location(path)
    )
    return replace(made, **changes)


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_every_deployable_is_in_exactly_one_share(count):
    shares = [Share(number, count) for number in range(1, count + 1)]

    for number in range(200):
        assert sum(share.holds(deployable(number)) for share in shares) == 1


def test_shares_are_about_equally_large():
    held = [
        sum(Share(part, 4).holds(deployable(number)) for number in range(1000)) for part in (1, 2, 3, 4)
    ]

    assert min(held) > 200


def test_the_share_of_a_deployable_is_the_same_in_every_version():
    assert [number for number in range(12) if Share(1, 3).holds(deployable(number))] == [4, 7, 9]


@pytest.mark.parametrize(
    "changes", [{"suspended": True}, {"reason": "why"}, {"evidence": ("x",)}, {"overrides": {"source": {}}}]
)
def test_what_is_no_part_of_the_identity_moves_nothing(changes):
    moved = [n for n in range(50) if Share(1, 2).holds(deployable(n, **changes))]

    assert moved == [n for n in range(50) if Share(1, 2).holds(deployable(n))]


@pytest.mark.parametrize(
    "changes",
    [
        {"namespace": "argocd"},
        {"environment": "dev"},
        {"path": None},
        {"destination": Destination("west")},
        {"kind": "ApplicationSet"},
    ],
)
def test_every_part_of_the_identity_counts(changes):
    moved = [n for n in range(50) if Share(1, 2).holds(deployable(n, **changes))]

    assert moved != [n for n in range(50) if Share(1, 2).holds(deployable(n))]


def test_a_share_is_read_as_it_is_written():
    assert (Share.parse("2/5"), str(Share(2, 5))) == (Share(2, 5), "2/5")


@pytest.mark.parametrize(
    "text", ["0/2", "3/2", "1", "1/0", "1/", "a/b", "01/2", "1/2/3", " 1/2", "-1/2", ""]
)
def test_anything_else_is_refused_with_what_was_expected(text):
    with pytest.raises(UsageError, match="expected --shard I/N, found"):
        Share.parse(text)
