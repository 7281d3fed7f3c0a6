"""What every discoverer is given: the graph, the controllers' objects, and how to name what it finds.

Built once for a snapshot; nothing in it changes. Looking something up here never fails: an absent thing
is None, empty or False.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from promoter.deployables.builds.argo_settings import committed
from promoter.deployables.naming import Clues, Naming
from promoter.deployables.objects import ControllerObject, mapping, sequence, string
from promoter.deployables.projects import Project, projects
from promoter.deployables.settings import Own, Settings, printable_url
from promoter.kustomize import Graph
from promoter.model import Deployable, Json, parents


@dataclass(frozen=True)
class Context:
    """One snapshot as the discoverers see it."""

    graph: Graph
    settings: Settings
    naming: Naming
    objects: tuple[ControllerObject, ...]

    @cached_property
    def own(self) -> Own:
        """Which URLs mean this repository."""
        return Own.of(self.settings.urls, (url for found in self.objects for url in urls(found.body)))

    @cached_property
    def projects(self) -> dict[str, Project]:
        """The AppProjects of this repository, by name."""
        return projects(self.of("argoproj.io", "AppProject"))

    def of(self, group: str, kind: str) -> tuple[ControllerObject, ...]:
        """The objects of this kind."""
        return tuple(found for found in self.objects if (found.group, found.kind) == (group, kind))

    def is_this_revision(self, written: str) -> bool:
        """Whether a revision that an object names is the tree at hand: none, HEAD, or the main branch."""
        name = written.removeprefix("refs/heads/")
        return name in {"", "HEAD", "main", "master", self.settings.branch}

    @cached_property
    def _jsonnet(self) -> frozenset[str]:
        """The directories at or below which some file is a jsonnet program."""
        programs = (path for path in self.graph.snapshot.entries if path.endswith(".jsonnet"))
        return frozenset(above for path in programs for above in parents(path))

    def holds_jsonnet(self, directory: str) -> bool:
        """Whether a jsonnet program lies in the directory or below it."""
        return directory in self._jsonnet

    def commanded(self, key: str) -> str | None:
        """What a committed `argocd-cmd-params-cm` says of a setting; None without one."""
        return committed(self.graph, "argocd-cmd-params-cm", key)

    def cluster_name(self, server: str) -> str:
        """The name that the inventory gives a cluster's server URL; the URL itself without one."""
        inventory = self.settings.inventory
        clusters = inventory.clusters if inventory else ()
        return next((cluster.name for cluster in clusters if cluster.server == server), server)

    def about(self, found: ControllerObject, source: Mapping[str, Json], own: bool) -> tuple[str, ...]:
        """The rest of the evidence: how the object came to be, and where its source lies."""
        url = string(source.get("repoURL"))
        notes = list(found.notes)
        revision = string(source.get("targetRevision"))
        if url and not own:
            notes.append(f"the source {printable_url(url)} is not this repository")
        elif not self.is_this_revision(revision):
            notes.append(f"its source is read at the revision {revision}; here it is read at this one")
        return tuple(notes)

    def itself(
        self, controller: str, found: ControllerObject, reason: str | None, notes: tuple[str, ...] = ()
    ) -> Deployable:
        """The deployable that stands for an object that makes others; `reason` says what is not known."""
        named = self.naming.decide(Clues(name=found.name, holder=found.holder, labels=found.marks))
        return Deployable(
            controller,
            found.kind,
            found.name,
            named.app,
            named.environment,
            None,
            found.location,
            found.namespace,
            overrides={"spec": dict(found.spec)},
            reason=reason,
            evidence=(*named.evidence, *notes, *self.about(found, {}, own=True)),
        )


def urls(node: Json | Mapping[str, Json]) -> Iterator[str]:
    """Every repository URL below a node: the values of `repoURL`, and `url` of a GitRepository."""
    if isinstance(node, Mapping):
        if node.get("kind") == "GitRepository":
            yield string(mapping(node.get("spec")).get("url"))
        for key, child in node.items():
            if key == "repoURL" and isinstance(child, str):
                yield child
            elif isinstance(child, (dict, list)):
                yield from urls(child)
    else:
        for item in sequence(node):
            yield from urls(item)
