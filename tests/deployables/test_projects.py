from dataclasses import replace

import pytest
from deployable_trees import OWN, application, found, graph, overlays

from promoter.config import Window, Windows
from promoter.deployables.objects import read
from promoter.deployables.projects import projects, windows_of
from promoter.model import Destination

PROJECT = """apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {name: default, namespace: argocd}
spec:
  sourceRepos: ['https://example.com/acme/*', '!https://example.com/acme/secret']
  destinations:
  - {server: '*', namespace: 'shop-*'}
  - {name: eu-*, namespace: '!shop-x'}
  syncWindows:
  - {kind: allow, schedule: '0 9 * * 1-5', duration: 8h30m, timeZone: Europe/Berlin, applications: [s*]}
  - {kind: deny, schedule: '0 0 24 12 *', duration: 72h, clusters: ['eu-*'], manualSync: true}
  - {kind: deny, schedule: '* * * * *', duration: 1m, applications: [s*], clusters: [us], andOperator: true}
"""


def project():
    return projects(read(graph({"p.yaml": PROJECT}), "p.yaml"))["default"]


@pytest.mark.parametrize(
    ("url", "namespace", "cluster", "expected"),
    [
        (OWN, "shop-eu", "us", None),
        ("git@example.com:acme/other.git", "shop-eu", "us", None),
        ("https://example.com/x/y", "shop-eu", "us", "does not permit the source https://example.com/x/y"),
        ("https://example.com/acme/secret", "shop-eu", "us", "does not permit the source"),
        (OWN, "pay", "us", "does not permit the destination us/pay"),
        (OWN, "shop-x", "eu-1", "does not permit the destination eu-1/shop-x"),
    ],
)
def test_a_project_permits_sources_and_destinations(url, namespace, cluster, expected) -> None:
    said = project().refusal(url, Destination(cluster, namespace))
    assert (said is None) == (expected is None)
    assert expected is None or expected in (said or "")


def test_what_a_project_refuses_is_in_the_evidence() -> None:
    files = {"p.yaml": PROJECT, **application(), **overlays("shop")}
    (only,) = [each for each in found(files) if each.kind == "Application"]
    assert "the AppProject default does not permit the destination in-cluster/ns" in only.evidence


def deployable(cluster: str):
    (only,) = [each for each in found({**application(), **overlays("shop")}) if each.kind == "Application"]
    return replace(only, destination=Destination(cluster, "shop-eu"))


def test_sync_windows_are_given_by_time_zone_to_the_applications_they_cover() -> None:
    known = {"default": project()}
    name = "AppProject default"
    workdays = Windows("Europe/Berlin", allow=(Window("0 9 * * 1-5", 30_600, name),))
    assert windows_of(known, deployable("asia")) == (workdays,)
    christmas = Windows("UTC", deny=(Window("0 0 24 12 *", 259_200, name),))
    assert windows_of(known, deployable("eu-1")) == (workdays, christmas)


def test_the_and_operator_wants_every_kind_of_pattern() -> None:
    always = Windows("UTC", deny=(Window("* * * * *", 60, "AppProject default"),))
    assert always in windows_of({"default": project()}, deployable("us"))
    assert always not in windows_of({"default": project()}, deployable("asia"))


@pytest.mark.parametrize(
    ("schedule", "start"),
    [
        ("@yearly", "0 0 1 1 *"),
        ("@annually", "0 0 1 1 *"),
        ("@monthly", "0 0 1 * *"),
        ("@weekly", "0 0 * * 0"),
        ("@daily", "0 0 * * *"),
        ("@midnight", "0 0 * * *"),
        ("@hourly", "0 * * * *"),
        ("@every 1h", "@every 1h"),
    ],
)
def test_a_named_schedule_is_the_cron_start_that_it_stands_for(schedule, start) -> None:
    text = PROJECT.replace("* * * * *", schedule)
    named = projects(read(graph({"p.yaml": text}), "p.yaml"))["default"]

    assert Windows("UTC", deny=(Window(start, 60, "AppProject default"),)) in windows_of(
        {"default": named}, deployable("us")
    )


def test_without_a_project_there_are_no_windows() -> None:
    assert windows_of({}, deployable("eu-1")) == ()
