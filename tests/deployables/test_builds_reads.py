"""The files of the repository that decide what a deployable renders, beside its controller's object."""

from dataclasses import replace

from deployable_trees import application, flux, found, graph

from promoter.deployables.builds.inputs import chart_values, decided_by, reads

BASE = {
    "shop/kustomization.yaml": "resources: [../base/d.yaml]\n",
    "base/d.yaml": "a: 1\n",
    "base/e.yaml": "a: 1\n",
}
PART = {"part/kustomization.yaml": "kind: Component\nresources: [p.yaml]\n", "part/p.yaml": "a: 1\n"}
MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: vars, namespace: flux-system}\ndata: {a: '1'}\n"


def read_by(files: dict[str, str]) -> frozenset[str]:
    """What is named, after a look that asking of each file alone gives the same."""
    (each,) = [each for each in found(files) if each.name == "shop"]
    whole = graph(files)
    named = reads(whole, each)
    assert {path for path in files if decided_by(whole, each, frozenset((path,)))} == named
    return named


def test_a_kustomization_reads_its_closure() -> None:
    assert read_by({**BASE, **application()}) == {"shop/kustomization.yaml", "base/d.yaml"}


def test_the_source_files_beside_a_kustomization_are_read() -> None:
    beside = {"shop/.argocd-source-shop.yaml": "kustomize: {}\n", "shop/.argocd-source-web.yaml": "a: 1\n"}
    read = read_by({**BASE, **beside, **application()})
    assert read == {"shop/kustomization.yaml", "base/d.yaml", "shop/.argocd-source-shop.yaml"}


def test_components_that_a_controller_adds_are_read() -> None:
    argo = read_by({**BASE, **PART, **application({"components": ["../part"]})})
    assert {"part/kustomization.yaml", "part/p.yaml"} <= argo
    assert {"part/kustomization.yaml", "part/p.yaml"} <= read_by(
        {**BASE, **PART, **flux(components=["../part"])}
    )


def test_config_maps_with_variables_are_read() -> None:
    post = {"substituteFrom": [{"kind": "ConfigMap", "name": "vars"}]}
    read = read_by(
        {**BASE, "vars/vars.yaml": MAP, "vars/other.yaml": MAP.replace("vars", "x"), **flux(postBuild=post)}
    )
    assert read == {"shop/kustomization.yaml", "base/d.yaml", "vars/vars.yaml"}


def test_a_generated_kustomization_reads_what_the_kustomizations_below_it_read() -> None:
    files = {"shop/deep/kustomization.yaml": "resources: [../../base/d.yaml]\n", "base/d.yaml": "a: 1\n"}
    assert read_by({**files, **flux()}) == {"shop/deep/kustomization.yaml", "base/d.yaml"}


def test_what_renders_no_chart_has_no_chart_values() -> None:
    files = {**BASE, **application()}
    (each,) = [each for each in found(files) if each.name == "shop"]
    assert chart_values(graph(files), each) is None


def test_a_base_that_several_kustomizations_name_decides_each_of_them() -> None:
    files = {**BASE, "web/kustomization.yaml": "resources: [../shop]\n", **application()}
    (each,) = [each for each in found(files) if each.name == "shop"]
    whole = graph(files)
    assert decided_by(whole, each, frozenset({"base/e.yaml", "base/d.yaml"}))
    assert decided_by(whole, replace(each, path="web"), frozenset({"base/d.yaml"}))
    assert not decided_by(whole, each, frozenset({"web/kustomization.yaml", "base/e.yaml"}))
    assert not decided_by(whole, each, frozenset())
