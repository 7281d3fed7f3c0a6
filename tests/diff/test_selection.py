from dataclasses import replace

import pytest

from promoter.diff.selection import Side, pair, select
from promoter.kustomize import Graph
from promoter.model import Deployable, Location, Snapshot

FILES = {
    "base/kustomization.yaml": b"resources: [web.yaml]",
    "base/web.yaml": b"a: 1",
    "shared/kustomization.yaml": b"kind: Component\npatches: [{path: labels.yaml}]",
    "shared/labels.yaml": b"a: 1",
    "dev/kustomization.yaml": b"resources: [../base]",
    "prod/kustomization.yaml": b"resources: [../base]\ncomponents: [../shared]",
    "plain/job.yaml": b"a: 1",
    "plainer/job.yaml": b"a: 1",
    "README.md": b"hello",
}


def deployable(environment, path, **more):
    return Deployable(
        "argocd", "Application", environment, "shop", environment, path, Location("apps.yaml"), **more
    )


DEV, PROD = deployable("dev", "dev"), deployable("prod", "prod")
PLAIN = deployable("plain", "plain")


def side(deployables=(DEV, PROD, PLAIN), **files):
    return Side(Graph(Snapshot.of({**FILES, **files})), deployables)


def chosen(before, after, *changed):
    found = select(before, after, changed)
    return {each.shown.environment: each.reasons for each in found.selected}, found.untouched


def test_a_changed_base_reaches_every_overlay_that_reads_it_with_the_reason():
    reasons = ("reads base/web.yaml",)

    assert chosen(side(), side(), "base/web.yaml") == ({"dev": reasons, "prod": reasons}, 1)


def test_a_changed_component_reaches_only_the_overlays_that_use_it():
    assert chosen(side(), side(), "shared/labels.yaml") == ({"prod": ("reads shared/labels.yaml",)}, 2)


def test_a_file_that_nothing_reads_reaches_nothing():
    assert chosen(side(), side(), "README.md") == ({}, 3)


def test_a_plain_directory_reads_the_files_below_it_and_not_those_of_a_longer_name():
    assert chosen(side(), side(), "plain/job.yaml", "plainer/job.yaml") == (
        {"plain": ("reads plain/job.yaml",)},
        2,
    )


def test_a_file_read_only_before_or_only_after_counts():
    more = b"resources: [../base, extra.yaml]"
    extended = side(**{"dev/kustomization.yaml": more, "dev/extra.yaml": b"a: 1"})

    added, _ = chosen(side(), extended, "dev/extra.yaml")
    removed, _ = chosen(extended, side(), "dev/extra.yaml")

    assert added == removed == {"dev": ("reads dev/extra.yaml",)}


def test_a_long_list_of_files_is_cut_and_counted():
    files = {f"dev/{n}.yaml": b"a: 1" for n in range(5)}
    names = ", ".join(f"{n}.yaml" for n in range(5)).encode()
    both = side(**files, **{"dev/kustomization.yaml": b"resources: [" + names + b"]"})

    reasons, _ = chosen(both, both, *files)

    assert reasons == {"dev": ("reads dev/0.yaml, dev/1.yaml, dev/2.yaml and 2 more changed files",)}


def test_a_controller_object_that_changed_is_a_reason():
    changed = replace(PROD, overrides={"kustomize": {"namePrefix": "x-"}})

    assert chosen(side(), side((DEV, changed, PLAIN)), "apps.yaml") == (
        {"prod": ("has a changed Application in apps.yaml",)},
        2,
    )


def test_a_controller_object_that_only_moved_within_its_file_is_not():
    moved = replace(PROD, location=Location("apps.yaml", 40))

    assert chosen(side(), side((DEV, moved, PLAIN)), "apps.yaml") == ({}, 3)


APPS = b"""---
kind: Application
metadata: {name: other}
spec: {project: %s}
---
kind: Application
metadata: {name: prod}
spec: {project: default, syncPolicy: %s}
"""


def test_anything_in_a_controller_object_is_a_reason_and_a_neighbour_in_its_file_is_none():
    here = replace(PROD, location=Location("apps.yaml", 6))
    before = side((here,), **{"apps.yaml": APPS % (b"one", b"{}")})
    neighbour = side((here,), **{"apps.yaml": APPS % (b"two", b"{}")})
    own = side((here,), **{"apps.yaml": APPS % (b"one", b"{automated: {}}")})

    assert chosen(before, neighbour, "apps.yaml") == ({}, 1)
    assert chosen(before, own, "apps.yaml")[0] == {"prod": ("has a changed Application in apps.yaml",)}


def test_another_source_directory_is_named_with_both():
    reasons, _ = chosen(side(), side((DEV, replace(PROD, path="dev"), PLAIN)))

    assert reasons == {"prod": ("is built from dev instead of prod",)}


@pytest.mark.parametrize(
    ("before", "after", "said"), [((DEV,), (DEV, PROD), "new"), ((DEV, PROD), (DEV,), "gone")]
)
def test_a_new_or_vanished_deployable_is_looked_at(before, after, said):
    reasons, untouched = chosen(side(before), side(after))

    assert reasons == {"prod": (f"is {said} (Application in apps.yaml)",)}
    assert untouched == 1


def test_an_unresolved_deployable_on_both_sides_is_no_deletion():
    unknown = deployable("prod", None, reason="the generator reads a cluster")

    assert chosen(side((unknown,)), side((unknown,)), "base/web.yaml") == ({}, 1)


def test_deployables_are_paired_by_object_when_the_environment_is_the_same():
    assert pair((DEV,), (replace(DEV, path="other"),)) == ((DEV, replace(DEV, path="other")),)


def test_two_sources_of_one_application_are_paired_by_path():
    one, two = replace(PROD, path="a"), replace(PROD, path="b")

    assert pair((one, two), (two, one)) == ((two, two), (one, one))


def test_an_application_that_was_renamed_is_paired_by_app_and_environment():
    renamed = replace(PROD, name="shop-in-prod")

    assert pair((DEV, PROD), (DEV, renamed)) == ((DEV, DEV), (PROD, renamed))
