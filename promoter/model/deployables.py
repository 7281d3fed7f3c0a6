"""What a controller deploys from the repository."""

from collections.abc import Mapping
from dataclasses import field

from promoter.frozen import frozen
from promoter.model.places import Location
from promoter.model.rendering import Json


@frozen
class Destination:
    """Where a controller applies the objects: a cluster's name or server, and a namespace."""

    cluster: str = ""
    namespace: str = ""


@frozen
class Deployable:
    """One thing that a controller syncs from this repository into one environment.

    `controller` is `argocd`, `flux`, `k3s` or `layout` (found by folder convention only); `kind` the
    controller object's kind. `app` and `environment` are promoter's names; `environment` is empty when
    nothing tells it. `path` is the directory (or chart) inside this repository; None when the source
    lies elsewhere. `overrides` is the controller's own block that changes the build (Argo CD's
    `spec.source`, Flux's `spec`), applied by `deployables.build`. `reason` is set when the deployable
    is *unresolved*, and says what cannot be known. `revision` is the branch, tag or commit that its source
    is read at when that is not the tree at hand, else empty. `evidence` lists, in order, what decided
    `app` and `environment`.
    """

    controller: str
    kind: str
    name: str
    app: str
    environment: str
    path: str | None
    location: Location
    namespace: str = ""
    destination: Destination = Destination()
    overrides: Mapping[str, Json] = field(default_factory=dict, hash=False)
    suspended: bool = False
    reason: str | None = None
    evidence: tuple[str, ...] = ()
    revision: str = ""

    @property
    def environments(self) -> tuple[str, ...]:
        """Its environment, or nothing where none is known."""
        return (self.environment,) if self.environment else ()
