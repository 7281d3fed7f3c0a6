import json
import re

import pytest


def edit(shop, path, *replacements):
    file = shop.path / path
    text = file.read_text()
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text)


def compared(ran):
    read = json.loads(ran.out)
    return {each["environment"]: each for each in read["environments"]}


BASE = "apps/shop/base/deployment.yaml"
PROD = "apps/shop/overlays/prod-eu/kustomization.yaml"


def test_an_untouched_work_tree_differs_in_nothing(promoter):
    ran = promoter("diff")

    assert ran.code == 0
    said = r"Nothing that is deployed reads what differs between main \([0-9a-f]{10}\) and work tree\.\n"
    assert re.fullmatch(said, ran.out)


def test_a_change_that_reaches_nothing_needs_no_engine(shop, promoter):
    shop.write("promoter.yaml", "version: 1\nrender: {kustomize: /nowhere/kustomize}\n")
    shop.write("README.md", "# Shops\n")

    ran = promoter("diff")

    assert ran.code == 0, ran.err
    assert ran.out.startswith("Nothing that is deployed reads what differs")


def test_a_change_of_one_overlay_is_rendered_for_that_environment_only(shop, promoter):
    edit(shop, PROD, ("count: 3", "count: 1"))

    found = compared(promoter("diff", "--format", "json"))

    assert list(found) == ["prod-eu"]
    assert found["prod-eu"]["reason"] == f"reads {PROD}"
    (change,) = found["prod-eu"]["changes"]
    assert change["fields"] == [{"path": "spec.replicas", "before": 3, "after": 1}]
    assert [risk["name"] for risk in change["risks"]] == ["replicas-dropped"]


def test_a_change_of_the_base_reaches_every_environment_in_the_order_of_promotion(shop, promoter):
    edit(shop, BASE, ("containerPort: 8080", "containerPort: 8081"))

    assert list(compared(promoter("diff", "--format", "json"))) == ["dev", "staging", "prod-eu", "prod-us"]


def test_a_changed_application_is_a_reason_even_when_no_manifest_changes(shop, promoter):
    edit(
        shop,
        "argocd/shop-prod-eu.yaml",
        ("  destination:", "    kustomize: {commonAnnotations: {team: shop}}\n  destination:"),
    )

    found = compared(promoter("diff", "--format", "json"))

    assert list(found) == ["prod-eu"]
    assert found["prod-eu"]["reason"] == "has a changed Application in argocd/shop-prod-eu.yaml"


def test_two_revisions_are_compared(shop, promoter):
    edit(shop, PROD, ("count: 3", "count: 4"))
    shop.commit_files({PROD: (shop.path / PROD).read_text()}, "Scale")

    assert list(compared(promoter("diff", "HEAD~1", "HEAD", "--format", "json"))) == ["prod-eu"]
    assert list(compared(promoter("diff", "HEAD~1", "--format", "json"))) == ["prod-eu"]


def test_one_environment_is_compared_with_its_past(shop, promoter):
    edit(shop, BASE, ("containerPort: 8080", "containerPort: 8081"))

    assert list(compared(promoter("diff", "staging@HEAD", "--format", "json"))) == ["staging"]
    assert list(compared(promoter("diff", "./apps/shop/overlays/dev", "--format", "json"))) == ["dev"]
    assert list(compared(promoter("diff", "prod", "--format", "json"))) == ["prod-eu", "prod-us"]


def test_the_drift_of_two_environments_is_told_by_app(shop, promoter):
    edit(shop, PROD, ('"1.9"', '"1.8"'))

    ran = promoter("diff", "staging", "prod-eu", "--format", "json")

    (drift,) = json.loads(ran.out)["drift"]
    assert [(each["before"], each["after"]) for each in drift["images"]] == [
        ("ghcr.io/acme/shop:1.9", "ghcr.io/acme/shop:1.8")
    ]
    assert (
        "image   ghcr.io/acme/shop:1.9 → ghcr.io/acme/shop:1.8"
        in promoter("diff", "staging", "prod-eu").out
    )


