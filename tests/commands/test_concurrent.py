import pytest
from concurrent_runs import check, promoted_at_once
from fault_points import CASES, prepared

from promoter.commands import publish
from promoter.forge.local import LocalForge

pytestmark = pytest.mark.renderer


def test_promotions_at_the_same_time_all_land_in_one_line(tmp_path):
    """A few; `benchmarks/concurrent_promotions.py` runs fifty."""
    check(promoted_at_once(tmp_path, 6, 6), 6)


def test_same_promotion_at_the_same_time_is_one_pull_request(tmp_path):
    promote = CASES[0]
    before = prepared(tmp_path / "before", promote)
    alone = before.copy(tmp_path / "alone")
    alone.run(*promote.command)
    together = before.copy(tmp_path / "together")
    processes = [together.start(*promote.command) for _ in range(4)]
    ended = [(process.communicate()[1].decode(), process.returncode) for process in processes]
    assert ended == [("", 0)] * 4
    assert together.state() == alone.state()


def test_branch_that_moves_meanwhile_is_looked_at_anew(shop, promoter, monkeypatch):
    real, moves = publish.move_ref, []

    def overtaken(repository, ref, new, expected):
        if not moves:
            shop.git("update-ref", ref, "main")
        moves.append(expected)
        return real(repository, ref, new, expected)

    monkeypatch.setattr(publish, "move_ref", overtaken)

    ran = promoter("promote", "shop", "--from", "dev", "--to", "staging")

    assert ran.code == 0, ran.err
    assert moves == [None, shop.git("rev-parse", "main")]
    assert shop.git("log", "--format=%s", "main..promote/shop/staging").startswith("promote(shop)")


def run_before_the_text(monkeypatch, other):
    """`other` runs after the next branch is made and before its pull request says what it is for."""
    real, done = LocalForge.ensure_pull_request, []

    def overtaken(forge, spec):
        if not done:
            done.append(spec)
            other()
        return real(forge, spec)

    monkeypatch.setattr(LocalForge, "ensure_pull_request", overtaken)


def test_branch_and_text_are_of_one_change_though_two_wrote_them_at_once(shop, promoter, monkeypatch):
    promoter("promote", "shop", "--from", "dev", "--to", "staging")
    promoter("land")
    asked = ("promote", "shop@1.11", "--to", "staging", "--override", "order", "--because", "try")
    run_before_the_text(monkeypatch, lambda: promoter(*asked))

    ran = promoter("rollback", "shop", "--in", "staging", "--because", "500s")

    assert ran.code == 0, ran.err
    head = shop.git("log", "-1", "--format=%B", "promote/shop/staging")
    assert "Promoter-Action: rollback" in head
    assert "Promoter-Action: rollback" in (shop.path / ".git/promoter/2.md").read_text()
    assert promoter("land").code == 0


def test_text_of_another_change_than_the_branchs_lands_nothing(shop, promoter):
    promoter("promote", "shop", "--from", "dev", "--to", "staging")
    file = shop.path / ".git/promoter/1.md"
    file.write_text(file.read_text().replace("Promoter-Action: promote", "Promoter-Action: rollback"))
    before = shop.git("rev-parse", "main")

    ran = promoter("land")

    assert ran.code == 5
    assert "text: the text and the commit say different things; promote or roll back again" in ran.err
    assert "the text and the commit say different things" in promoter("reconcile").out
    assert shop.git("rev-parse", "main") == before
    assert promoter("promote", "shop", "--from", "dev", "--to", "staging").code == 0
    assert promoter("land").code == 0
