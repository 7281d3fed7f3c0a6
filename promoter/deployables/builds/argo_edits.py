"""`spec.source.kustomize` as edits of a kustomization, in the order in which Argo CD applies them.

Name prefix and suffix, images, replicas, labels, annotations, namespace, patches, components. What Argo CD
refuses raises RefusedError. Order and rules: https://argo-cd.readthedocs.io/en/stable/user-guide/kustomize/
"""

import re
from collections.abc import Mapping
from typing import Final

from promoter.deployables.builds.kustomizations import Fields, appended, fields, fixed
from promoter.deployables.builds.prepared import RefusedError
from promoter.deployables.objects import mapping, sequence, string
from promoter.kustomize import Graph
from promoter.model import Deployable, Json

_VARIABLE: Final = re.compile(r"\$(?:\{(\w*)\}|(\w+)|(\$))")
_REVISION: Final = "0" * 40


def apply(graph: Graph, deployable: Deployable, block: Mapping[str, Json]) -> Fields | None:
    """The kustomization with the block's overrides; None when the block changes nothing."""
    path = deployable.path or ""
    before = fields(graph, path)
    if before is None:
        raise RefusedError(f"{path or 'the root'} has no kustomization for the kustomize overrides")
    environment = variables(deployable)
    after = fixed(before)
    for field in ("namePrefix", "nameSuffix"):
        if string(block.get(field)):
            after[field] = string(block[field])
    after = _images(after, block, environment)
    after = _replicas(after, block)
    after = _labels(after, block, environment)
    after = _annotations(after, block, environment)
    if string(block.get("namespace")):
        after["namespace"] = string(block["namespace"])
    after = appended(after, "patches", sequence(block.get("patches")))
    after = appended(after, "components", _components(graph, path, block))
    return None if after == fixed(before) else after


def variables(deployable: Deployable) -> Mapping[str, str]:
    """The build environment of Argo CD; a revision is forty zeros, so that renders can be compared."""
    spec, source = mapping(deployable.overrides.get("spec")), mapping(deployable.overrides.get("source"))
    return {
        "ARGOCD_APP_NAME": deployable.name,
        "ARGOCD_APP_NAMESPACE": deployable.destination.namespace,
        "ARGOCD_APP_PROJECT_NAME": string(spec.get("project")),
        "ARGOCD_APP_REVISION": _REVISION,
        "ARGOCD_APP_REVISION_SHORT": _REVISION[:7],
        "ARGOCD_APP_REVISION_SHORT_8": _REVISION[:8],
        "ARGOCD_APP_SOURCE_REPO_URL": string(source.get("repoURL")),
        "ARGOCD_APP_SOURCE_PATH": string(source.get("path")),
        "ARGOCD_APP_SOURCE_TARGET_REVISION": string(source.get("targetRevision")),
    }


def substituted(text: str, environment: Mapping[str, str]) -> str:
    """The text with `$NAME` and `${NAME}` filled in as Go's `os.Expand` does: unknown names are empty."""

    def one(match: re.Match[str]) -> str:
        return "$" if match.group(3) else environment.get(match.group(1) or match.group(2) or "", "")

    return _VARIABLE.sub(one, text)


def _images(found: Fields, block: Mapping[str, Json], environment: Mapping[str, str]) -> Fields:
    """Each `[old=]new[:tag][@digest]` replaces the entry of that name; the list ends up sorted by name."""
    written = [string(item) for item in sequence(block.get("images"))]
    if not written:
        return found
    entries = {string(mapping(item).get("name")): mapping(item) for item in sequence(found.get("images"))}
    for text in written:
        name, entry = _image(substituted(text, environment), entries)
        entries[name] = entry
    return {**found, "images": [dict(entries[name]) for name in sorted(entries)]}


