"""Argo CD's projects and sync options: whether they exist and allow what is asked of them (ARG)."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from promoter.errors import did_you_mean
from promoter.lint.context import RenderedContext
from promoter.lint.controllers import Declared
from promoter.lint.objects import child, strings, text
from promoter.lint.rule import Profile, Report, Scope, rule
from promoter.lint.source import SourceContext, Spot
from promoter.model import Edit, Fix, Json, Severity
from promoter.yamldoc import Scalar, at, items, uneditable

_OPTIONS: Final = (
    "Validate", "CreateNamespace", "PrunePropagationPolicy", "PruneLast", "Prune", "Replace",
    "ServerSideApply", "ApplyOutOfSyncOnly", "RespectIgnoreDifferences", "FailOnSharedResource",
    "SkipDryRunOnMissingResource", "Delete", "Force", "ClientSideApplyMigration",
)  # fmt: skip
_HOOKS: Final = ("PreSync", "Sync", "PostSync", "SyncFail", "Skip", "PreDelete", "PostDelete")
_POLICIES: Final = ("HookSucceeded", "HookFailed", "BeforeHookCreation")


def _of_kind(source: SourceContext, *kinds: str) -> Iterator[Declared]:
    return (item for item in source.controllers if item.group == "argoproj.io" and item.kind in kinds)


def _spec(item: Declared) -> tuple[str, ...]:
    return ("spec",) if item.kind == "Application" else ("spec", "template", "spec")


@rule("ARG007", "project-missing", Severity.WARNING, scope=Scope.SOURCE)
def project_missing(source: SourceContext) -> Iterator[Spot]:
    """An Application belongs to the default project, or to one that is not here.

    ## What it does
    Reports Applications and ApplicationSets' templates with `project: default`, and those that name a
    project which this repository, though it declares projects, does not declare.

    ## Why
    The default project allows everything from anywhere to everywhere; in a project that does not exist an
    Application does not sync at all.

    ## Example
    ```yaml
    spec:
      project: default
    ```

    ## Instead
    ```yaml
    spec:
      project: shop
    ```
    """
    known = {item.name for item in _of_kind(source, "AppProject")}
    for item in _of_kind(source, "Application", "ApplicationSet"):
        path = (*_spec(item), "project")
        project = item.text(*path)
        if not project or "{{" in project:
            continue
        if project == "default":
            yield Spot(item.place(*path), f"{item} is in the default project, which allows everything")
        elif known and project not in known:
            yield Spot(item.place(*path), f"{item} is in the project {project}, which is not declared here")


@rule("ARG008", "project-scope-violation", Severity.ERROR, scope=Scope.SOURCE)
def project_scope(source: SourceContext) -> Iterator[Spot]:
    """An Application asks for what its project does not allow.

    ## What it does
    Reports Applications whose repository or destination is not among those of their AppProject, where the
    AppProject is declared here.

    ## Why
    Argo CD refuses to sync it.

    ## Example
    ```yaml
    # the project allows https://github.com/acme/*
    source:
      repoURL: https://github.com/other/shop
    ```

    ## Instead
    ```yaml
    source:
      repoURL: https://github.com/acme/shop
    ```
    """
    projects = {item.name: item for item in _of_kind(source, "AppProject")}
    for item in _of_kind(source, "Application"):
        project = projects.get(item.text("spec", "project"))
        if project is None:
            continue
        repositories = _texts(project.value("spec", "sourceRepos"))
        url = item.text("spec", "source", "repoURL")
        if url and not _allowed(url, repositories):
            message = f"the project {project.name} does not allow the repository {url}"
            place = item.place("spec", "source", "repoURL")
            yield Spot(place, message, related=(project.place("spec", "sourceRepos"),))
        if not _reaches(project, item):
            message = f"the project {project.name} does not allow this destination"
            place = item.place("spec", "destination")
            yield Spot(place, message, related=(project.place("spec", "destinations"),))


def _texts(value: Json) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _allowed(text_: str, patterns: list[str]) -> bool:
    denied = any(fnmatchcase(text_, pattern[1:]) for pattern in patterns if pattern.startswith("!"))
    same = any(
        fnmatchcase(text_.removesuffix(".git"), pattern.removesuffix(".git")) for pattern in patterns
    )
    return same and not denied


def _reaches(project: Declared, item: Declared) -> bool:
    wanted = item.value("spec", "destination")
    listed = project.value("spec", "destinations")
    if not isinstance(wanted, dict) or not isinstance(listed, list):
        return True
    namespace = text(wanted, "namespace")
    for entry in listed:
        if not isinstance(entry, dict):
            continue
        same = [
            fnmatchcase(text(wanted, field), text(entry, field) or "*")
            for field in ("server", "name")
            if text(wanted, field) and text(entry, field)
        ]
        if all(same) and (not namespace or fnmatchcase(namespace, text(entry, "namespace") or "*")):
            return True
    return False


@rule("ARG012", "unknown-sync-option", Severity.ERROR, Profile.STRUCTURE, scope=Scope.SOURCE, fix="safe")
def unknown_sync_option(source: SourceContext) -> Iterator[Spot]:
    """A sync option does not exist.

    ## What it does
    Reports `syncOptions` of Applications and ApplicationSets' templates that Argo CD does not know, upper
    and lower case included.

    ## Why
    Argo CD ignores what it does not know: the option that somebody relies on is not in force.

    ## Example
    ```yaml
    syncOptions:
      - createNamespace=true
    ```

    ## Instead
    ```yaml
    syncOptions:
      - CreateNamespace=true
    ```

    ## Fix safety
    Safe where the option differs from a known one in upper and lower case only; no fix otherwise.
    """
    for item in _of_kind(source, "Application", "ApplicationSet"):
        for node in items(at(item.node, *_spec(item), "syncPolicy", "syncOptions")):
            if isinstance(node, Scalar) and "{{" not in node.value:
                name = node.value.partition("=")[0]
                if name not in _OPTIONS:
                    yield _unknown(item, node, name)


def _unknown(item: Declared, node: Scalar, name: str) -> Spot:
    alike = next((known for known in _OPTIONS if known.lower() == name.lower()), None)
    hint = f"did you mean {alike!r}?" if alike else did_you_mean(name, _OPTIONS)
    fix = None
    if alike and not uneditable(item.file, node):
        begin = node.start + item.file.text[node.start : node.end].find(name)
        fix = Fix(f"write {alike}", (Edit(item.file.path, begin, begin + len(name), alike),), safe=True)
    message = f"Argo CD knows no sync option `{name}`" + (f"; {hint}" if hint else "")
    return Spot(item.file.location(node), message, fix)


@rule("ARG013", "unknown-hook-or-wave", Severity.WARNING, Profile.STRUCTURE)
def unknown_hook(render: RenderedContext) -> Iterator[Report]:
    """A hook, a hook's delete policy or a sync wave is written in a way that Argo CD does not know.

    ## What it does
    Reports annotations `argocd.argoproj.io/hook`, `hook-delete-policy` and `sync-wave` with unknown values.

    ## Why
    The object is applied at another time than was meant, or as no hook at all.

    ## Example
    ```yaml
    annotations:
      argocd.argoproj.io/hook: Presync
    ```

    ## Instead
    ```yaml
    annotations:
      argocd.argoproj.io/hook: PreSync
    ```
    """
    for item in render.objects:
        annotations = strings(child(item.body, "metadata").get("annotations"))
        for name, known in (("hook", _HOOKS), ("hook-delete-policy", _POLICIES)):
            key = f"argocd.argoproj.io/{name}"
            for said in (part.strip() for part in annotations.get(key, "").split(",")):
                if said and said not in known:
                    hint = did_you_mean(said, known)
                    message = f"Argo CD knows no {name} `{said}`" + (f"; {hint}" if hint else "")
                    yield Report(item.key, ("metadata", "annotations", key), message)
        wave = annotations.get("argocd.argoproj.io/sync-wave")
        if wave is not None and not wave.strip().lstrip("+-").isdecimal():
            path = ("metadata", "annotations", "argocd.argoproj.io/sync-wave")
            yield Report(item.key, path, f"the sync wave `{wave}` is no whole number")
