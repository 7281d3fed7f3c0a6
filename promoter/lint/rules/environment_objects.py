"""One app in several environments: objects, containers and settings that some of them lack (ENV)."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from promoter.lint.context import RenderedContext
from promoter.lint.environments import Divergence, EnvironmentsContext, common
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
    """The objects by kind and name, without namespace, environment and a generator's hash."""
    return {
        (kind_of(item.key), common(_bare(item), render.environment)): item
        for item in render.objects
        if item.key.kind != "Namespace"
    }


def _bare(item: KubeObject) -> str:
    """The object's name without the content hash of a generator."""
    name, _, tail = item.key.name.rpartition("-")
    hashed = item.key.kind in ("ConfigMap", "Secret") and len(tail) == 10  # noqa: PLR2004 -- kustomize's
    return name if hashed and name and tail.isalnum() and any(c.isdigit() for c in tail) else item.key.name


@rule("ENV001", "resource-only-in-env", Severity.WARNING, scope=Scope.ENVIRONMENTS, options=(_INTENDED,))
def resource_only_in_environment(app: EnvironmentsContext) -> Iterator[Divergence]:
    """An object exists in some environments only.

    ## What it does
    Compares the objects of one app by kind and name, and reports what an environment has and the next one
    in the order of promotion lacks. What only the later one has is not reported: production alone may be
    protected or scaled. Namespaces are not compared.

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
    told: set[Same] = set()
    for upstream, stage in app.promotions():
        later = _listed(app.renders[stage.name])
        for one, item in sorted(_listed(app.renders[upstream.name]).items(), key=_name):
            name = f"{one[0]}/{one[1]}"
            if one in later or one in told or any(fnmatchcase(name, glob) for glob in intended):
                continue
            told.add(one)
            message = f"{name} is in {upstream.name} but not in {stage.name}"
            yield Divergence(upstream.name, Report(item.key, (), message))


def _name(entry: tuple[Same, KubeObject]) -> Same:
    return entry[0]
