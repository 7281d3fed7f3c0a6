"""One app in several environments: objects, containers and settings that some of them lack (ENV)."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from promoter.lint.context import RenderedContext
from promoter.lint.environments import Divergence, EnvironmentsContext
from promoter.lint.objects import kind_of
from promoter.lint.rule import Option, Report, Scope, rule
from promoter.model import KubeObject, Severity

Same = tuple[str, str]
_INTENDED: Final[Option[tuple[str, ...]]] = Option(
    "intended",
    (),
    "globs, `Kind/name` with the group after the kind, of objects that only some environments need",
)


def _listed(render: RenderedContext) -> dict[Same, KubeObject]:
    """The objects by kind and name, without the namespace and a generator's hash."""
    return {(kind_of(item.key), _bare(item)): item for item in render.objects}


def _bare(item: KubeObject) -> str:
    """The object's name without the content hash of a generator."""
    name, _, tail = item.key.name.rpartition("-")
    hashed = item.key.kind in ("ConfigMap", "Secret") and len(tail) == 10  # noqa: PLR2004 -- kustomize's
    return name if hashed and name and tail.isalnum() and any(c.isdigit() for c in tail) else item.key.name


@rule("ENV001", "resource-only-in-env", Severity.WARNING, scope=Scope.ENVIRONMENTS, options=(_INTENDED,))
def resource_only_in_environment(app: EnvironmentsContext) -> Iterator[Divergence]:
    """An object exists in some environments only.

    ## What it does
    Compares the objects of one app by kind and name over all its environments, and reports what some have
    and others lack. What only the last stage has is not reported: production alone may be protected or
    scaled. Namespaces are not compared.

    ## Why
    An object that was never promoted is a feature that fails in production, and one that was left behind
    is a cost and a way in.

    ## Example
    ```yaml
    # overlays/staging/kustomization.yaml; overlays/prod lists no worker.yaml
    resources:
      - ../../base
      - worker.yaml
    ```

    ## Instead
    ```yaml
    # base/kustomization.yaml
    resources:
      - deployment.yaml
      - worker.yaml
    ```

    ## Options
    `intended` lists globs of objects, as `Kind/name`, that only some environments need.
    """
    intended = _INTENDED.of(app.settings, "ENV001")
    present = [stage.name for stage in app.present()]
    listed = {name: _listed(app.renders[name]) for name in present}
    for one in sorted({same for objects in listed.values() for same in objects}):
        having = [name for name in present if one in listed[name]]
        lacking = [name for name in present if one not in listed[name]]
        if not lacking or having == present[len(present) - len(having) :]:
            continue
        if any(fnmatchcase(f"{one[0]}/{one[1]}", glob) for glob in intended):
            continue
        last = having[-1]
        message = f"{one[0]}/{one[1]} is in {_and(having)} but not in {_and(lacking)}"
        yield Divergence(last, Report(listed[last][one].key, (), message))


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
