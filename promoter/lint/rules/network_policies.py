"""Network policies and the pods that they are for (NET001, NET002, NET004 to NET006).

It must not judge which connections are right. Policies of Cilium and Calico count as policies, though only
Kubernetes' own are read in detail.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from promoter.lint.context import RenderedContext, Surroundings, selected
from promoter.lint.objects import Place, child, items, mapping, mappings, strings, texts
from promoter.lint.rule import FieldPath, Mend, Report, rule
from promoter.model import Json, KubeObject, Severity

POLICY: Final = "NetworkPolicy.networking.k8s.io"
OTHERS: Final = (
    "CiliumNetworkPolicy.cilium.io",
    "CiliumClusterwideNetworkPolicy.cilium.io",
    "NetworkPolicy.crd.projectcalico.org",
    "NetworkPolicy.projectcalico.org",
    "GlobalNetworkPolicy.crd.projectcalico.org",
    "GlobalNetworkPolicy.projectcalico.org",
)
CLUSTERWIDE: Final = ("CiliumClusterwideNetworkPolicy", "GlobalNetworkPolicy")
METADATA_NAME: Final = "kubernetes.io/metadata.name"
EVERYWHERE: Final = ("0.0.0.0/0", "::/0")
SIDES: Final = (("ingress", "from", "Ingress"), ("egress", "to", "Egress"))


def _types(policy: KubeObject) -> set[str]:
    """What the policy restricts: `Ingress`, `Egress` or both, by Kubernetes' default when unsaid."""
    spec = child(policy.body, "spec")
    said = set(texts(spec, "policyTypes"))
    return said or ({"Ingress", "Egress"} if spec.get("egress") is not None else {"Ingress"})


@lru_cache(maxsize=64)
def _restricted(around: Surroundings) -> tuple[dict[Place, set[str]], set[str]]:
    """The types that hold for each workload, and namespaces (`*` for all) of other kinds of policies."""
    found: dict[Place, set[str]] = {}
    for policy in around.known.get(POLICY, ()):
        selector = child(policy.body, "spec").get("podSelector", {})
        for item in selected(around, policy.key.namespace, selector):
            found.setdefault(item.place, set()).update(_types(policy))
    others = {
        "*" if item.key.kind in CLUSTERWIDE else item.key.namespace
        for kind in OTHERS
        for item in around.known.get(kind, ())
    }
    return found, others


@rule("NET001", "pod-without-network-policy", Severity.WARNING)
def pod_without_network_policy(render: RenderedContext) -> Iterator[Report]:
    """Any pod of the cluster may talk to a workload, or the workload to any.

    ## What it does
    Reports workloads that no NetworkPolicy selects, and those for which policies restrict only one
    direction. Namespaces with policies of Cilium or Calico are left out, and so are pods on their node's
    network, for which policies do not hold.

    ## Why
    Without a policy one broken pod reaches all others.

    ## Example
    ```yaml
    kind: Deployment
    ```

    ## Instead
    ```yaml
    kind: NetworkPolicy
    spec:
      podSelector: {matchLabels: {app: web}}
      policyTypes: [Ingress, Egress]
      ingress: [{from: [{podSelector: {}}]}]
    ```
    """
    found, others = _restricted(render.around)
    for item in render.workloads:
        if item.pod.get("hostNetwork") is True or {"*", item.namespace} & others:
            continue
        types = found.get(item.place, set())
        if not types:
            yield Report(item.key, item.pod_path, f"no NetworkPolicy selects the pods of {item.key.name}")
        elif len(types) == 1:
            other = "outgoing" if "Ingress" in types else "incoming"
            message = f"no NetworkPolicy restricts {other} connections of {item.key.name}"
            yield Report(item.key, item.pod_path, message)


@rule("NET002", "networkpolicy-selects-nothing", Severity.WARNING)
def networkpolicy_selects_nothing(render: RenderedContext) -> Iterator[Report]:
    """A NetworkPolicy is for pods that do not exist.

    ## What it does
    Reports policies whose `podSelector` matches no workload of their namespace. An empty selector is for
    all pods and never reported. Where charts or operators make pods that no manifest shows, the answer is
    that it cannot be told.

    ## Why
    The pods that the policy was written for are not restricted.

    ## Example
    ```yaml
    podSelector: {matchLabels: {app: wbe}}
    ```

    ## Instead
    ```yaml
    podSelector: {matchLabels: {app: web}}
    ```
    """
    for policy in render.of_kind(POLICY):
        selector = child(child(policy.body, "spec"), "podSelector")
        namespace = render.namespace_of(policy.key)
        if selector and not render.selected(namespace, selector):
            message = f"the policy selects no workload in namespace {namespace or '(none)'}"
            known = not render.is_opaque(namespace)
            yield Report(policy.key, ("spec", "podSelector"), message, verifiable=known)


