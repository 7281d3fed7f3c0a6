import pytest

from promoter.deployables import Cluster
from promoter.deployables.inventory import read
from promoter.errors import ConfigError
from promoter.yamldoc import parse


def inventory(text: str):
    return read(parse("clusters.yaml", text.encode()))


def test_clusters_carry_the_fields_of_a_cluster_secret() -> None:
    text = (
        "clusters: [{name: eu, server: https://eu, project: p, labels: {a: true}, annotations: {b: '2'}}]"
    )
    assert inventory(text).clusters == (Cluster("eu", "https://eu", "p", {"a": "true"}, {"b": "2"}),)


def test_cluster_secrets_themselves_are_read() -> None:
    text = """kind: Secret
metadata: {name: eu-secret, labels: {argocd.argoproj.io/secret-type: cluster, tier: prod}}
stringData: {name: eu, server: https://eu}
---
kind: Secret
metadata: {name: other}
"""
    labels = {"argocd.argoproj.io/secret-type": "cluster", "tier": "prod"}
    assert inventory(text).clusters == (Cluster("eu", "https://eu", labels=labels),)


def test_parameters_stand_for_a_network_generator() -> None:
    assert inventory("parameters: {previews: [{number: '1'}]}").parameters == {
        "previews": ({"number": "1"},)
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "cluster: []",
            "clusters.yaml:1:1: expected clusters or parameters in the inventory, found the key 'cluster'",
        ),
        ("[]", "clusters.yaml:1:1: expected clusters or parameters in the inventory, found no mapping"),
        ("clusters: [{server: x}]", "clusters.yaml: a cluster of the inventory has no name"),
        ("clusters: [", "clusters.yaml:2:1: not valid YAML"),
    ],
)
def test_a_mistake_is_named_with_its_place(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        inventory(text)
    assert str(caught.value).startswith(message)
