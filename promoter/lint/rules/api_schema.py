"""Whether objects are what the target version's API accepts (API001, API002, API005).

It must not fetch anything: schemas come from the bundle, and kinds of no bundle are said to be unknown
once each instead of being passed over in silence.
"""

from collections.abc import Iterator
from difflib import get_close_matches
from functools import lru_cache

from promoter.lint.context import RenderedContext, Surroundings
from promoter.lint.kinds import REMOVED
from promoter.lint.objects import at
from promoter.lint.rule import Mend, Profile, Report, rule
from promoter.lint.schemas import Gvk, Violation, fields, groups, kinds, served, violations
from promoter.lint.schemas.crds import crd_validator
from promoter.model import Json, KubeObject, Severity


@rule("API001", "schema-violation", Severity.ERROR, Profile.STRUCTURE)
def schema_violation(render: RenderedContext) -> Iterator[Report]:
    """An object does not validate against the target version's schema.

    ## What it does
    Reports each field of the wrong type, each missing field, and kinds that Kubernetes never had.
    Values of Secrets are not shown.

    ## Why
    The API server refuses such an object, and with it often everything that is applied after it.

    ## Example
    ```yaml
    spec:
      replicas: "2"
    ```

    ## Instead
    ```yaml
    spec:
      replicas: 2
    ```
    """
    for item in render.objects:
        gvk = Gvk.of(item.body)
        if _never_was(gvk):
            known = sorted({known.kind for known in kinds(render.minor) if known.group == gvk.group})
            yield Report(item.key, ("kind",), f"there is no {gvk}{_meant(gvk.kind, known)}")
        for violation in violations(item.body, gvk, render.minor) if gvk.group in groups() else ():
            if not violation.unknown:
                message = violation.message
                shown = message.partition(", found")[0] if item.key.kind == "Secret" else message
                yield Report(item.key, violation.path, shown)


def _never_was(gvk: Gvk) -> bool:
    ours = bool(gvk.kind and gvk.version) and gvk.group in groups()
    return ours and not served(gvk) and (gvk.api_version, gvk.kind) not in REMOVED


def _meant(name: str, known: list[str]) -> str:
    close = get_close_matches(name, known, n=1, cutoff=0.7)
    return f", did you mean {close[0]}?" if close else ""


@rule("API002", "unknown-field", Severity.ERROR, Profile.STRUCTURE, fix="unsafe")
def unknown_field(render: RenderedContext) -> Iterator[Report]:
    """An object has a field that its kind does not have.

    ## What it does
    Reports fields that the target version's schema lacks, with the name that was probably meant.

    ## Why
    The API server drops or refuses the field: what it was to do does not happen.

    ## Example
    ```yaml
    spec:
      replica: 2
    ```

    ## Instead
    ```yaml
    spec:
      replicas: 2
    ```

    ## Fix safety
    Unsafe: the field is renamed to the nearest known name, which may not be the one that was meant.
    """
    for item in render.objects:
        gvk = Gvk.of(item.body)
        for violation in violations(item.body, gvk, render.minor) if gvk.group in groups() else ():
            known = sorted(fields(gvk, violation.path, render.minor)) if violation.unknown else []
            for name in violation.unknown:
                path = (*violation.path, name)
                close = get_close_matches(name, known, n=1, cutoff=0.7)
                message = f"{gvk} has no field {name!r} here{_meant(name, known)}"
                yield Report(item.key, path, message, _renamed(item, path, close))


def _renamed(item: KubeObject, path: tuple[str | int, ...], close: list[str]) -> Mend | None:
    if not close:
        return None
    sets = (((*path[:-1], close[0]), at(item.body, path)),)
    return Mend(f"rename it to {close[0]}", safe=False, sets=sets, removes=(path,))


@rule("API005", "unknown-kind", Severity.NOTE, Profile.STRUCTURE)
def unknown_kind(render: RenderedContext) -> Iterator[Report]:
    """No schema is known for a kind, so objects of it were not validated.

    ## What it does
    Reports, once for each kind of an environment, custom resources whose CustomResourceDefinition is
    nowhere in the repository.

    ## Why
    Passing over such objects in silence would look like approval.

    ## Example
    ```yaml
    apiVersion: example.com/v1
    kind: Widget
    ```

    ## Instead
    ```yaml
    kind: CustomResourceDefinition
    metadata:
      name: widgets.example.com
    ```
    """
    known, ours, first = kinds(render.minor), groups(), _first(render.around)
    for item in render.objects:
        gvk = Gvk.of(item.body)
        unknown = gvk.group not in ours and gvk.kind and gvk not in known and gvk not in render.around.crds
        if unknown and first[gvk] is item.body:
            yield Report(item.key, ("kind",), f"no schema is known for {gvk}; it was not validated")


@rule("API006", "cr-schema-violation", Severity.ERROR, Profile.STRUCTURE, tier=2)
def cr_schema_violation(render: RenderedContext) -> Iterator[Report]:
    """A custom resource does not validate against its schema.

    ## What it does
    Reports fields of the wrong type, missing and unknown ones in objects whose CustomResourceDefinition is
    in the repository, and in those of Argo CD and Flux, whose schemas are bundled. Of the latter an unknown
    field counts only when it resembles a known one, since the controller may be newer than the bundle.

    ## Why
    The API server refuses the object, or drops the field and says nothing.

    ## Example
    ```yaml
    apiVersion: kustomize.toolkit.fluxcd.io/v1
    kind: Kustomization
    spec: {prun: true}
    ```

    ## Instead
    ```yaml
    apiVersion: kustomize.toolkit.fluxcd.io/v1
    kind: Kustomization
    spec: {prune: true}
    ```
    """
    for item in render.objects:
        gvk = Gvk.of(item.body)
        if gvk.group in groups():
            continue
        for violation in _violations(render, item, gvk):
            known = sorted(fields(gvk, violation.path, render.minor)) if violation.unknown else []
            for name in violation.unknown:
                meant = _meant(name, known)
                if meant or gvk in render.around.crds:
                    message = f"{gvk} has no field {name!r} here{meant}"
                    yield Report(item.key, (*violation.path, name), message)
            if not violation.unknown:
                yield Report(item.key, violation.path, violation.message)


def _violations(render: RenderedContext, item: KubeObject, gvk: Gvk) -> Iterator[Violation]:
    crd = render.around.crds.get(gvk)
    listed = crd_validator(crd, gvk.version) if crd is not None else None
    yield from listed(item.body) if listed is not None else violations(item.body, gvk, render.minor)


@lru_cache(maxsize=64)
def _first(around: Surroundings) -> dict[Gvk, dict[str, Json]]:
    """The first object of each kind in an environment, which stands for all of them."""
    first: dict[Gvk, dict[str, Json]] = {}
    for listed in around.known.values():
        for item in listed:
            first.setdefault(Gvk.of(item.body), item.body)
    return first
