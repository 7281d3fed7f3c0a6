"""The labelled cases of kube-linter and polaris against the rules that ask the same.

Where a peer has another threshold than ours, the option of our rule is set to it. Each difference that
remains is listed with its reason; a new one, and one that is no more, fails the test.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from promoter.lint.context import RenderedContext, context
from promoter.lint.peers import PEERS
from promoter.lint.rule import Report
from promoter.lint.rules import RENDERED
from promoter.model import KubeObject, ObjectKey

GROUND_TRUTH = Path(__file__).parents[3] / "shared" / "groundtruth"
KUBE_LINTER = GROUND_TRUTH / "kube-linter-cases"
EXPECTED = GROUND_TRUTH / "kube-linter-expect.json"
POLARIS = GROUND_TRUTH / "polaris-cases" / "test" / "checks"
BY_CODE = {rule.code: rule for rule in RENDERED}

SETTINGS = {
    "RES102": {"everywhere": True},
    "RES104": {"strict": True},
    "RES202": {"everywhere": True},
    "IMG008": {"strict": True},
}
KUBE_LINTER_SETTINGS = {**SETTINGS, "RES201": {"minimum": 3}, "RES403": {"minimum": 3}}
POLARIS_SETTINGS = {**SETTINGS, "RES205": {"minimum": 1}, "RES301": {"minimum": 1}}
# One of our rules asks what several of a peer's checks ask: these words tell which reports are meant.
FIELDS = {
    "host-ipc": "hostIPC",
    "host-pid": "hostPID",
    "host-network": "hostNetwork",
    "hostIPCSet": "hostIPC",
    "hostPIDSet": "hostPID",
    "hostNetworkSet": "hostNetwork",
    "liveness-port": "livenessProbe",
    "readiness-port": "readinessProbe",
    "startup-port": "startupProbe",
}
MESSAGES = {"non-isolated-pod": "no NetworkPolicy selects"}
# A binding to a role that is missing is a report of another rule of ours.
ALSO = {
    "clusterrolebindingPodExecAttach": ("REF014",),
    "rolebindingRolePodExecAttach": ("REF014",),
    "rolebindingClusterRolePodExecAttach": ("REF014",),
}

KUBE_LINTER_DIFFERENCES = {
    "restart-policy": "it accepts OnFailure everywhere and forbids Never in Jobs; the API server does not",
}
NOT_DROPPED = "every capability has to be dropped there, which is SEC204's question and its ALL"
MIN_UNSET = "an unset minReplicas passes there, though it means one pod"
NO_RULES = "a direction without rules is denied, which is as restricted as can be"
BLOCKED = "only a budget above the autoscaler's minimum fails there; one that is as high blocks as well"
BOUND = "it looks only at Roles there; the ClusterRole that is bound is reported by another of its checks"
ZONES = "any constraint passes there, also one over nodes that selects other pods"
POLARIS_DIFFERENCES = {
    "hpaMinAvailability/success.minReplicaAbsent.yaml": MIN_UNSET,
    "insecureCapabilities/failure.drop-most.yaml": NOT_DROPPED,
    "insecureCapabilities/failure.pod.yaml": NOT_DROPPED,
    "insecureCapabilities/failure.yaml": NOT_DROPPED,
    "missingNetworkPolicy/failure.netpol_missing_egress_rules.yaml": NO_RULES,
    "missingNetworkPolicy/failure.netpol_missing_ingress_rules.yaml": NO_RULES,
    "pdbMinAvailableGreaterThanHPAMinReplicas/success.equals.yaml": BLOCKED,
    "pdbMinAvailableGreaterThanHPAMinReplicas/success.hpa-no-match.yaml": BLOCKED,
    "pdbMinAvailableGreaterThanHPAMinReplicas/success.no-hpa.yaml": BLOCKED,
    "pdbMinAvailableGreaterThanHPAMinReplicas/success.no-min-replicas.yaml": BLOCKED,
    "rolebindingRolePodExecAttach/success.role_binding_cluster_role_binding.yaml": BOUND,
    "topologySpreadConstraint/success.yaml": ZONES,
}

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not EXPECTED.is_file(), reason="the labelled cases are not beside the project"),
]


def read(path: Path, settings: dict) -> RenderedContext:
    documents = yaml.load_all(path.read_bytes(), Loader=yaml.CSafeLoader)
    bodies = [document for document in documents if isinstance(document, dict)]
    return context([KubeObject(ObjectKey.of(body), body) for body in bodies], settings=settings)


def codes(peer: str) -> list[str]:
    return [code for code, ids in PEERS.items() if peer in ids and code in BY_CODE]


def reports(render: RenderedContext, check: str, asked: list[str]) -> list[Report]:
    found = [report for code in asked for report in BY_CODE[code].check(render)]
    field, words = FIELDS.get(check), MESSAGES.get(check, "")
    return [report for report in found if (not field or field in report.path) and words in report.message]


@cache
def kube_linter() -> dict[str, bool]:
    """Whether the number of reports is the same, for each check with a rule of ours."""
    agreed = {}
    for case in json.loads(EXPECTED.read_text()):
        check, count = case["include"], case["count"]
        asked = codes(f"KL:{check}")
        if check and count is not None and asked:
            render = read(KUBE_LINTER / case["file"], KUBE_LINTER_SETTINGS)
            agreed[check] = len(reports(render, check, asked)) == count
    return agreed


def polaris_files() -> Iterator[tuple[str, Path]]:
    for path in sorted(POLARIS.glob("*/*.yaml")):
        verdict = path.name.replace("-", ".").partition(".")[0]
        if verdict in ("success", "failure"):
            yield verdict, path


@cache
def polaris() -> dict[str, bool]:
    """Whether the verdict is the same, for each file of a check with a rule of ours."""
    agreed = {}
    for verdict, path in polaris_files():
        check = path.parent.name
        asked = codes(f"PO:{check}")
        if asked:
            found = reports(read(path, POLARIS_SETTINGS), check, [*asked, *ALSO.get(check, ())])
            agreed[f"{check}/{path.name}"] = bool(found) == (verdict == "failure")
    return agreed


def test_kube_linter_counts_the_same_but_for_the_differences_that_are_explained() -> None:
    assert {check for check, same in kube_linter().items() if not same} == set(KUBE_LINTER_DIFFERENCES)


def test_kube_linter_agrees_in_at_least_95_of_100_checks() -> None:
    agreed = kube_linter()
    assert len(agreed) >= 48
    assert sum(agreed.values()) / len(agreed) >= 0.95


def test_polaris_judges_the_same_but_for_the_differences_that_are_explained() -> None:
    assert {name for name, same in polaris().items() if not same} == set(POLARIS_DIFFERENCES)


def test_polaris_agrees_in_at_least_95_of_100_files() -> None:
    agreed = polaris()
    assert len(agreed) >= 270
    assert sum(agreed.values()) / len(agreed) >= 0.95
