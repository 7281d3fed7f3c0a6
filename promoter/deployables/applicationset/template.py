"""The Application that an ApplicationSet makes of one parameter set.

The generator's own template lies over the set's; then every text is filled in; then `templatePatch` is
merged in, which may not change the project.
"""

from collections.abc import Mapping

from promoter.deployables.applicationset.scope import Scope, UnknownError
from promoter.deployables.objects import mapping, sequence, string
from promoter.model import Json
from promoter.yamldoc import parse, value

_FINALIZER = "resources-finalizer.argocd.argoproj.io"


def application(scope: Scope, generator: Mapping[str, Json], values: dict[str, Json]) -> dict[str, Json]:
    """The Application's body. Raises UnknownError when the template does not render."""
    template = _over(mapping(scope.found.spec.get("template")), _own_template(generator))
    filled = mapping(scope.filled(template, values)) if values else template
    body: dict[str, Json] = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", **filled}
    body = _patched(scope, body, values)
    metadata = dict(mapping(body.get("metadata")))
    metadata["namespace"] = scope.found.namespace
    policy = mapping(scope.found.spec.get("syncPolicy"))
    if not metadata.get("finalizers") and policy.get("preserveResourcesOnDeletion") is not True:
        metadata["finalizers"] = [_FINALIZER]
    return {**body, "metadata": metadata}


def _own_template(generator: Mapping[str, Json]) -> Mapping[str, Json]:
    """The template that the generator carries in its own block."""
    for name, spec in generator.items():
        if name != "selector" and isinstance(spec, dict):
            return mapping(spec.get("template"))
    return {}


def _over(base: Mapping[str, Json], over: Mapping[str, Json]) -> dict[str, Json]:
    """The base with what `over` says; what is empty there says nothing."""
    merged = dict(base)
    for key, item in over.items():
        known = merged.get(key)
        if isinstance(item, dict) and isinstance(known, dict):
            merged[key] = _over(known, item)
        elif item not in (None, "", [], {}):
            merged[key] = item
    return merged


def _patched(scope: Scope, body: dict[str, Json], values: dict[str, Json]) -> dict[str, Json]:
    template = string(scope.found.spec.get("templatePatch"))
    if not template:
        return body
    file = parse(scope.found.location.path, scope.text(template, values).encode())
    patch = value(file.documents[0]) if file.documents else None
    if file.error is not None or not isinstance(patch, dict):
        said = file.error.message if file.error else "it is no object"
        raise UnknownError(f"its templatePatch is not usable: {said}")
    project = mapping(body.get("spec")).get("project")
    patched = strategic(body, patch)
    return {**patched, "spec": {**mapping(patched.get("spec")), "project": project}}


def strategic(base: Mapping[str, Json], patch: Mapping[str, Json]) -> dict[str, Json]:
    """A strategic merge for types without merge keys: null removes, lists replace, finalizers add up."""
    if patch.get("$patch") == "replace":
        return {key: item for key, item in patch.items() if key != "$patch"}
    merged = dict(base)
    for key, item in patch.items():
        known = merged.get(key)
        if item is None or (isinstance(item, dict) and item.get("$patch") == "delete"):
            merged.pop(key, None)
        elif isinstance(item, dict):
            merged[key] = strategic(mapping(known), item)
        elif key == "finalizers":
            merged[key] = [
                *sequence(known),
                *(each for each in sequence(item) if each not in sequence(known)),
            ]
        else:
            merged[key] = item
    return merged