def test_what_keep_names_is_no_drift(shop, promoter):
    before = json.loads(promoter("diff", "dev", "staging", "--format", "json").out)["drift"][0]["other"]
    edit(shop, "promoter.yaml", ("version: 1", "version: 1\napps: {shop: {keep: [/replicas]}}"))
    after = json.loads(promoter("diff", "dev", "staging", "--format", "json").out)["drift"][0]["other"]

    assert [(each["object"], each["path"]) for each in before] == [("Deployment/shop", "spec.replicas")]
    assert after == []


def test_a_build_that_breaks_is_a_failure_with_its_cause_and_no_deletion(shop, promoter):
    edit(shop, PROD, ("../../base", "../../bass"))

    ran = promoter("diff", "--format", "json", "--exit-code")

    assert ran.code == 3
    (environment,) = compared(ran).values()
    assert (environment["state"], environment["changes"]) == ("failed", [])
    (failure,) = environment["failures"]
    assert failure["side"] == "after"
    assert failure["path"] == PROD
    assert "bass" in failure["message"]


def test_the_exit_code_tells_of_differences_only_when_asked(shop, promoter):
    assert promoter("diff", "--exit-code").code == 0
    edit(shop, PROD, ("count: 3", "count: 1"))

    assert promoter("diff").code == 0
    assert promoter("diff", "--exit-code").code == 1


def test_a_field_that_is_hidden_by_the_user_is_counted(shop, promoter):
    edit(shop, PROD, ("count: 3", "count: 1"))

    found = compared(promoter("diff", "--hide", "Deployment/shop:spec.replicas", "--format", "json"))

    assert (found["prod-eu"]["state"], found["prod-eu"]["filtered"]) == ("unchanged", 1)


def test_a_field_that_the_configuration_hides_is_counted_and_shown_with_the_noise(shop, promoter):
    edit(shop, "promoter.yaml", ("version: 1", "version: 1\ndiff: {hide: ['Deployment:spec.replicas']}"))
    edit(shop, PROD, ("count: 3", "count: 1"))

    hidden = compared(promoter("diff", "--format", "json"))["prod-eu"]
    shown = compared(promoter("diff", "--noise", "--format", "json"))["prod-eu"]

    assert (hidden["changes"], hidden["filtered"]) == ([], 1)
    assert [each["path"] for change in shown["changes"] for each in change["fields"]] == ["spec.replicas"]


def test_an_ignored_difference_of_the_application_is_counted_and_what_is_not_understood_is_named(
    shop, promoter
):
    rule = "ignoreDifferences:\n  - {group: apps, kind: Deployment, jsonPointers: [/spec/replicas]}\n"
    strange = "  - {kind: Secret, jqPathExpressions: ['.data | keys']}\n  syncPolicy:"
    edit(shop, "argocd/shop-prod-eu.yaml", ("syncPolicy:", rule + strange))
    edit(shop, PROD, ("count: 3", "count: 1"))

    found = compared(promoter("diff", "--format", "json"))

    assert (found["prod-eu"]["changes"], found["prod-eu"]["filtered"]) == ([], 1)
    assert found["prod-eu"]["notes"] == [
        "not understood in ignoreDifferences: jqPathExpressions: .data | keys"
    ]


def test_a_removed_object_is_deleted_because_the_application_prunes(shop, promoter):
    edit(shop, "apps/shop/base/kustomization.yaml", ("  - disruption.yaml\n", ""))

    (change,) = compared(promoter("diff", "prod-eu", "--format", "json"))["prod-eu"]["changes"]

    assert change["risks"][0]["name"] == "guard-removed"
    assert change["risks"][0]["message"].endswith("the controller's prune deletes it")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("prd",), "'prd' is neither an environment nor a revision"),
        (("prod", "main"), "cannot compare prod with main"),
        (("a", "b", "c"), "at most two addresses"),
        (("--hide", "Deployment:"), "expected [KIND[/NAME]:]PATH"),
        (("./no/such",), "no directory"),
        (("--app", "shpo"), "did you mean 'shop'?"),
        (("dev", "staging", "--app", "shpo"), "did you mean 'shop'?"),
    ],
)
def test_a_wrong_argument_is_one_clear_message(promoter, arguments, said):
    ran = promoter("diff", *arguments)

    assert ran.code == 2
    assert said in ran.err


