"""Every labelled pod of Kubernetes' own admission plugin, for each of its 38 versions and two levels."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from promoter.lint.context import context
from promoter.lint.rule import Profile
from promoter.lint.rules import RENDERED
from promoter.model import KubeObject, ObjectKey

CASES = Path(__file__).parents[3] / "shared" / "groundtruth" / "psa-testdata" / "test" / "testdata"
CHECKS = {
    "privileged": "SEC101",
    "hostnamespaces": "SEC102",
    "hostpathvolumes": "SEC103",
    "hostports": "SEC104",
    "capabilities_baseline": "SEC105",
    "procmount": "SEC106",
    "procmount_restricted": "SEC106",
    "selinuxoptions": "SEC107",
    "seccompprofile_baseline": "SEC108",
    "apparmorprofile": "SEC109",
    "sysctls": "SEC110",
    "windowshostprocess": "SEC111",
    "hostprobesandhostlifecycle": "SEC112",
    "allowprivilegeescalation": "SEC201",
    "runasnonroot": "SEC202",
    "runasuser": "SEC203",
    "capabilities_restricted": "SEC204",
    "seccompprofile_restricted": "SEC205",
    "restrictedvolumes": "SEC206",
}
RESTRICTED_ONLY = {"SEC201", "SEC202", "SEC203", "SEC204", "SEC205", "SEC206"}
# The admission plugin leaves these to the stricter check of the restricted level.
STRICTER = {"SEC103": "SEC206", "SEC105": "SEC204", "SEC108": "SEC205"}

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CASES.is_dir(), reason="the labelled pods are not beside the project"),
]


@cache
def pod(content: bytes) -> KubeObject:
    body = yaml.load(content, Loader=yaml.CSafeLoader)
    return KubeObject(ObjectKey.of(body), body)


def cases() -> Iterator[tuple[str, int, str, Path]]:
    for path in sorted(CASES.glob("*/v1.*/*/*.yaml")):
        level, version, verdict = path.parts[-4:-1]
        yield level, int(version.removeprefix("v1.")), verdict, path


@cache
def found(content: bytes, level: str, minor: int) -> frozenset[str]:
    profile = Profile.BASELINE if level == "baseline" else Profile.RESTRICTED
    render = context([pod(content)], minor=minor, profile=profile)
    wanted = set(CHECKS.values()) - (RESTRICTED_ONLY if level == "baseline" else set())
    return frozenset(rule.code for rule in RENDERED if rule.code in wanted and any(rule.check(render)))


def test_every_verdict_is_that_of_the_admission_plugin() -> None:
    wrong = [
        path.relative_to(CASES)
        for level, minor, verdict, path in cases()
        if (verdict == "fail") != bool(found(path.read_bytes(), level, minor))
    ]
    assert wrong == []


def test_the_check_that_the_file_is_named_after_is_among_the_findings() -> None:
    missing = []
    for level, minor, verdict, path in cases():
        if verdict == "pass":
            continue
        code = CHECKS[re.sub(r"\d+$", "", path.stem)]
        codes = {code, STRICTER.get(code, code)} if level == "restricted" else {code}
        if not codes & found(path.read_bytes(), level, minor):
            missing.append(path.relative_to(CASES))
    assert missing == []


def test_all_labelled_pods_are_there() -> None:
    assert sum(1 for _ in cases()) == 4537