@rule("NET004", "no-default-deny", Severity.WARNING)
def no_default_deny(render: RenderedContext) -> Iterator[Report]:
    """A namespace has no policy that denies what no other policy allows.

    ## What it does
    Reports, once for each namespace that the root deploys workloads to, that no NetworkPolicy of the
    namespace selects all pods and allows nothing.

    ## Why
    A new workload for which somebody forgot to write a policy is open to everyone.

    ## Example
    ```yaml
    kind: Namespace
    metadata: {name: shop}
    ```

    ## Instead
    ```yaml
    kind: NetworkPolicy
    metadata: {name: default-deny, namespace: shop}
    spec:
      podSelector: {}
      policyTypes: [Ingress, Egress]
    ```
    """
    denying = {policy.key.namespace for policy in render.known(POLICY) if _denies(policy)}
    others = {item.key.namespace for item in render.known(*OTHERS)}
    said: set[str] = set()
    for item in render.workloads:
        if item.namespace not in denying | others | said:
            said.add(item.namespace)
            message = f"namespace {item.namespace or '(none)'} has no policy that denies by default"
            own = [each for each in render.of_kind("Namespace") if each.key.name == item.namespace]
            if own:
                yield Report(own[0].key, ("metadata", "name"), message)
            else:
                yield Report(item.key, ("metadata", "namespace"), message)


def _denies(policy: KubeObject) -> bool:
    spec = child(policy.body, "spec")
    everyone = spec.get("podSelector", {}) == {}
    return everyone and any(not items(spec, field) and kind in _types(policy) for field, _, kind in SIDES)


@rule("NET005", "networkpolicy-allows-all", Severity.WARNING)
def networkpolicy_allows_all(render: RenderedContext) -> Iterator[Report]:
    """A rule of a NetworkPolicy allows every peer.

    ## What it does
    Reports rules without peers (`from: []`, `to: []`, an empty rule) and with the block `0.0.0.0/0` or
    `::/0` without exceptions. Rules that only open port 53 are left out.

    ## Why
    An empty list reads like "nobody" and means "everybody".

    ## Example
    ```yaml
    egress:
      - to: []
    ```

    ## Instead
    ```yaml
    egress:
      - to: [{podSelector: {matchLabels: {app: database}}}]
    ```
    """
    for policy in render.of_kind(POLICY):
        spec = child(policy.body, "spec")
        for field, peers, kind in SIDES:
            for position, entry in mappings(spec, field) if kind in _types(policy) else ():
                path: FieldPath = ("spec", field, position, peers)
                if not items(entry, peers) and not _only_dns(entry):
                    yield Report(policy.key, path, f"{field} rule {position + 1} allows every peer")
                for index, peer in mappings(entry, peers):
                    block = child(peer, "ipBlock")
                    if block.get("cidr") in EVERYWHERE and not items(block, "except"):
                        message = f"{field} rule {position + 1} allows every address"
                        yield Report(policy.key, (*path, index, "ipBlock", "cidr"), message)


def _only_dns(entry: dict[str, Json]) -> bool:
    ports = [port.get("port") for _, port in mappings(entry, "ports")]
    return bool(ports) and all(port in (53, "dns", "dns-tcp") for port in ports)


@rule("NET006", "namespace-label-assumed", Severity.WARNING, fix="safe")
def namespace_label_assumed(render: RenderedContext) -> Iterator[Report]:
    """A policy selects namespaces by a label that nobody gives them.

    ## What it does
    Reports the label `name` in a `namespaceSelector` of a NetworkPolicy, unless a Namespace manifest
    carries it with that value.

    ## Why
    Kubernetes sets only `kubernetes.io/metadata.name` by itself; with `name` the rule matches nothing.

    ## Example
    ```yaml
    namespaceSelector: {matchLabels: {name: ingress}}
    ```

    ## Instead
    ```yaml
    namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ingress}}
    ```

    ## Fix safety
    Safe: the label with the same meaning, which every namespace has, takes its place.
    """
    carried = {
        strings(mapping(child(item.body, "metadata").get("labels"))).get("name")
        for item in render.known("Namespace")
    }
    for policy in render.of_kind(POLICY):
        for path, labels in _namespace_selectors(policy):
            value = labels.get("name")
            if isinstance(value, str) and value not in carried:
                new = {METADATA_NAME if key == "name" else key: each for key, each in labels.items()}
                mend = Mend(f"use {METADATA_NAME}", safe=True, sets=((path, new),))
                message = f"no Namespace is known to carry the label name={value}"
                yield Report(policy.key, (*path, "name"), message, mend)


def _namespace_selectors(policy: KubeObject) -> Iterator[tuple[FieldPath, dict[str, Json]]]:
    spec = child(policy.body, "spec")
    for field, peers, _ in SIDES:
        for position, entry in mappings(spec, field):
            for index, peer in mappings(entry, peers):
                labels = child(child(peer, "namespaceSelector"), "matchLabels")
                place: FieldPath = ("spec", field, position, peers, index)
                yield (*place, "namespaceSelector", "matchLabels"), labels
