"""What a judgement may know beyond the object: the controller's pruning and the rest of the render.

Everything is computed once for a render. Unknown is a value of its own: a note then says "if the
controller prunes".
"""

import json
from collections.abc import Iterator
from dataclasses import field

from promoter.diff.reach import mappings, pod_spec, reach, text, texts
from promoter.frozen import frozen
from promoter.model import Json, Rendered

Named = tuple[str, str, str]
"""Kind, namespace and name of something that another object refers to."""


@frozen
class Context:
    """`prunes` tells whether the controller deletes what is no longer rendered; None when unknown.

    `references` holds what the objects of the new render refer to, with who does; `hosts` the host
    names it serves.
    """

    prunes: bool | None = None
    references: dict[Named, str] = field(default_factory=dict, hash=False)
    hosts: frozenset[str] = frozenset()

    @classmethod
    def of(cls, after: Rendered, *, prunes: bool | None = None) -> "Context":
        """The context that the new render gives."""
        found: dict[Named, str] = {}
        for item in after.objects:
            for kind, name in _references(item.body):
                found.setdefault((kind, item.key.namespace, name), f"{item.key.kind}/{item.key.name}")
        served = frozenset(host for item in after.objects for host in hosts(item.body))
        return cls(prunes, found, served)

    def fate(self, body: dict[str, Json]) -> str:
        """What happens in the cluster to an object that is no longer rendered."""
        if _is_kept(body):
            return "it is marked to be kept when it is no longer rendered"
        if self.prunes is None:
            return "it is deleted if the controller prunes"
        return "the controller's prune deletes it" if self.prunes else "prune is off, so it stays behind"


def _is_kept(body: dict[str, Json]) -> bool:
    """Whether the object's own annotations protect it from pruning (Argo CD, Flux, Helm)."""
    annotations = reach(body, "metadata", "annotations")
    options = text(annotations, "argocd.argoproj.io/sync-options").replace(" ", "").split(",")
    flux = text(annotations, "kustomize.toolkit.fluxcd.io/prune") or text(
        body, "metadata", "labels", "kustomize.toolkit.fluxcd.io/prune"
    )
    kept = text(annotations, "helm.sh/resource-policy") == "keep"
    return "Prune=false" in options or flux == "disabled" or kept


def _references(body: dict[str, Json]) -> Iterator[tuple[str, str]]:
    """Kind and name of what the object's pods need to start."""
    _, pod = pod_spec(body)
    for volume in mappings(pod, "volumes"):
        yield "ConfigMap", text(volume, "configMap", "name")
        yield "Secret", text(volume, "secret", "secretName")
        yield "PersistentVolumeClaim", text(volume, "persistentVolumeClaim", "claimName")
    for container in (*mappings(pod, "containers"), *mappings(pod, "initContainers")):
        for source in mappings(container, "envFrom"):
            yield "ConfigMap", text(source, "configMapRef", "name")
            yield "Secret", text(source, "secretRef", "name")
        for variable in mappings(container, "env"):
            yield "ConfigMap", text(variable, "valueFrom", "configMapKeyRef", "name")
            yield "Secret", text(variable, "valueFrom", "secretKeyRef", "name")
    yield "ServiceAccount", text(pod, "serviceAccountName")
    for rule in mappings(body, "spec", "rules"):
        for path in mappings(rule, "http", "paths"):
            yield "Service", text(path, "backend", "service", "name")


def hosts(body: dict[str, Json]) -> frozenset[str]:
    """The host names under which an Ingress, a route or a virtual service is reached."""
    kind = body.get("kind")
    if kind == "Ingress":
        return frozenset(filter(None, (text(rule, "host") for rule in mappings(body, "spec", "rules"))))
    if kind in ("HTTPRoute", "GRPCRoute", "TLSRoute"):
        return frozenset(texts(body, "spec", "hostnames"))
    if kind == "VirtualService":
        return frozenset(texts(body, "spec", "hosts"))
    return frozenset(filter(None, (text(body, "spec", "host"),))) if kind == "Route" else frozenset()


def shown(value: Json) -> str:
    """A value inside a sentence."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
