"""An opened repository as the commands see it: configuration, views of revisions, environments, a renderer.

Each revision is read and each deployable rendered at most once. Nothing here writes to the repository.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from promoter.commands.view import View
from promoter.config import FILE_NAME, Config, Environment, load
from promoter.deployables import Inventory, Settings, inventory, kept
from promoter.deployables.builds import Prepared, Unproven, prepare
from promoter.deployables.builds import render as rendered
from promoter.deployables.builds.prepared import for_kubernetes
from promoter.deployables.discovered import Discovered
from promoter.deployables.environment import promotion_order, tier_in
from promoter.errors import ConfigError, RenderError, UsageError, check_known, nearest
from promoter.kustomize import MEMO, Build, Graph, graph_of
from promoter.model import ChartBuild, Deployable, EnvRef, Location, Rendered, RenderFailure, Snapshot
from promoter.progress import SILENT, Progress
from promoter.render.remembered import recall, recall_tree, remember, remember_tree
from promoter.repository import Repository
from promoter.yamldoc import parse

if TYPE_CHECKING:
    from promoter.deployables.share import Share
    from promoter.forge import Forge
    from promoter.registry import Registry
    from promoter.render import Policy, Renderer

Result = Rendered | RenderFailure


def _inventory(config: Config, snapshot: Snapshot) -> Inventory | None:
    """The inventory that the configuration names, read from the same revision; None without one."""
    if not config.inventory:
        return None
    if not snapshot.is_file(config.inventory):
        raise ConfigError(f"the inventory {config.inventory!r} does not exist", where=FILE_NAME)
    return inventory.read(parse(config.inventory, snapshot[config.inventory]))


class Workspace:
    """An opened repository with its configuration."""

    def __init__(
        self,
        repository: Repository,
        config: Config,
        progress: Progress = SILENT,
        known: Inventory | None = None,
    ) -> None:
        self.repository, self.config, self.progress, self._known = repository, config, progress, known
        self.executor = ""
        self.share: Share | None = None
        self._views: dict[str | None, View] = {}
        self._read: dict[str | None, Snapshot] = {}
        self._states: dict[str, Mapping[str, str]] = {}
        self._discoveries: list[Discovered] = []

    @classmethod
    def open(
        cls, directory: str = ".", progress: Progress = SILENT, config_revision: str | None = None
    ) -> "Workspace":
        """The repository around a directory.

        `config_revision` names the revision whose `promoter.yaml` counts: None for the work tree, as a
        person at a terminal expects; the Action passes the default branch, so that a pull request
        cannot grant itself rights. A bare repository is read at its HEAD. Raises RepositoryError when
        there is no repository and ConfigError for a file that is not understood.
        """
        return cls.of(Repository.open(directory), progress, config_revision)

    @classmethod
    def of(
        cls, repository: Repository, progress: Progress = SILENT, config_revision: str | None = None
    ) -> "Workspace":
        """The same of a repository that is open, which the workspace closes. Raises ConfigError."""
        revision = config_revision or ("HEAD" if repository.work_tree is None else None)
        recall(MEMO, repository.git_dir)
        snapshot = repository.snapshot(revision)
        config, known = Config(), None
        if FILE_NAME in snapshot:
            config = load(parse(FILE_NAME, snapshot[FILE_NAME]))
            known = _inventory(config, snapshot)
        opened = cls(repository, config, progress, known)
        opened._read[snapshot.revision] = snapshot
        return opened

    @cached_property
    def settings(self) -> Settings:
        """What discovery is told: the repository's own URLs, layout and environment names."""
        config = self.config
        place = PurePosixPath(self.repository.work_tree or self.repository.git_dir)
        return Settings(
            name=place.name.removesuffix(".git"),
            urls=(*config.repositories, *self.remotes.values()),
            branch=config.branch,
            templates=config.layout,
            environments=tuple(config.environments),
            inventory=self._known,
            git_file_globbing=config.argocd.git_file_globbing,
            flux_images=config.flux.images,
        )

    @cached_property
    def base_branch(self) -> str:
        """The branch that pull requests aim at. Raises RepositoryError when it cannot be told."""
        return self.repository.default_branch(self.config.branch or None)

    @cached_property
    def remotes(self) -> Mapping[str, str]:
        """The address of each remote by name."""
        return self.repository.remote_urls()

    @cached_property
    def remote(self) -> str | None:
        """The remote whose branches count: `origin`, else the first by name; None without remotes."""
        return "origin" if "origin" in self.remotes else next(iter(sorted(self.remotes)), None)

    @cached_property
    def forge(self) -> "Forge":
        """Where pull requests live. Raises ForgeError when GitHub has no key for us."""
        from promoter.forge import forge_for
        from promoter.repository import LocalBranches

        branches = LocalBranches(self.repository, self.remote)
        folder = Path(self.repository.common_dir, "promoter")
        return forge_for(self.remotes, os.environ, folder, branches)

    def states(self, commit: str) -> Mapping[str, str]:
        """What the forge says of a commit of the base branch, by check; each commit is asked for once."""
        if commit not in self._states:
            self._states[commit] = self.forge.states(commit)
        return self._states[commit]

    @cached_property
    def registry(self) -> "Registry":
        """Who knows which images are published; nobody unless the configuration wants it asked."""
        from promoter.registry import registry_for

        return registry_for(self.config.verify.exists, os.environ)

    def base(self, *, fresh: bool) -> str:
        """The commit that proposals are built on: the base branch, at the remote when it is to be fresh.

        Raises RepositoryError when the branch does not exist or the remote does not answer.
        """
        from promoter.repository import fetch

        tip = fetch(self.repository, self.remote, self.base_branch) if fresh and self.remote else None
        return tip or self.repository.resolve(self.base_branch)

    def view(self, revision: str | None = None) -> View:
        """A revision, or (None) the work tree; of a bare repository, its HEAD.

        Raises UsageError for a revision that does not exist.
        """
        if revision is None and self.repository.work_tree is None:
            revision = "HEAD"
        commit = None if revision is None else self.repository.resolve(revision)
        if commit not in self._views:
            self._views[commit] = self.view_of(self._read.get(commit) or self.repository.snapshot(commit))
        return self._views[commit]

    @cached_property
    def head(self) -> str | None:
        """The full id of the commit that HEAD names, None before the first one; asked for once."""
        return self.repository.head()

    @property
    def commits(self) -> tuple[str, ...]:
        """The full ids of the commits that were read so far, sorted."""
        return tuple(sorted(commit for commit in self._views if commit))

    def view_of(self, snapshot: Snapshot) -> View:
        """Any snapshot, such as one with edits, read."""
        return View(snapshot, graph_of(snapshot), self.config.apps, self._discovered)

    def _discovered(self, graph: Graph) -> tuple[Deployable, ...]:
        for known in self._discoveries:
            if known.holds(graph):
                return known.deployables
        found = self._recalled(graph)
        self._discoveries.append(found)
        return found.deployables

    def _recalled(self, graph: Graph) -> Discovered:
        """What an earlier run discovered in an equal tree, else what is found now."""
        name = kept.key(graph.snapshot, self.settings)
        known = kept.recalled(graph, recall_tree(name))
        if known is not None:
            return known
        found = Discovered.of(graph, self.settings, self._built)
        if (plain := kept.plain(found)) is not None:
            remember_tree(name, plain)
        return found

    def _built(self, builds: Sequence[Build | ChartBuild]) -> Sequence[Result]:
        """The results of builds; failures when there is no engine, so that discovery still answers."""
        try:
            renderer = self.renderer if builds else None
        except RenderError as error:
            return [RenderFailure(each.entry, "failed", error.message) for each in builds]
        return renderer.render_all(builds) if renderer else ()

    def environment(self, name: str) -> Environment:
        """The rules of an environment; one that is not configured has none but its tier."""
        known = self.config.environments.get(name)
        return known or Environment(name, tier="prod" if tier_in(name) == "prod" else "nonprod")

    def ordered(self, names: Iterable[str]) -> tuple[str, ...]:
        """Environments in the order of promotion: the configured order first, then by tier and name."""
        wanted = set(names)
        configured = tuple(name for name in self.config.environments if name in wanted)
        return (*configured, *promotion_order(wanted - set(configured)))

    def upstream(self, name: str, names: Sequence[str]) -> tuple[str, ...]:
        """The environments that a version comes from: what it needs, or else the one before it."""
        if name in self.config.environments:
            return self.config.environments[name].needs
        return tuple(names[: names.index(name)][-1:]) if name in names else ()

    def names(self, address: EnvRef, view: View) -> tuple[str, ...]:
        """The environments that an address stands for: itself, or a group's members.

        Raises UsageError, with a suggestion, for a name that is neither.
        """
        wanted = address.environment
        known = {*view.environments, *self.config.environments}
        if wanted in known:
            return (wanted,)
        grouped = [each for each in self.config.environments.values() if each.group]
        members = tuple(each.name for each in grouped if each.group == wanted)
        if members:
            return members
        names = (*self.ordered(known), *sorted({each.group for each in grouped}))
        found = nearest(wanted, names, "known environments") if names else "no environment was found here"
        raise UsageError(f"unknown environment {wanted!r}", hint=found)

    def places(self, address: EnvRef, view: View) -> tuple[str, ...]:
        """As `names`, for what also takes a directory, which stands for itself."""
        return (address.environment,) if address.is_directory else self.names(address, view)

    def select(self, address: EnvRef, view: View, apps: Sequence[str] = ()) -> tuple[Deployable, ...]:
        """What an address deploys, narrowed to some apps (all when none is named).

        A directory or file stands for itself. Raises UsageError for an unknown environment, app or path.
        """
        if address.is_directory:
            return self._directory(address, view)
        names = self.names(address, view)
        found = [each for each in view.deployables if each.environment in names]
        for app in apps:
            self._check_app(app, address, view, found)
        return tuple(each for each in found if not apps or each.app in apps)

    def _check_app(self, app: str, address: EnvRef, view: View, found: Sequence[Deployable]) -> None:
        check_known("app", app, view.apps)
        if not any(each.app == app for each in found):
            having = self.ordered({each.environment for each in view.deployables if each.app == app} - {""})
            where = f"it is deployed to {', '.join(having) or 'no environment that is known'}"
            raise UsageError(f"{app} is not deployed to {address.environment}", hint=where)

    def _directory(self, address: EnvRef, view: View) -> tuple[Deployable, ...]:
        path = view.graph.real(address.environment)
        if path is None or not view.graph.exists(path):
            where = address.revision or "the work tree"
            raise UsageError(
                f"no directory {address.environment!r} in {where}",
                hint="an address with a / is a directory, counted from the repository's root",
            )
        known = [each for each in view.deployables if each.path == path]
        if known:
            return (known[0],)
        name = address.environment
        app = PurePosixPath(path).name
        return (Deployable("layout", "Directory", name, app, name, path, Location(path)),)

    def render(self, view: View, deployables: Sequence[Deployable]) -> tuple[Result, ...]:
        """One result for each deployable, in their order; what has no directory here is a failure value.

        So is what another machine renders, when the work is shared.
        """
        prepared = [
            self._prepared(view, each) if self.share is None or self.share.holds(each)
            else Unproven(f"another shard than {self.share} renders it", each.location)
            for each in deployables
        ]  # fmt: skip
        ready = [each for each in prepared if isinstance(each, Prepared)]
        results = iter(rendered(ready, lambda builds: self.renderer.render_all(builds, self.progress)))
        return tuple(
            next(results)
            if isinstance(each, Prepared)
            else RenderFailure(name.path or name.name, "refused", each.reason, each.location)
            for name, each in zip(deployables, prepared, strict=True)
        )

    def _prepared(self, view: View, deployable: Deployable) -> Prepared | Unproven:
        """What is built; a chart for its environment's Kubernetes, unless the controller says which."""
        found = prepare(view.graph, deployable)
        wanted = self.environment(deployable.environment).kubernetes
        return for_kubernetes(found, wanted) if isinstance(found, Prepared) and wanted else found

    def unrenderable(self, view: View, deployable: Deployable) -> str:
        """Why a deployable is known not to render here; empty where only building it tells."""
        from promoter.render import beforehand

        found = self._prepared(view, deployable)
        if isinstance(found, Unproven):
            return found.reason
        refused = beforehand(found.build, self.policy, self.config.render.helm)
        return refused.message if refused is not None else ""

    @cached_property
    def renderer(self) -> "Renderer":
        """The render engine that the configuration names. Raises RenderError when there is none."""
        from promoter.render import open_renderer

        render = self.config.render
        return open_renderer(render.kustomize, self.policy, executor=self.executor, helm=render.helm)

    def expect_builds(self) -> None:
        """Nothing; the engine gets ready meanwhile. Where there is none, the first build says so."""
        with suppress(RenderError):
            _ = self.renderer

    @cached_property
    def policy(self) -> "Policy":
        """What the configuration lets a build do."""
        from promoter.render import Limits, Policy

        render = self.config.render
        limits = Limits(seconds=render.timeout, memory=render.memory << 20)
        return Policy(limits, frozenset(render.remote))

    def close(self) -> None:
        """Let go of processes."""
        if "renderer" in self.__dict__:
            self.renderer.close()
        if "registry" in self.__dict__:
            self.registry.close()
        remember(MEMO, self.repository.git_dir)
        self.repository.close()
