"""Reports about rendered objects become findings at the line that caused them.

It must not guess: a field whose source cannot be proven is located at the overlay's kustomization and
marked `rendered_only`. `spans` are all places that contribute, for comments that suppress.
"""

from collections.abc import Sequence
from typing import Final

from promoter.frozen import frozen
from promoter.kustomize import kustomization_path
from promoter.lint.objects import at
from promoter.lint.provenance import Item, Place, Trace, trace
from promoter.lint.rule import FieldPath, Report
from promoter.lint.source import Root, SourceContext
from promoter.lint.spell import spell
from promoter.model import Json, KubeObject, Location, ObjectKey, Rendered
from promoter.yamldoc import YamlFile

_NAMESPACE: Final = ("metadata", "namespace")


@frozen
class Located:
    """Where a report belongs; the overlay's own place, `rendered_only`, where no source line is proven."""

    location: Location
    spans: tuple[Location, ...]
    field: str
    related: tuple[Location, ...] = ()
    rendered_only: bool = False


class Locator:
    """Finds the source of reports; builds are followed once per root."""

    def __init__(self, source: SourceContext) -> None:
        self._source: Final = source
        self._model: Final = source.model
        self._objects: dict[int, dict[ObjectKey, KubeObject]] = {}
        self._named: dict[tuple[str, ...], dict[tuple[str, str], list[Item]]] = {}

    def locate(self, root: Root, report: Report) -> Located:
        """Where the report belongs."""
        found = self.trace(root, report.object, report.path)
        wanted = self.object(root, report.object)
        said = spell(wanted.body, report.path) if wanted is not None else ""
        related = tuple(
            self.location(hit.place)
            for key, path in report.related
            if (hit := self.trace(root, key, path)) is not None
        )
        if root.deployable is not None and wanted is not None and _is_given(root, wanted, report.path):
            return Located(self._source.destination(root.deployable), (), said, related)
        if found is None:
            return Located(self.entry(root), (), said, related, rendered_only=True)
        spans = tuple(dict.fromkeys(self.location(place) for place in found.places))
        return Located(self.location(found.place), spans, said, related)

    def trace(self, root: Root, key: ObjectKey, path: FieldPath) -> Trace | None:
        """The proof of where a rendered field was set, or None."""
        wanted = self.object(root, key)
        return trace(self._candidates(root, key), wanted, path) if wanted is not None else None

    def yaml(self, path: str) -> YamlFile:
        """The parsed file."""
        return self._model.graph.yaml(path)

    def rendered(self, root: Root, key: ObjectKey, path: FieldPath) -> Json:
        """The rendered value of a field, None when it is absent."""
        wanted = self.object(root, key)
        return at(wanted.body, path) if wanted is not None else None

    def location(self, place: Place) -> Location:
        """The place with lines and columns; a mapping's end stops at its last character."""
        file = self._model.graph.yaml(place.path)
        end = len(file.text[: place.end].rstrip()) if place.end > place.start else place.end
        return file.location((place.start, max(end, place.start)))

    def entry(self, root: Root) -> Location:
        """The overlay itself: its kustomization, or what deploys it."""
        if root.files:
            return Location(root.files[0])
        path = kustomization_path(self._model.graph.snapshot, root.directory)
        if path is not None:
            return Location(path)
        return root.deployable.location if root.deployable is not None else Location(root.directory)

    def object(self, root: Root, key: ObjectKey) -> KubeObject | None:
        """The rendered object of that key, or None."""
        if not isinstance(root.rendered, Rendered):
            return None
        known = self._objects.get(id(root))
        if known is None:
            known = {item.key: item for item in reversed(root.rendered.objects)}
            self._objects[id(root)] = known
        return known.get(key)

    def _candidates(self, root: Root, key: ObjectKey) -> Sequence[Item]:
        """The model's objects of that kind and name, so that each search looks at few.

        Those whose name gets a hash stand under their kind alone.
        """
        place = root.files or (root.directory,)
        known = self._named.get(place)
        if known is None:
            known = self._named[place] = {}
            built = self._model.files(root.files) if root.files else self._model.build(root.directory)
            for item in built.items:
                name = "" if item.hashed else item.key.name
                known.setdefault((item.kind, name), []).append(item)
        return (*known.get((key.kind, key.name), ()), *known.get((key.kind, ""), ()))


def _is_given(root: Root, wanted: KubeObject, path: FieldPath) -> bool:
    """Whether the field is a namespace that the object does not name, and its controller does."""
    return path == _NAMESPACE and bool(root.namespace) and at(wanted.body, path) is None
