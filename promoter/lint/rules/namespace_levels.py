"""Which level of the Pod Security Standards namespaces enforce, and whether their pods fit it (SEC315).

It must not restate the standards: the rules that are them are handed in, and judge a namespace's pods for
the level and version that its labels name. What an admission webhook may still fill in is a question.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from promoter.lint.context import RenderedContext, context
from promoter.lint.objects import child, items, mappings, strings
from promoter.lint.rule import Mend, Profile, Report, Rule, rule
from promoter.model import KubeObject, Severity

RenderedRule = Rule[RenderedContext, Report]

ENFORCE: Final = "pod-security.kubernetes.io/enforce"
VERSION: Final = f"{ENFORCE}-version"
LEVELS: Final = ("privileged", "baseline", "restricted")
PINNED: Final = re.compile(r"v1\.(0|[1-9]\d*)")
WEBHOOK: Final = "MutatingWebhookConfiguration.admissionregistration.k8s.io"
POLICIES: Final = ("ClusterPolicy.kyverno.io", "Policy.kyverno.io", "MutatingPolicy.policies.kyverno.io")
OPENSHIFT: Final = ".openshift.io"


def namespace_levels(baseline: Iterable[RenderedRule], restricted: Iterable[RenderedRule]) -> RenderedRule:
    """The rule SEC315, which asks the rules of the two levels."""
    set_wrong, missing = tuple(baseline), tuple(restricted)

    @rule("SEC315", "pss-namespace-label", Severity.WARNING, fix="unsafe")
    def pss_namespace_label(render: RenderedContext) -> Iterator[Report]:
        """A namespace enforces no level of the Pod Security Standards, or one that its own pods violate.

        ## What it does
        Reports Namespace objects without the label `pod-security.kubernetes.io/enforce` (those of
        Kubernetes itself, which begin with `kube-`, are left out), labels that name no level or version,
        and levels that the admission plugin refuses pods of the namespace's workloads for, in the version
        that `enforce-version` names or else the target version.

        What the restricted level only misses (a field that has to be set) an admission webhook may set
        before the plugin looks. On OpenShift, whose constraints do, and where policies or webhooks that
        change pods are deployed, that is a question and not a finding.

        ## Why
        Without the label the cluster's default holds, which usually admits privileged pods. With a level
        that the pods violate none of them is created, and only the events of the ReplicaSet say so.

        ## Example
        ```yaml
        kind: Namespace
        metadata:
          name: shop
        ```

        ## Instead
        ```yaml
        kind: Namespace
        metadata:
          name: shop
          labels:
            pod-security.kubernetes.io/enforce: baseline
        ```

        ## Fix safety
        Unsafe: pods that the level does not allow are no longer admitted.
        """
        for item in render.of_kind("Namespace"):
            labels = strings(child(item.body, "metadata").get("labels"))
            level = labels.get(ENFORCE)
            if level is None:
                yield from _unsaid(item)
            elif "${" not in level + labels.get(VERSION, ""):
                yield from _unknown(item, labels)
                minor = _minor(labels.get(VERSION, "latest"), render.minor)
                if level in LEVELS[1:] and minor is not None:
                    yield from _refused(render, item, level, minor, (set_wrong, missing))

    return pss_namespace_label


def _unsaid(item: KubeObject) -> Iterator[Report]:
    if not item.key.name.startswith("kube-"):
        path = ("metadata", "labels", ENFORCE)
        mend = Mend("enforce the baseline level", safe=False, sets=((path, "baseline"),))
        yield Report(item.key, path, f"namespace {item.key.name} enforces no level", mend)


def _unknown(item: KubeObject, labels: dict[str, str]) -> Iterator[Report]:
    level, version = labels[ENFORCE], labels.get(VERSION, "latest")
    if level not in LEVELS:
        message = f"{level!r} is no level; there are {', '.join(LEVELS)}"
        yield Report(item.key, ("metadata", "labels", ENFORCE), message)
    if _minor(version, 0) is None:
        message = f"{version!r} is no version; write latest or v1.30"
        yield Report(item.key, ("metadata", "labels", VERSION), message)


def _minor(version: str, latest: int) -> int | None:
    pinned = PINNED.fullmatch(version)
    return int(pinned[1]) if pinned else latest if version == "latest" else None


def _refused(
    render: RenderedContext,
    item: KubeObject,
    level: str,
    minor: int,
    rules: tuple[tuple[RenderedRule, ...], tuple[RenderedRule, ...]],
) -> Iterator[Report]:
    """What the level refuses: set to what is not allowed, which is certain, or left unset."""
    pods = [KubeObject(pod.key, pod.body) for pod in render.pods_in(item.key.name)]
    profile = Profile.RESTRICTED if level == "restricted" else Profile.BASELINE
    subject = context(pods, namespace=item.key.name, minor=minor, profile=profile)
    wrong, missing = ([report for each in group for report in each.check(subject)] for group in rules)
    found = wrong or (missing if level == "restricted" else [])
    if found:
        first = found[0]
        others = len({report.object for report in found}) - 1
        more = f" and {others} more" if others else ""
        message = (
            f"namespace {item.key.name} enforces {level}, which refuses the pods of"
            f" {first.object.kind} {first.object.name}{more}: {first.message}"
        )
        related = tuple((report.object, report.path) for report in found)
        known = bool(wrong) or not _is_mutated(render)
        yield Report(item.key, ("metadata", "labels", ENFORCE), message, related=related, verifiable=known)


def _is_mutated(render: RenderedContext) -> bool:
    """Whether something that is deployed may set fields of pods before they are judged."""
    known = render.around.known
    if WEBHOOK in known or any(kind.endswith(OPENSHIFT) for kind in known):
        return True
    policies = (policy for kind in POLICIES for policy in known.get(kind, ()))
    return any(_mutates(policy) for policy in policies)


def _mutates(policy: KubeObject) -> bool:
    spec = child(policy.body, "spec")
    return bool(items(spec, "mutations")) or any(each.get("mutate") for _, each in mappings(spec, "rules"))
