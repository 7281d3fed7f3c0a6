"""Namespaces in which something makes pods that no manifest shows: charts, operators, custom resources.

It must not judge anything. Rules that miss a pod ask it first, so that what an operator or a chart makes
elsewhere is not called missing.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from promoter.lint.objects import POD_TEMPLATES, child, kind_of, mappings, text
from promoter.lint.schemas import groups
from promoter.model import Json, KubeObject

INERT_GROUPS: Final = frozenset(
    (
        "cert-manager.io", "acme.cert-manager.io", "external-secrets.io", "generators.external-secrets.io",
        "bitnami.com", "gateway.networking.k8s.io", "networking.istio.io", "security.istio.io",
        "telemetry.istio.io", "traefik.io", "traefik.containo.us", "cilium.io", "crd.projectcalico.org",
        "keda.sh", "autoscaling.k8s.io", "kyverno.io", "secrets-store.csi.x-k8s.io",
        "snapshot.storage.k8s.io", "source.toolkit.fluxcd.io", "notification.toolkit.fluxcd.io",
        "image.toolkit.fluxcd.io", "policy.linkerd.io", "linkerd.io", "metallb.io",
        "isindir.github.com", "secrets.hashicorp.com", "kustomize.config.k8s.io", "config.kubernetes.io",
    )
)  # fmt: skip
INERT_KINDS: Final = frozenset(
    (
        "ServiceMonitor.monitoring.coreos.com", "PodMonitor.monitoring.coreos.com",
        "PrometheusRule.monitoring.coreos.com", "Probe.monitoring.coreos.com",
        "ScrapeConfig.monitoring.coreos.com", "AlertmanagerConfig.monitoring.coreos.com",
        "AppProject.argoproj.io", "AnalysisTemplate.argoproj.io", "ClusterAnalysisTemplate.argoproj.io",
        "GrafanaDashboard.grafana.integreatly.org", "GrafanaDatasource.grafana.integreatly.org",
    )
)  # fmt: skip


def opaque(objects: Iterable[KubeObject], namespace: str) -> frozenset[str]:
    """The namespaces where pods may exist that the objects do not show.

    `namespace` is where objects go that name none.
    """
    return frozenset(where for item in objects for where in _hidden(item, namespace))


def _hidden(item: KubeObject, namespace: str) -> Iterator[str]:
    kind, spec = kind_of(item.key), child(item.body, "spec")
    if not item.key.group or item.key.group in groups() or item.key.group in INERT_GROUPS:
        return
    match kind:
        case "Application.argoproj.io":
            if _of_chart(spec):
                yield text(child(spec, "destination"), "namespace")
        case "Kustomization.kustomize.toolkit.fluxcd.io":
            return
        case "HelmRelease.helm.toolkit.fluxcd.io" | "HelmChart.helm.cattle.io":
            yield text(spec, "targetNamespace") or item.key.namespace or namespace
        case _ if kind not in POD_TEMPLATES and kind not in INERT_KINDS:
            yield item.key.namespace or namespace


def _of_chart(spec: dict[str, Json]) -> bool:
    sources = [child(spec, "source"), *(source for _, source in mappings(spec, "sources"))]
    return any(source.get("chart") or source.get("helm") for source in sources)
