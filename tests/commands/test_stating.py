"""Holds, freezes and skips through the command line: committed at once, undone by name."""

import pytest

from promoter.commands import stating


@pytest.mark.parametrize(
    ("do", "undo", "path"),
    [
        (
            ("hold", "shop", "--in", "staging"),
            ("release", "shop", "--in", "staging"),
            "holds/staging/shop.yaml",
        ),
        (("freeze", "prod"), ("unfreeze", "prod"), "freezes/prod.yaml"),
        (("skip", "shop@1.10"), ("unskip", "shop@1.10"), "skips/shop/1.10.yaml"),
    ],
)
def test_state_is_one_committed_file_and_undoing_removes_it(shop, promoter, do, undo, path):
    ran = promoter(*do, "--because", "testing: it")

    assert ran.code == 0, ran.err
    assert 'because: "testing: it"' in shop.git("show", f"main:.promoter/{path}")
    assert "Because: testing: it" in shop.git("log", "-1", "--format=%B")
    assert promoter(*undo).code == 0
    assert shop.git("ls-tree", "-r", "--name-only", "main", ".promoter") == ""
    assert promoter(*undo).code == 2


def test_a_group_is_held_in_each_of_its_environments(shop, promoter):
    promoter("hold", "shop", "--in", "prod", "--for", "2h")

    held = shop.git("ls-tree", "-r", "--name-only", "main", ".promoter").splitlines()
    assert held == [".promoter/holds/prod-eu/shop.yaml", ".promoter/holds/prod-us/shop.yaml"]
    assert "until: " in shop.git("show", f"main:{held[0]}")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("hold", "shpo", "--in", "staging"), "did you mean 'shop'?"),
        (("hold", "shop", "--in", "stagin"), "did you mean 'staging'?"),
        (("freeze", "pord"), "did you mean 'prod'?"),
        (("skip", "shop"), "APP@VERSION"),
        (("hold", "shop", "--in", "staging", "--for", "soon"), "duration"),
    ],
)
def test_a_wrong_name_is_told_and_nothing_is_committed(shop, promoter, arguments, says):
    before = shop.state()

    ran = promoter(*arguments)

    assert ran.code == 2
    assert says in ran.err
    assert shop.state() == before


def test_the_same_said_twice_at_one_moment_is_one_commit(shop, promoter, monkeypatch):
    monkeypatch.setattr("promoter.commands.clock.time.time", lambda: 1_800_000_000.0)
    promoter("freeze", "prod", "--because", "x")
    before = shop.state()

    ran = promoter("freeze", "prod", "--because", "x")

    assert (ran.code, shop.state()) == (0, before)
    assert "freeze: prod: nothing to do" in ran.out


def test_the_same_file_that_somebody_else_committed_meanwhile_is_left_to_them(shop, promoter, monkeypatch):
    real = stating.land

    def meanwhile(*arguments, **options):
        shop.commit_files({".promoter/freezes/prod.yaml": "because: theirs\n"}, "Freeze first")
        return real(*arguments, **options)

    monkeypatch.setattr(stating, "land", meanwhile)
    ran = promoter("freeze", "prod", "--because", "ours")

    assert ran.code == 5
    assert "somebody else changed .promoter/freezes/prod.yaml meanwhile" in ran.err
    assert shop.git("show", "main:.promoter/freezes/prod.yaml") == "because: theirs"