def test_a_build_that_renders_on_neither_side_is_no_break(shop, promoter):
    edit(shop, PROD, ("../../base", "../../bass"))
    shop.commit_files({PROD: (shop.path / PROD).read_text()}, "Break it")
    edit(shop, PROD, ("count: 3", "count: 4"))

    ran = promoter("diff", "HEAD", "--format", "json", "--exit-code")

    assert ran.code == 0
    (failure,) = compared(ran)["prod-eu"]["failures"]
    assert failure["side"] == "both"


def test_an_environment_at_two_revisions_is_compared_over_time(shop, promoter):
    edit(shop, PROD, ("count: 3", "count: 4"))
    shop.commit_files({PROD: (shop.path / PROD).read_text()}, "Scale")

    found = compared(promoter("diff", "prod-eu@HEAD~1", "prod-eu@HEAD", "--format", "json"))

    (change,) = found["prod-eu"]["changes"]
    assert change["fields"] == [{"path": "spec.replicas", "before": 3, "after": 4}]


def test_a_branch_with_a_slash_in_its_name_is_a_revision(shop, promoter):
    shop.git("branch", "feature/before")
    edit(shop, PROD, ("count: 3", "count: 4"))
    shop.commit_files({PROD: (shop.path / PROD).read_text()}, "Scale")

    ran = promoter("diff", "feature/before", "--format", "json")

    assert list(compared(ran)) == ["prod-eu"]


def test_where_no_branch_is_the_default_one_the_work_tree_is_compared_with_its_commit(shop, promoter):
    shop.write("promoter.yaml", (shop.path / "promoter.yaml").read_text().replace("branch: main\n", ""))
    shop.git("checkout", "--quiet", "--detach")
    shop.git("branch", "--delete", "--force", "main")
    shop.git("branch", "one")
    shop.git("branch", "two")
    edit(shop, PROD, ("count: 3", "count: 4"))

    ran = promoter("diff", "--format", "json")

    assert json.loads(ran.out)["before"] == "HEAD", ran.err
    assert "prod-eu" in compared(ran)


def test_the_drift_of_an_app_that_lies_elsewhere_in_the_other_environment_is_told_by_app(shop, promoter):
    text = (shop.path / "argocd/shop-prod-eu.yaml").read_text()
    moved = shop.overlay("prod-eu").read_text().replace("../../base", "../../apps/shop/base")
    shop.write("argocd/shop-prod-eu.yaml", text.replace("apps/shop/overlays/prod-eu", "live/europe"))
    shop.write("live/europe/kustomization.yaml", moved.replace('"1.9"', '"1.8"'))
    shop.overlay("prod-eu").unlink()

    ran = promoter("diff", "staging", "prod-eu", "--format", "json")

    (drift,) = json.loads(ran.out)["drift"]
    assert [(each["before"], each["after"]) for each in drift["images"]] == [
        ("ghcr.io/acme/shop:1.9", "ghcr.io/acme/shop:1.8")
    ]


def test_an_object_that_only_the_other_environment_has_is_told_by_its_name(shop, promoter):
    more = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\n"
    shop.write("apps/shop/overlays/prod-eu/more.yaml", more)
    text = shop.overlay("prod-eu").read_text()
    shop.overlay("prod-eu").write_text(text.replace("resources:\n", "resources:\n  - more.yaml\n"))

    said = "missing ConfigMap/{namespace}/more is only in prod-eu"
    assert said in promoter("diff", "staging", "prod-eu").out
    assert said in promoter("diff", "prod-eu", "staging").out
