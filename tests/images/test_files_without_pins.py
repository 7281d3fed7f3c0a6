"""Which files are not looked through, because nothing in them can be a version."""

import pytest

from promoter.images import file_pins, setter_pins
from promoter.kustomize import Graph, graph
from promoter.model import Snapshot
from promoter.yamldoc import parse

PLAIN = "namespace: shop\nlabels: [{pairs: {app: shop}}]\nresources: [deployment.yaml]\n"


def looked_into(monkeypatch, text):
    """The pins' versions of a kustomization with this text, and whether it was parsed for them."""
    parsed = []
    monkeypatch.setattr(graph, "parse", lambda path, content: parsed.append(path) or parse(path, content))
    found = file_pins(Graph(Snapshot.of({"kustomization.yaml": text.encode()})), "kustomization.yaml")
    return [pin.image.version for pin in found], bool(parsed)


def test_kustomization_that_only_names_resources_is_not_parsed(monkeypatch):
    assert looked_into(monkeypatch, PLAIN) == ([], False)


@pytest.mark.parametrize(
    ("more", "versions"),
    [
        ("images: [{name: shop, newTag: v1}]\n", ["v1"]),
        ("components: ['https://example.test/part?ref=v2']\n", ["v2"]),
        ('components: ["https://example.test/part?ref\\x3dv3"]\n', ["v3"]),
        ("configMapGenerator: [{name: a, literals: ['SHOP=acme/shop:v4']}]\n", ["v4"]),
        ("patches: [{patch: '[{op: replace, path: /spec/image, value: acme/shop:v5}]'}]\n", ["v5"]),
        ("unknown: {}\n", []),
        ("<<: {images: [{name: shop, newTag: v6}]}\n", []),
    ],
)
def test_kustomization_that_says_more_is_looked_through(monkeypatch, more, versions):
    assert looked_into(monkeypatch, PLAIN + more) == (versions, True)


def test_one_setters_pins_are_the_same_before_and_after_the_file_is_looked_through():
    text = "images: [{name: shop, newTag: v1}]\nresources: ['https://example.test/part?ref=v2']\n"
    fresh = Graph(Snapshot.of({"kustomization.yaml": text.encode()}))
    names = ("kustomize-images", "kustomize-remote-ref", "manifest")
    before = [setter_pins(fresh, "kustomization.yaml", name) for name in names]
    assert [[pin.image.version for pin in pins] for pins in before] == [["v1"], ["v2"], []]
    assert len(file_pins(fresh, "kustomization.yaml")) == 2
    assert [setter_pins(fresh, "kustomization.yaml", name) for name in names] == before
