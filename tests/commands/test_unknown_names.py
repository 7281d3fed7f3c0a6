"""A name that does not exist is answered with the nearest that does, else with those that do."""

import pytest

from promoter.errors import UsageError, check_known, nearest


@pytest.mark.parametrize(
    "arguments",
    [
        ("apps", "{}"),
        ("status", "{}"),
        ("history", "{}"),
        ("history", "{}", "--in", "staging"),
        ("diff", "dev", "staging", "--app", "{}"),
        ("diff", "HEAD", "--app", "{}"),
        ("render", "staging", "--app", "{}"),
        ("hold", "{}", "--in", "staging"),
        ("skip", "{}@1.10"),
        ("promote", "{}", "--from", "dev", "--to", "staging"),
        ("rollback", "{}", "--in", "staging"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize(
    ("name", "hint"), [("shpo", "did you mean 'shop'?"), ("elephant", "known apps: shop")]
)
def test_every_command_names_the_nearest_app_or_those_there_are(promoter, arguments, name, hint):
    ran = promoter(*(word.format(name) for word in arguments))

    assert (ran.code, ran.out) == (2, "")
    assert f"unknown app {name!r}" in ran.err
    assert hint in ran.err


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("lint", "--profile", "restrictd"), "did you mean 'restricted'?"),
        (("lint", "--profile", "xyz"), "known profiles: "),
        (("lint", "--format", "sraif"), "did you mean 'sarif'?"),
        (("lint", "--format", "xyz"), "known formats: "),
        (("baseline", "xyz"), "known actions: create, update, prune"),
        (("rules", "xyz"), "`promoter rules` lists them"),
        (("lint", "--select", "xyz"), "`promoter rules` lists them"),
        (("freeze", "xyz"), "known environments: dev, staging, "),
        (("land", "--override", "ordre"), "did you mean 'order'?"),
    ],
    ids=str,
)
def test_what_is_typed_wrong_is_answered_with_what_could_be_typed(promoter, arguments, hint):
    ran = promoter(*arguments)

    assert ran.code == 2
    assert hint in ran.err


def test_a_hold_does_not_open_by_hand_when_landing(shop, promoter):
    assert promoter("promote", "shop", "--from", "dev", "--to", "staging").code == 0
    assert promoter("hold", "shop", "--in", "staging").code == 0
    before = shop.state()

    ran = promoter("land", "--override", "hold")

    assert ran.code == 2
    assert "the gate 'hold' does not open by hand" in ran.err
    assert shop.state() == before


def test_where_nothing_is_known_the_hint_says_so():
    assert nearest("shop", (), "known apps") == "known apps: none"


def test_of_very_many_names_only_the_first_are_listed():
    hint = nearest("xyz", [f"app-{number}" for number in range(100)], "known apps")

    assert hint.endswith("app-29 and 70 more")


def test_a_known_name_passes():
    check_known("app", "shop", {"shop": 1})

    with pytest.raises(UsageError, match="unknown app 'shop'"):
        check_known("app", "shop", ())


def test_a_bundle_none_of_whose_apps_is_there_is_told(shop, promoter):
    shop.another("cart", "dev", "staging")
    text = (shop.path / "promoter.yaml").read_text()
    shop.commit_files({"promoter.yaml": f"{text}\nbundles: {{pair: {{apps: [cart]}}}}\n"}, "Bundle")

    ran = promoter("promote", "pair", "--from", "staging", "--to", "prod-eu")

    assert ran.code == 2
    assert "no app of pair is deployed there" in ran.err
