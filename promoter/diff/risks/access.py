"""Risks of granting more: privilege, the host, rights in the whole cluster, an open network."""

from collections.abc import Iterator
from typing import Final

from promoter.diff.compared import Compared
from promoter.diff.reach import containers, mappings, pod_spec, reach, text, texts
from promoter.diff.risks.context import Context, shown
from promoter.model import Json, Risk

_HOST_FIELDS: Final = ("hostNetwork", "hostPID", "hostIPC")
_ADDED: Final = ("capabilities", "add")
_BINDINGS: Final = frozenset({"ClusterRoleBinding", "RoleBinding"})


def privileged(compared: Compared, _context: Context) -> Iterator[Risk]:
    """A container that gains privilege: privileged, escalation, root, capabilities."""
    before = containers(compared.before)
    for path, container in containers(compared.after).items():
        now, was = container.get("securityContext"), reach(before.get(path), "securityContext")
        for field in ("privileged", "allowPrivilegeEscalation"):
            if reach(now, field) is True and reach(was, field) is not True:
                yield _grown(f"{path}.securityContext.{field}", reach(was, field), after=True)
        if set(texts(now, *_ADDED)) - set(texts(was, *_ADDED)):
            where = f"{path}.securityContext.capabilities.add"
            yield _grown(where, ", ".join(texts(was, *_ADDED)), ", ".join(texts(now, *_ADDED)))
        yield from _root(path, was, now)
    path, pod = pod_spec(compared.after)
    yield from _root(path, pod_spec(compared.before)[1].get("securityContext"), pod.get("securityContext"))


def _root(path: str, was: Json, now: Json) -> Iterator[Risk]:
    """User 0 where another user, or nothing, was said before."""
    if reach(now, "runAsUser") == 0 and reach(was, "runAsUser") != 0:
        yield _grown(f"{path}.securityContext.runAsUser", reach(was, "runAsUser"), 0)
    if reach(was, "runAsNonRoot") is True and reach(now, "runAsNonRoot") is not True:
        now_shown = reach(now, "runAsNonRoot")
        message = f"{path}.securityContext.runAsNonRoot: true → {_shown(now_shown)}"
        yield Risk("privileged", message, "medium")


def _grown(path: str, before: Json, after: Json) -> Risk:
    return Risk("privileged", f"{path}: {_shown(before)} → {shown(after)}", "high")


def _shown(value: Json) -> str:
    return "(none)" if value in (None, "") else shown(value)


def host_access(compared: Compared, _context: Context) -> Iterator[Risk]:
    """A pod that gains the host's network, processes or files."""
    path, pod = pod_spec(compared.after)
    _, was = pod_spec(compared.before)
    for field in _HOST_FIELDS:
        if pod.get(field) is True and was.get(field) is not True:
            yield Risk("host-access", f"{path}.{field}: {shown(was.get(field, False))} → true", "high")
    known = {text(volume, "hostPath", "path") for volume in mappings(was, "volumes")}
    for volume in mappings(pod, "volumes"):
        mounted = text(volume, "hostPath", "path")
        if mounted and mounted not in known:
            where = f"{path}.volumes[name={text(volume, 'name')}].hostPath.path"
            yield Risk("host-access", f"{where}: (none) → {mounted}", "high")


def cluster_role_binding(compared: Compared, _context: Context) -> Iterator[Risk]:
    """Somebody gains rights in the whole cluster, or all rights in a namespace."""
    key = compared.key
    role = text(compared.after, "roleRef", "name")
    if compared.removed or key.kind not in _BINDINGS:
        return
    if key.kind == "RoleBinding" and role not in ("cluster-admin", "admin"):
        return
    before = {_subject(each) for each in mappings(compared.before, "subjects")}
    gained = [_subject(each) for each in mappings(compared.after, "subjects")]
    new = [subject for subject in gained if subject not in before]
    if compared.added or new:
        scope = "in the whole cluster" if key.kind == "ClusterRoleBinding" else f"in {key.namespace}"
        what = f"{', '.join(new) or 'nobody yet'}: (no rights) → {role} {scope}"
        yield Risk("cluster-role-binding", what, "high")


def _subject(subject: dict[str, Json]) -> str:
    place = text(subject, "namespace")
    return f"{text(subject, 'kind')} {place + '/' if place else ''}{text(subject, 'name')}"


def network_policy_removed(compared: Compared, context: Context) -> Iterator[Risk]:
    """Pods that were shut off are open once no policy selects them."""
    if compared.removed and compared.key.kind == "NetworkPolicy":
        what = f"pods that NetworkPolicy {compared.key.name} closed may be open"
        yield Risk("network-policy-removed", f"{what}; {context.fate(compared.before)}", "high")
