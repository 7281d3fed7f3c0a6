"""A patch of the same container hides the version below it."""

from promoter.images import effective, pins
from promoter.kustomize import Graph
from promoter.model import Snapshot

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec: {{template: {{spec: {{containers: [{{name: {container}, image: 'shop:{tag}'}}]}}}}}}
"""
BASE = {
    "base/kustomization.yaml": "resources: [d.yaml]\n",
    "base/d.yaml": DEPLOYMENT.format(name="shop", container="web", tag="1"),
}


def deciding(files, directory="prod"):
    graph = Graph(Snapshot.of({path: text.encode() for path, text in files.items()}))
    return {(pin.path, pin.image.version) for pin in effective(graph, directory, pins(graph, directory))}


def patched(patch, field="patches: [{path: p.yaml}]"):
    overlay = f"resources: [../base]\n{field}\n"
    return deciding(BASE | {"prod/kustomization.yaml": overlay, "prod/p.yaml": patch})


def test_a_patch_file_of_the_same_container_decides():
    patch = DEPLOYMENT.format(name="shop", container="web", tag="2")

    assert patched(patch) == {("prod/p.yaml", "2")}
    assert patched(patch, "patchesStrategicMerge: [p.yaml]") == {("prod/p.yaml", "2")}


def test_a_patch_of_another_container_or_object_leaves_it_alone():
    other = DEPLOYMENT.format(name="shop", container="sidecar", tag="2")
    elsewhere = DEPLOYMENT.format(name="cart", container="web", tag="2")

    assert ("base/d.yaml", "1") in patched(other)
    assert ("base/d.yaml", "1") in patched(elsewhere)


def test_an_inline_patch_decides():
    inline = "".join(
        f"    {line}\n" for line in DEPLOYMENT.format(name="shop", container="web", tag="2").splitlines()
    )
    overlay = f"resources: [../base]\npatches:\n- patch: |\n{inline}"

    assert deciding(BASE | {"prod/kustomization.yaml": overlay}) == {("prod/kustomization.yaml", "2")}


def test_a_component_patches_what_its_user_accumulated_and_the_user_patches_the_component():
    component = {
        "blue/kustomization.yaml": "kind: Component\npatches: [{path: p.yaml}]\n",
        "blue/p.yaml": DEPLOYMENT.format(name="shop", container="web", tag="2"),
    }
    overlay = "resources: [../base]\ncomponents: [../blue]\n"
    own = {"prod/p.yaml": DEPLOYMENT.format(name="shop", container="web", tag="3")}

    assert deciding(BASE | component | {"prod/kustomization.yaml": overlay}) == {("blue/p.yaml", "2")}
    overlay += "patches: [{path: p.yaml}]\n"
    assert deciding(BASE | component | own | {"prod/kustomization.yaml": overlay}) == {("prod/p.yaml", "3")}
