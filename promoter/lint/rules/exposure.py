"""What is reachable from outside the cluster (NET101, NET102, NET203 to NET205, NET208).

It must not look at the cluster's own firewall. Exposure that is meant is listed in the options or excepted
with a reason.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from ipaddress import ip_address
from typing import Final

from promoter.lint.context import RenderedContext
from promoter.lint.objects import child, items, mappings, strings, text, texts
from promoter.lint.rule import FieldPath, Mend, Option, Profile, Report, rule
from promoter.model import Json, KubeObject, Severity

INGRESSES: Final = ("Ingress.networking.k8s.io", "Ingress.extensions")
ALLOW: Final[Option[tuple[str, ...]]] = Option("allow", (), "globs of namespace/name that may be exposed")
INTERNAL: Final = (
    "service.beta.kubernetes.io/aws-load-balancer-internal",
    "service.beta.kubernetes.io/aws-load-balancer-scheme",
    "service.beta.kubernetes.io/azure-load-balancer-internal",
    "service.beta.kubernetes.io/oci-load-balancer-internal",
    "networking.gke.io/load-balancer-type",
    "cloud.google.com/load-balancer-type",
)
ADDRESSES: Final = (
    "lbipam.cilium.io/ips",
    "io.cilium/lb-ipam-ips",
    "metallb.io/loadBalancerIPs",
    "metallb.universe.tf/loadBalancerIPs",
    "kube-vip.io/loadbalancerIPs",
)
SNIPPETS: Final = ("snippet", "lua", "custom-http-errors-snippet")
NGINX: Final = "nginx.ingress.kubernetes.io/"
RISKY: Final = ("server-alias",)


@rule("NET101", "service-type-exposed", Severity.WARNING, options=(ALLOW,))
def service_type_exposed(render: RenderedContext) -> Iterator[Report]:
    """A Service opens a port to the outside of the cluster.

    ## What it does
    Reports Services of type NodePort and LoadBalancer that are not in the option `allow`.

    ## Why
    Such a port bypasses the ingress and what it checks; one line too many makes a database public.

    ## Example
    ```yaml
    spec:
      type: NodePort
    ```

    ## Instead
    ```yaml
    spec:
      type: ClusterIP
    ```

    ## Options
    `allow` (none): globs of `namespace/name` of Services that may be exposed.
    """
    allowed = ALLOW.of(render.settings, "NET101")
    for service in render.services:
        kind = text(child(service.body, "spec"), "type")
        full = f"{service.namespace}/{service.key.name}"
        if kind in ("NodePort", "LoadBalancer") and not any(fnmatchcase(full, glob) for glob in allowed):
            message = f"Service {service.key.name} is open to the outside ({kind})"
            yield Report(service.key, ("spec", "type"), message)


@rule("NET102", "loadbalancer-unrestricted", Severity.WARNING, tier=2)
def loadbalancer_unrestricted(render: RenderedContext) -> Iterator[Report]:
    """A load balancer takes connections from every address.

    ## What it does
    Reports Services of type LoadBalancer without `loadBalancerSourceRanges`, without an annotation that
    makes the load balancer internal, and without a `loadBalancerClass` of its own. One whose addresses
    are all given, and private, is internal.

    ## Why
    The address is public unless the provider is told otherwise.

    ## Example
    ```yaml
    spec:
      type: LoadBalancer
    ```

    ## Instead
    ```yaml
    spec:
      type: LoadBalancer
      loadBalancerSourceRanges: [192.0.2.0/24]
    ```
    """
    for service in render.services:
        spec = child(service.body, "spec")
        annotations = strings(child(service.body, "metadata").get("annotations"))
        internal = any(
            annotations.get(name, "false") not in ("false", "internet-facing") for name in INTERNAL
        )
        given = [annotations.get(name, "") for name in ADDRESSES] + [text(spec, "loadBalancerIP")]
        ranges = items(spec, "loadBalancerSourceRanges") or spec.get("loadBalancerClass")
        closed = ranges or internal or _are_private(",".join(filter(None, given)))
        if spec.get("type") == "LoadBalancer" and not closed:
            message = f"the load balancer of {service.key.name} takes connections from everywhere"
            yield Report(service.key, ("spec", "loadBalancerSourceRanges"), message)


def _are_private(addresses: str) -> bool:
    """Whether all of some addresses, divided by commas, are of private networks; False without any."""
    found = [part.strip() for part in addresses.split(",") if part.strip()]
    try:
        return bool(found) and all(ip_address(address).is_private for address in found)
    except ValueError:
        return False


@rule("NET203", "ingress-no-tls", Severity.WARNING)
def ingress_no_tls(render: RenderedContext) -> Iterator[Report]:
    """An Ingress serves its hosts without encryption.

    ## What it does
    Reports Ingresses without a `tls` entry.

    ## Why
    Passwords and sessions go over the network in the clear.

    ## Example
    ```yaml
    spec:
      rules: [{host: shop.example.com}]
    ```

    ## Instead
    ```yaml
    spec:
      tls: [{hosts: [shop.example.com], secretName: shop-tls}]
      rules: [{host: shop.example.com}]
    ```
    """
    for item in render.of_kind(*INGRESSES):
        if not items(child(item.body, "spec"), "tls"):
            yield Report(item.key, ("spec", "tls"), f"Ingress {item.key.name} has no tls")


@rule("NET204", "ingress-tls-host-mismatch", Severity.ERROR, fix="safe")
def ingress_tls_host_mismatch(render: RenderedContext) -> Iterator[Report]:
    """An Ingress has a certificate, but not for one of its hosts.

    ## What it does
    Looks for the host of each rule in `tls[].hosts`, where a wildcard covers one label. Ingresses without
    tls, and entries without hosts, are left out.

    ## Why
    Clients of that host see a certificate error, or are served without encryption.

    ## Example
    ```yaml
    tls: [{hosts: [shop.example.com], secretName: tls}]
    rules: [{host: www.example.com}]
    ```

    ## Instead
    ```yaml
    tls: [{hosts: [shop.example.com, www.example.com], secretName: tls}]
    rules: [{host: www.example.com}]
    ```

    ## Fix safety
    Safe where there is one entry of tls: the host is added to it.
    """
    for item in render.of_kind(*INGRESSES):
        spec = child(item.body, "spec")
        entries = [texts(entry, "hosts") for _, entry in mappings(spec, "tls")]
        covered = [host for hosts in entries for host in hosts]
        for position, entry in mappings(spec, "rules") if entries and all(entries) else ():
            host = text(entry, "host")
            if host and not any(_covers(name, host) for name in covered):
                path: FieldPath = ("spec", "rules", position, "host")
                yield Report(item.key, path, f"no tls entry covers {host}", _added(entries, host))


def _added(entries: list[list[str]], host: str) -> Mend | None:
    if len(entries) != 1:
        return None
    hosts: list[Json] = [*entries[0], host]
    return Mend(f"cover {host} too", safe=True, sets=((("spec", "tls", 0, "hosts"), hosts),))


def _covers(name: str, host: str) -> bool:
    wild = name.startswith("*.") and not host.startswith("*.")
    return name == host or (wild and host.partition(".")[2] == name[2:])


@rule("NET205", "ingress-host-wildcard-or-empty", Severity.WARNING)
def ingress_host_wildcard_or_empty(render: RenderedContext) -> Iterator[Report]:
    """An Ingress answers for hosts that nobody named.

    ## What it does
    Reports rules without a host or with a wildcard, and a `defaultBackend` beside rules.

    ## Why
    It takes the traffic of every host that no other Ingress claims, and of those that come later.

    ## Example
    ```yaml
    rules: [{http: {paths: []}}]
    ```

    ## Instead
    ```yaml
    rules: [{host: shop.example.com, http: {paths: []}}]
    ```
    """
    for item in render.of_kind(*INGRESSES):
        spec = child(item.body, "spec")
        for position, entry in mappings(spec, "rules"):
            host = text(entry, "host")
            if not host or host.startswith("*"):
                what = f"every host like {host}" if host else "every host"
                path: FieldPath = ("spec", "rules", position, "host")
                yield Report(item.key, path, f"rule {position + 1} answers for {what}")
        if child(spec, "defaultBackend"):
            yield Report(item.key, ("spec", "defaultBackend"), "the default backend answers for every host")


@rule("NET208", "nginx-snippet", Severity.ERROR, Profile.BASELINE)
def nginx_snippet(render: RenderedContext) -> Iterator[Report]:
    """An annotation puts raw configuration into the ingress controller.

    ## What it does
    Reports annotations of ingress-nginx whose name holds `snippet` or `lua`, `server-alias`, and
    `allow-snippet-annotations: "true"` in a ConfigMap.

    ## Why
    Whoever may write an Ingress can read all secrets that the controller can (CVE-2021-25742).

    ## Example
    ```yaml
    annotations:
      nginx.ingress.kubernetes.io/configuration-snippet: |
        more_set_headers "a: b";
    ```

    ## Instead
    ```yaml
    annotations:
      nginx.ingress.kubernetes.io/enable-cors: "true"
    ```
    """
    for item in render.of_kind(*INGRESSES):
        for key in strings(child(item.body, "metadata").get("annotations")):
            if key.startswith(NGINX) and _is_raw(key.removeprefix(NGINX)):
                path = ("metadata", "annotations", key)
                yield Report(item.key, path, f"{key} puts raw configuration into the controller")
    for config in render.of_kind("ConfigMap"):
        if _allows_snippets(config):
            message = "every Ingress may put raw configuration into the controller"
            yield Report(config.key, ("data", "allow-snippet-annotations"), message)


def _is_raw(name: str) -> bool:
    return name in RISKY or any(part in name.split("-") for part in SNIPPETS)


def _allows_snippets(config: KubeObject) -> bool:
    return child(config.body, "data").get("allow-snippet-annotations") == "true"
