"""How a run ends that is not let to its end: interrupted, or with nobody who reads what it prints."""

import os
import subprocess
import sys

import pytest

from promoter.commands import publish

posix = pytest.mark.skipif(os.name == "nt", reason="pipes break otherwise there")


def test_an_interrupted_run_says_so_and_has_the_code_of_one(shop, promoter, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("promoter.commands.apps.apps", interrupted)
    before = shop.state()

    ran = promoter("apps")

    assert (ran.code, shop.state()) == (130, before)
    assert ran.err == "interrupted: nothing is half written\n"


@posix
def test_a_reader_that_has_seen_enough_is_no_error():
    argv = [sys.executable, "-m", "promoter", "rules"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        run.stdout.close()
        said = run.stderr.read()

    assert (run.returncode, said) == (0, b"")


def test_a_branch_that_others_move_again_and_again_is_left_to_them(shop, promoter, monkeypatch):
    monkeypatch.setattr(publish, "_moved", lambda *_: False)
    before = shop.state()

    ran = promoter("promote", "shop", "--from", "dev", "--to", "staging")

    assert (ran.code, shop.state()) == (3, before)
    assert "others moved the branch 'promote/shop/staging'" in ran.err
    assert "run the same command again" in ran.err
