"""Risks of being down: fewer replicas, no guard against eviction, no probe, less memory, no route."""

from collections.abc import Iterator
from typing import Final

from promoter.diff.compared import Compared
from promoter.diff.reach import containers, number, quantity, reach
from promoter.diff.risks.context import Context, hosts, shown
from promoter.model import Risk

_SCALED: Final = frozenset({"Deployment", "StatefulSet", "ReplicaSet", "Rollout", "DeploymentConfig"})
_GUARDS: Final = {
    "PodDisruptionBudget": "all pods may be evicted at once",
    "HorizontalPodAutoscaler": "nothing adds replicas under load",
}
_PROBES: Final = ("livenessProbe", "readinessProbe", "startupProbe")
_SUSPENDABLE: Final = frozenset({"CronJob", "Job", "Kustomization", "HelmRelease"})


def replicas_dropped(compared: Compared, _context: Context) -> Iterator[Risk]:
    """Fewer replicas, or a lower floor for the autoscaler; zero switches the workload off."""
    if compared.added or compared.removed:
        return
    field = {"HorizontalPodAutoscaler": "minReplicas", "ScaledObject": "minReplicaCount"}.get(
        compared.key.kind, "replicas" if compared.key.kind in _SCALED else ""
    )
    before, after = number(compared.before, "spec", field), number(compared.after, "spec", field)
    if before is not None and after is not None and after < before:
        off = "; nothing runs any more" if after == 0 else ""
        yield Risk(
            "replicas-dropped", f"spec.{field}: {before} → {after}{off}", "high" if off else "medium"
        )
    elif before is not None and before > 1 and after is None:
        yield Risk("replicas-dropped", f"spec.{field}: {before} → (none)", "low")


def host_removed(compared: Compared, context: Context) -> Iterator[Risk]:
    """A host name that nothing in the new render serves."""
    for host in sorted(hosts(compared.before) - hosts(compared.after) - context.hosts):
        what = f"host {host} → (none): no longer served by anything rendered here"
        yield Risk("host-removed", what, "high")


def guard_removed(compared: Compared, context: Context) -> Iterator[Risk]:
    """A PodDisruptionBudget or autoscaler that is gone."""
    consequence = _GUARDS.get(compared.key.kind)
    if compared.removed and consequence:
        what = f"{compared.key.kind} {compared.key.name} is gone: {consequence}"
        yield Risk("guard-removed", f"{what}; {context.fate(compared.before)}", "medium")


def probe_removed(compared: Compared, _context: Context) -> Iterator[Risk]:
    """A container that stays but is no longer asked whether it works."""
    after = containers(compared.after)
    for path, container in containers(compared.before).items():
        for probe in _PROBES:
            if path in after and container.get(probe) and not after[path].get(probe):
                yield Risk("probe-removed", f"{path}.{probe}: set → (none)", "medium")


def limit_changed(compared: Compared, _context: Context) -> Iterator[Risk]:
    """A limit that is gone or a limit or request that is cut."""
    after = containers(compared.after)
    for path, container in containers(compared.before).items():
        if path not in after:
            continue
        for field in ("limits", "requests"):
            amounts = reach(container, "resources", field)
            for name, before in sorted(amounts.items()) if isinstance(amounts, dict) else ():
                now = reach(after[path], "resources", field, name)
                where = f"{path}.resources.{field}.{name}"
                old, new = quantity(before), quantity(now)
                if now is None and field == "limits":
                    yield Risk("limit-removed", f"{where}: {shown(before)} → (none)", "medium")
                elif old is not None and new is not None and new < old:
                    yield Risk(f"{field[:-1]}-cut", f"{where}: {shown(before)} → {shown(now)}", "low")


def suspended(compared: Compared, _context: Context) -> Iterator[Risk]:
    """Something that no longer runs or is no longer reconciled."""
    now, was = reach(compared.after, "spec", "suspend"), reach(compared.before, "spec", "suspend")
    if compared.key.kind in _SUSPENDABLE and now is True and was is not True and not compared.added:
        yield Risk("suspended", f"spec.suspend: {shown(was)} → true", "medium")
