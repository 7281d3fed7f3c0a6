from decimal import Decimal

import pytest

from promoter.lint.objects import workload
from promoter.lint.quantities import of_pod, quantity
from promoter.model import KubeObject, ObjectKey


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("500m", "0.5"),
        ("1", "1"),
        (2, "2"),
        (0.5, "0.5"),
        ("1Ki", "1024"),
        ("1.5Gi", "1610612736"),
        ("1k", "1000"),
        ("1e3", "1000"),
        ("1E3", "1000"),
        ("1E", "1000000000000000000"),
        (".5", "0.5"),
        ("-1", "-1"),
        ("100n", "0.0000001"),
    ],
)
def test_a_quantity_is_the_exact_number_it_stands_for(written: object, number: str) -> None:
    assert quantity(written) == Decimal(number)


@pytest.mark.parametrize("written", ["1gb", "1 Gi", "Gi", "", "1KI", "1e", True, None, [], {}])
def test_what_is_no_quantity_is_none(written: object) -> None:
    assert quantity(written) is None


def pod(**spec: object) -> KubeObject:
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": spec}
    return KubeObject(ObjectKey.of(body), body)


def asking(amount: str, **more: object) -> dict:
    return {"name": "a", "resources": {"requests": {"cpu": amount}}, **more}


def cpu(item: KubeObject, default: Decimal | None = None) -> Decimal:
    made = workload(item, "")
    assert made is not None
    return of_pod(made, "requests", "cpu", default)


def test_containers_and_sidecars_add_up() -> None:
    sidecar = asking("250m", restartPolicy="Always")
    assert cpu(pod(initContainers=[sidecar], containers=[asking("1"), asking("500m")])) == Decimal("1.75")


def test_an_init_container_counts_only_when_it_asks_for_more_than_the_rest() -> None:
    assert cpu(pod(initContainers=[asking("2"), asking("1")], containers=[asking("1")])) == 2
    assert cpu(pod(initContainers=[asking("1")], containers=[asking("2")])) == 2


def test_a_limit_stands_for_a_request_that_is_unset_and_a_default_for_neither() -> None:
    limited = {"name": "a", "resources": {"limits": {"cpu": "1"}}}
    assert cpu(pod(containers=[limited, {"name": "b"}]), Decimal(3)) == 4


def test_resources_of_the_whole_pod_come_first() -> None:
    assert cpu(pod(resources={"requests": {"cpu": "5"}}, containers=[asking("1")])) == 5
