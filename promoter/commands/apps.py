"""What each controller deploys from here, and what decided its app and environment."""

from collections.abc import Sequence
from hashlib import sha256

from promoter.commands.sites import own_pins
from promoter.commands.workspace import View, Workspace
from promoter.errors import check_known
from promoter.images import effective, files, pins
from promoter.kustomize import MEMO
from promoter.model import Deployable, Json, Location, Pin
from promoter.report.apps import AppRow, AppsReport


def apps(
    workspace: Workspace, names: Sequence[str] = (), revision: str | None = None, explain: str = ""
) -> AppsReport:
    """Every deployable, narrowed to some apps; with `explain`, that app's evidence.

    Raises UsageError for an unknown app.
    """
    view = workspace.view(revision)
    wanted = (explain,) if explain else tuple(names)
    for name in wanted:
        check_known("app", name, view.apps)
    found = [each for each in view.deployables if not wanted or each.app in wanted]
    images = _Images(view)
    order = workspace.ordered(view.environments)
    ranks = {name: rank for rank, name in enumerate(order)}
    found.sort(key=lambda each: ranks.get(each.environment, len(ranks)))
    rows = tuple(AppRow(each, images.of(each)) for each in found)
    return AppsReport(order, rows, explain=bool(explain))


class _Images:
    """The images of each directory, read once."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._known: dict[tuple[str | None, Location | None], tuple[str, ...]] = {}

    def of(self, deployable: Deployable) -> tuple[str, ...]:
        """The images that the deployable's files and its own object pin, sorted, each once."""
        own = deployable.location if deployable.controller != "layout" else None
        key = (deployable.path, own)
        if key not in self._known:
            found = MEMO.get(
                "apps-images", self._contents(deployable, own), lambda: self._read(deployable, own)
            )
            self._known[key] = tuple(str(each) for each in found) if isinstance(found, list) else ()
        return self._known[key]

    def _contents(self, deployable: Deployable, own: Location | None) -> str:
        """What the answer depends on: the paths and blobs of every file that may hold a pin."""
        entries = self._view.snapshot.entries
        read = files(self._view.graph, deployable.path) if deployable.path is not None else ()
        paths = sorted({*read, *((own.path,) if own else ())} & entries.keys())
        told = (f"{path}\0{entries[path].blob}" for path in paths)
        return sha256(
            "\n".join((str(deployable.path), str(own), str(deployable.reason), *told)).encode()
        ).hexdigest()

    def _read(self, deployable: Deployable, own: Location | None) -> Json:
        graph, directory = self._view.graph, deployable.path
        if deployable.reason is not None:
            found: tuple[Pin, ...] = ()
        elif directory is None:
            found = own_pins(graph, deployable.location)
        else:
            found = effective(graph, directory, pins(graph, directory, (own,) if own else ()))
        images: list[Json] = []
        images += sorted({str(pin.image) for pin in found})
        return images