def _image(text: str, entries: Mapping[str, Mapping[str, Json]]) -> tuple[str, Mapping[str, Json]]:
    old, equals, new = text.partition("=")
    base, tag, digest = _parts(new if equals else old)
    if not equals and not tag and not digest:
        raise RefusedError(f"the image override {text!r} has neither a new name nor a tag nor a digest")
    name = old if equals else base
    known = entries.get(name, {})
    entry: dict[str, Json] = {"name": name}
    chosen = {"newName": base if equals else None, "newTag": tag, "digest": digest}
    for field, said in chosen.items():
        item = known.get(field) if said == "*" else said
        if item and not (field == "newName" and item == name):
            entry[field] = item
    return name, entry


def _parts(text: str) -> tuple[str, str, str]:
    """Name, tag and digest of a reference in which `*` may stand for each; empty for what is absent."""
    head, _, digest = text.partition("@")
    path, slash, last = head.rpartition("/")
    name, _, tag = last.partition(":")
    return f"{path}{slash}{name}", tag, digest


def _replicas(found: Fields, block: Mapping[str, Json]) -> Fields:
    counts = {
        string(mapping(i).get("name")): mapping(i).get("count") for i in sequence(block.get("replicas"))
    }
    if not counts:
        return found
    entries = {string(mapping(i).get("name")): mapping(i) for i in sequence(found.get("replicas"))}
    for name, count in counts.items():
        number = count if isinstance(count, int) else string(count)
        if isinstance(number, str) and not number.isdigit():
            raise RefusedError(f"the replicas of {name} are {number!r}, expected a number")
        entries[name] = {"name": name, "count": int(number)}
    return {**found, "replicas": [dict(entry) for entry in entries.values()]}


def _labels(found: Fields, block: Mapping[str, Json], environment: Mapping[str, str]) -> Fields:
    labels = _texts(block.get("commonLabels"), environment)
    if not labels:
        return found
    without = block.get("labelWithoutSelector") is True
    templates = block.get("labelIncludeTemplates") is True
    if templates and not without:
        raise RefusedError("labelIncludeTemplates needs labelWithoutSelector")
    forced = block.get("forceCommonLabels") is True
    known = mapping(found.get("commonLabels"))
    pairs = [mapping(mapping(entry).get("pairs")) for entry in sequence(found.get("labels"))]
    _refuse_known("label", labels, {key for each in (known, *pairs) for key in each}, forced=forced)
    if not without:
        return {**found, "commonLabels": {**known, **labels}}
    entry: Fields = {"pairs": dict(labels), "includeSelectors": False}
    if templates:
        entry["includeTemplates"] = True
    return appended(found, "labels", (entry,))


def _annotations(found: Fields, block: Mapping[str, Json], environment: Mapping[str, str]) -> Fields:
    fill = environment if block.get("commonAnnotationsEnvsubst") is True else None
    annotations = _texts(block.get("commonAnnotations"), fill)
    if not annotations:
        return found
    known = mapping(found.get("commonAnnotations"))
    _refuse_known("annotation", annotations, set(known), forced=block.get("forceCommonAnnotations") is True)
    return {**found, "commonAnnotations": {**known, **annotations}}


def _texts(node: Json, environment: Mapping[str, str] | None) -> dict[str, Json]:
    found = {key: string(item) for key, item in mapping(node).items()}
    return {
        key: item if environment is None else substituted(item, environment) for key, item in found.items()
    }


def _refuse_known(what: str, wanted: Mapping[str, Json], known: set[str], *, forced: bool) -> None:
    taken = sorted(known & wanted.keys())
    if taken and not forced:
        force = f"forceCommon{what.capitalize()}s"
        raise RefusedError(
            f"the common {what} {taken[0]} is in the kustomization already, which needs {force}"
        )


def _components(graph: Graph, path: str, block: Mapping[str, Json]) -> tuple[Json, ...]:
    components = sequence(block.get("components"))
    if block.get("ignoreMissingComponents") is not True:
        return components
    return tuple(each for each in components if graph.resolve(path, string(each))[0] == "directory")
