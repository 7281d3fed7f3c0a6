"""Whether the target version still serves what objects ask for (API003, API004, API019).

It must not hold a table of its own for versions in the schema bundle: what a version serves is computed
from it, and only what was removed before the bundle begins is listed in `kinds`.
"""

from collections.abc import Iterator

from promoter.lint.context import RenderedContext
from promoter.lint.kinds import DEPRECATED, REMOVED
from promoter.lint.rule import Mend, Profile, Report, rule
from promoter.lint.schemas import NEWEST, OLDEST, Gvk, kinds, served
from promoter.model import Severity


def _successor(gvk: Gvk, minor: int) -> str:
    """The apiVersion that serves the kind in the minor version, empty when there is none."""
    listed = REMOVED.get((gvk.api_version, gvk.kind))
    if listed:
        return listed[1]
    same = [k for k in kinds(minor) if k.kind == gvk.kind and k.group == gvk.group and k != gvk]
    stable = sorted(same, key=lambda k: ("alpha" in k.version, "beta" in k.version, k.version))
    return stable[0].api_version if stable else ""


def _advice(gvk: Gvk, minor: int) -> str:
    successor = _successor(gvk, minor)
    return f"; use {successor}" if successor else ""


def _mend(gvk: Gvk, minor: int) -> Mend | None:
    successor = _successor(gvk, minor)
    if not successor:
        return None
    return Mend(f"use {successor}", safe=False, sets=((("apiVersion",), successor),))


@rule("API003", "removed-api", Severity.ERROR, Profile.STRUCTURE, fix="unsafe")
def removed_api(render: RenderedContext) -> Iterator[Report]:
    """The target version of Kubernetes does not serve an object's apiVersion.

    ## What it does
    Reports objects whose apiVersion and kind were removed at or before the target version, or came
    only after it.

    ## Why
    The API server does not know the object, and the whole sync fails.

    ## Example
    ```yaml
    apiVersion: autoscaling/v2beta2
    kind: HorizontalPodAutoscaler
    ```

    ## Instead
    ```yaml
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    ```

    ## Fix safety
    Unsafe: fields may have other names in the newer version.
    """
    for item in render.objects:
        gvk = Gvk.of(item.body)
        since = _gone_since(gvk, render.minor)
        if since:
            message = f"{gvk} {since}{_advice(gvk, render.minor)}"
            yield Report(item.key, ("apiVersion",), message, _mend(gvk, render.minor))


def _gone_since(gvk: Gvk, minor: int) -> str:
    listed = REMOVED.get((gvk.api_version, gvk.kind))
    if listed and minor >= listed[0]:
        return f"was removed in Kubernetes 1.{listed[0]}"
    minors = served(gvk)
    if not minors or minor in minors or minor < OLDEST or minor > NEWEST:
        return ""
    if minor > minors[-1]:
        return f"was removed in Kubernetes 1.{minors[-1] + 1}"
    return f"is served only from Kubernetes 1.{minors[0]} on"


@rule("API004", "deprecated-api", Severity.WARNING, Profile.STRUCTURE, fix="unsafe")
def deprecated_api(render: RenderedContext) -> Iterator[Report]:
    """An object's apiVersion will not be served for long.

    ## What it does
    Reports objects whose apiVersion and kind the target version serves and a later version does not,
    or that are deprecated without a date.

    ## Why
    An upgrade of the cluster breaks the next sync, far away from the change that caused it.

    ## Example
    ```yaml
    apiVersion: v1
    kind: Endpoints
    ```

    ## Instead
    ```yaml
    apiVersion: discovery.k8s.io/v1
    kind: EndpointSlice
    ```

    ## Fix safety
    Unsafe: fields may have other names in the newer version.
    """
    for item in render.objects:
        gvk = Gvk.of(item.body)
        soon = _goes(gvk, render.minor)
        if soon:
            yield Report(item.key, ("apiVersion",), f"{gvk} {soon}", _mend(gvk, render.minor))


def _goes(gvk: Gvk, minor: int) -> str:
    listed = REMOVED.get((gvk.api_version, gvk.kind))
    if listed and minor < listed[0]:
        return f"is removed in Kubernetes 1.{listed[0]}{_advice(gvk, minor)}"
    if gvk in DEPRECATED and minor >= DEPRECATED[gvk][0]:
        since, instead = DEPRECATED[gvk]
        return f"is deprecated since Kubernetes 1.{since}; use {instead}"
    minors = served(gvk)
    if minor in minors and minors[-1] < NEWEST:
        return f"is removed in Kubernetes 1.{minors[-1] + 1}{_advice(gvk, minors[-1] + 1)}"
    return ""


@rule("API019", "pod-security-policy", Severity.ERROR, Profile.STRUCTURE, overrides="API003")
def pod_security_policy(render: RenderedContext) -> Iterator[Report]:
    """PodSecurityPolicy does not exist any more.

    ## What it does
    Reports PodSecurityPolicy objects, whatever their apiVersion.

    ## Why
    Kubernetes 1.25 removed them: they protect nothing, and no newer apiVersion takes their place.

    ## Example
    ```yaml
    apiVersion: policy/v1beta1
    kind: PodSecurityPolicy
    ```

    ## Instead
    ```yaml
    apiVersion: v1
    kind: Namespace
    metadata:
      labels:
        pod-security.kubernetes.io/enforce: restricted
    ```
    """
    for item in render.of_kind("PodSecurityPolicy.policy", "PodSecurityPolicy.extensions"):
        message = "PodSecurityPolicy was removed in 1.25; label the namespace with a level instead"
        yield Report(item.key, ("apiVersion",), message)
