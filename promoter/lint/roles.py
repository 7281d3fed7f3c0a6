"""Readers for roles and bindings: what a role's rules grant, and which roles are the repository's own.

It must not judge. Roles that Kubernetes or its providers bring along (`system:`, `gce:`, `admin` …) count
as foreign unless a binding of the repository grants them.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from promoter.frozen import frozen
from promoter.lint.objects import child, mappings, text, texts
from promoter.lint.surroundings import Surroundings
from promoter.model import Json, KubeObject

GROUP: Final = "rbac.authorization.k8s.io"
ROLES: Final = (f"Role.{GROUP}", f"ClusterRole.{GROUP}")
BINDINGS: Final = (f"RoleBinding.{GROUP}", f"ClusterRoleBinding.{GROUP}")
FOREIGN: Final = ("system:", "gce:", "kubeadm:", "eks:", "aks:")
BUILT_IN: Final = ("cluster-admin", "admin", "edit", "view")
ANY: Final = "*"


@frozen(eq=False)
class Grant:
    """One rule of a role: its 0-based position and what it lists."""

    position: int
    groups: tuple[str, ...]
    resources: tuple[str, ...]
    verbs: tuple[str, ...]
    named: bool

    def allows(self, groups: Iterable[str], resources: Iterable[str], verbs: Iterable[str]) -> bool:
        """Whether one of the verbs is granted on one of the resources, wildcards included."""
        return (
            _meets(self.groups, groups)
            and (_meets(self.resources, resources) or _subresource(self.resources, resources))
            and _meets(self.verbs, verbs)
        )


def _meets(listed: tuple[str, ...], wanted: Iterable[str]) -> bool:
    return ANY in listed or any(name in listed for name in wanted)


def _subresource(listed: tuple[str, ...], wanted: Iterable[str]) -> bool:
    parts = [name.partition("/") for name in wanted if "/" in name]
    return any(f"{whole}/*" in listed or f"*/{part}" in listed for whole, _, part in parts)


def grants(role: KubeObject) -> Iterator[Grant]:
    """The rules of a Role or ClusterRole."""
    for position, entry in mappings(role.body, "rules"):
        yield Grant(
            position,
            tuple(texts(entry, "apiGroups")),
            tuple(texts(entry, "resources")),
            tuple(texts(entry, "verbs")),
            bool(entry.get("resourceNames")),
        )


def is_foreign(name: str) -> bool:
    """Whether the name belongs to Kubernetes or a provider."""
    return name.startswith(FOREIGN) or name in BUILT_IN


def reference(binding: KubeObject) -> tuple[str, str]:
    """The kind and the name of the role that a binding grants."""
    target = child(binding.body, "roleRef")
    return text(target, "kind"), text(target, "name")


def find(around: Surroundings, kind: str, namespace: str, name: str) -> KubeObject | None:
    """The role of that kind and name, or None; a ClusterRole has no namespace, whatever it says."""
    return around.names.get((f"{kind}.{GROUP}", "" if kind == "ClusterRole" else namespace, name))


def subjects(binding: KubeObject) -> Iterator[tuple[int, dict[str, Json]]]:
    """Whom a binding grants its role, each with its 0-based position."""
    yield from mappings(binding.body, "subjects")


def own_roles(around: Surroundings, judged: Iterable[KubeObject]) -> list[KubeObject]:
    """Those of the roles that are the repository's own affair, in order.

    A role counts when one of its bindings has a name of the repository's own, or when nothing binds it
    and its own name is not foreign.
    """
    bound = _bound(around)
    return [
        role
        for role in judged
        if not all(map(is_foreign, bound.get((role.key.kind, role.key.name), [role.key.name])))
    ]


@lru_cache(maxsize=64)
def _bound(around: Surroundings) -> dict[tuple[str, str], list[str]]:
    """The names of the bindings of each role."""
    names: dict[tuple[str, str], list[str]] = {}
    for kind in BINDINGS:
        for binding in around.known.get(kind, ()):
            names.setdefault(reference(binding), []).append(binding.key.name)
    return names
