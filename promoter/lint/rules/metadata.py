"""Names, labels and namespaces of objects (API008, API009, API013).

It must not judge conventions of a team, only what the API server refuses or where an object ends up. Text
that a controller still substitutes (`${VAR}`) is left alone.
"""

import re
from collections.abc import Iterator
from typing import Final

from promoter.lint.context import RenderedContext
from promoter.lint.kinds import NAME_LIMITS, SEGMENT_NAMES
from promoter.lint.objects import Workload, at, child, kind_of, strings, text
from promoter.lint.rule import FieldPath, Profile, Report, rule
from promoter.lint.schemas import groups
from promoter.model import KubeObject, Severity

SUBDOMAIN: Final = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
LABEL: Final = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
SERVICE: Final = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
VALUE: Final = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?")
SUBDOMAIN_LIMIT, LABEL_LIMIT = 253, 63
SELECTORS: Final[tuple[FieldPath, ...]] = (
    ("spec", "selector", "matchLabels"),
    ("spec", "podSelector", "matchLabels"),
)


@rule("API008", "invalid-name", Severity.ERROR, Profile.STRUCTURE)
def invalid_name(render: RenderedContext) -> Iterator[Report]:
    """An object's name is missing, or is one that the API server refuses.

    ## What it does
    Reports names that are absent, too long, or hold characters that names of the kind must not hold,
    and `generateName`, which makes a new object at every sync.

    ## Why
    The API server refuses the object, or a GitOps controller cannot find it again.

    ## Example
    ```yaml
    metadata:
      name: Web_Frontend
    ```

    ## Instead
    ```yaml
    metadata:
      name: web-frontend
    ```
    """
    for item in render.objects:
        metadata, name = child(item.body, "metadata"), item.key.name
        if not name:
            what = "generateName" if metadata.get("generateName") else "name"
            message = (
                "generateName makes a new object at every sync" if what != "name" else "the name is missing"
            )
            yield Report(item.key, ("metadata", what), message)
        elif "${" not in name and (fault := _fault(item)):
            yield Report(
                item.key, ("metadata", "name"), f"{name!r} is no name for a {item.key.kind}: {fault}"
            )


def _fault(item: KubeObject) -> str:
    kind, name = kind_of(item.key), item.key.name
    if kind in SEGMENT_NAMES:
        return "it may not hold / or %" if "/" in name or "%" in name else ""
    limit = NAME_LIMITS.get(kind, SUBDOMAIN_LIMIT)
    if len(name) > limit:
        return f"it has {len(name)} characters, {limit} are allowed"
    form = {"Service": SERVICE, "Namespace": LABEL}.get(kind, SUBDOMAIN)
    if form.fullmatch(name) or (form is SUBDOMAIN and item.key.group not in groups()):
        return ""
    return "only lower-case letters, digits, - and . are allowed, and a letter or digit at both ends"


@rule("API009", "invalid-label", Severity.ERROR, Profile.STRUCTURE)
def invalid_label(render: RenderedContext) -> Iterator[Report]:
    """A label or annotation has a key or value that the API server refuses.

    ## What it does
    Checks keys of labels and annotations and values of labels, on objects, in pod templates and in
    selectors.

    ## Why
    The API server refuses the whole object.

    ## Example
    ```yaml
    labels:
      team: "shop & cart"
    ```

    ## Instead
    ```yaml
    labels:
      team: shop-and-cart
    ```
    """
    templates = {id(item.body): item for item in render.workloads}
    for item in render.objects:
        for path in _label_places(templates.get(id(item.body))):
            for key, value in strings(at(item.body, path)).items():
                values = path[-1] != "annotations"
                fault = _key_fault(key) or (_value_fault(value) if values else "")
                if fault and "${" not in key + value:
                    yield Report(item.key, (*path, key), f"{path[-1]}: {fault}")


def _label_places(workload: Workload | None) -> Iterator[FieldPath]:
    yield ("metadata", "labels")
    yield ("metadata", "annotations")
    yield from SELECTORS
    if workload is not None and workload.template_path:
        yield (*workload.template_path, "metadata", "labels")
        yield (*workload.template_path, "metadata", "annotations")


def _key_fault(key: str) -> str:
    prefix, slash, name = key.rpartition("/")
    if slash and not (SUBDOMAIN.fullmatch(prefix.lower()) and len(prefix) <= SUBDOMAIN_LIMIT):
        return f"the part of {key!r} before / is no domain name"
    if not name or len(name) > LABEL_LIMIT or not VALUE.fullmatch(name):
        return f"{key!r} is no valid key (letters, digits, -, _ and . only, at most {LABEL_LIMIT})"
    return ""


def _value_fault(value: str) -> str:
    if len(value) > LABEL_LIMIT:
        return f"the value {value!r} has {len(value)} characters, {LABEL_LIMIT} are allowed"
    return "" if VALUE.fullmatch(value) else f"the value {value!r} holds characters that are not allowed"


@rule("API013", "default-namespace", Severity.WARNING)
def default_namespace(render: RenderedContext) -> Iterator[Report]:
    """An object ends up in the namespace `default`, or nobody says where.

    ## What it does
    Reports objects in the namespace `default` (its own ServiceAccount aside). Where neither the
    manifest, the overlay nor the controller's destination names a namespace, the first such object of
    the root stands for all. Where nothing is seen to deploy the root while an Application or
    FluxKustomization here cannot be resolved, that one may say it: LNT004 then asks.

    ## Why
    Nothing in `default` is kept apart: policies, quotas and permissions cannot tell applications from
    each other, and a sync with another context goes to another place.

    ## Example
    ```yaml
    metadata:
      name: web
    ```

    ## Instead
    ```yaml
    metadata:
      name: web
      namespace: shop
    ```
    """
    unplaced = []
    for item in render.objects:
        if render.is_namespaced(item.key) and item.key.name != "default":
            namespace = render.namespace_of(item.key)
            if namespace == "default":
                yield Report(
                    item.key, ("metadata", "namespace"), f"{_called(item)} goes to namespace default"
                )
            elif not namespace:
                unplaced.append(item)
    if unplaced:
        rest = len(unplaced) - 1
        others = f" and {rest} other object{'s' * (rest > 1)} go" if rest else " goes"
        message = f"nothing says which namespace {_called(unplaced[0])}{others} to"
        yield Report(unplaced[0].key, ("metadata", "namespace"), message, verifiable=not render.unclaimed)


def _called(item: KubeObject) -> str:
    return f"{item.key.kind} {text(child(item.body, 'metadata'), 'name')}"
