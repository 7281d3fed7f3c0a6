"""Which roots live side by side in one cluster, and so see each other's objects.

It must not judge anything. Roots of one environment and cluster are together, but roots that only the
folder layout suggests stay apart from those that a controller deploys; where one app has several roots
(variants for clusters that nothing names), each of them gets surroundings of its own. Callers may rely
on this: surroundings are built once for each lane, and always hold the root itself.
"""

from collections.abc import Iterable

from promoter.lint.source import Root
from promoter.lint.surroundings import Surroundings, surroundings
from promoter.model import KubeObject, Rendered

Place = tuple[str, str, bool]
Lane = tuple[Place, int]


class Lanes:
    """The surroundings of each root; built when first asked for."""

    def __init__(self, roots: Iterable[Root], crds: Iterable[KubeObject]) -> None:
        self._crds = tuple(crds)
        self._apps: dict[Place, dict[str, list[Root]]] = {}
        self._lane: dict[int, Lane] = {}
        self._built: dict[Lane, Surroundings] = {}
        for root in roots:
            self._add(root)

    def _add(self, root: Root) -> None:
        deployed = root.deployable is not None and root.deployable.controller != "layout"
        cluster = root.deployable.destination.cluster if root.deployable is not None else ""
        if not root.environment and not deployed:
            cluster = f"\0{len(self._lane)}"  # nothing says who is near: the root is alone
        place = (root.environment, cluster, deployed)
        variants = self._apps.setdefault(place, {}).setdefault(root.app, [])
        self._lane[id(root)] = (place, len(variants))
        variants.append(root)

    def around(self, root: Root) -> Surroundings:
        """What exists where the root is deployed."""
        lane = self._lane[id(root)]
        if lane not in self._built:
            place, variant = lane
            apps = self._apps[place].values()
            members = [roots[min(variant, len(roots) - 1)] for roots in apps]
            placed = [
                (member.rendered.objects, member.namespace)
                for member in members
                if isinstance(member.rendered, Rendered)
            ]
            self._built[lane] = surroundings(placed, self._crds)
        return self._built[lane]
