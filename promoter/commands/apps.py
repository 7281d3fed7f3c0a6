"""What each controller deploys from here, and what decided its app and environment."""

from collections.abc import Sequence
from dataclasses import replace

from promoter.commands.sites import pinning, running_pins
from promoter.commands.view import View
from promoter.commands.workspace import Workspace
from promoter.errors import check_known
from promoter.kustomize import MEMO, Graph
from promoter.model import Deployable, Image, Json, Pin, hash_of
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
    order = workspace.ordered(view.environments)
    ranks = {name: rank for rank, name in enumerate(order)}
    found.sort(key=lambda each: ranks.get(each.environment, len(ranks)))
    rows = tuple(AppRow(each, _images(view, each)) for each in found)
    return AppsReport(order, rows, explain=bool(explain))


def _images(view: View, deployable: Deployable) -> tuple[str, ...]:
    """The images that the deployable's files and its own object pin, sorted, each once."""
    found = MEMO.get("apps-images", _contents(view, deployable), lambda: _read(view.graph, deployable))
    return tuple(str(each) for each in found) if isinstance(found, list) else ()


def _contents(view: View, deployable: Deployable) -> str:
    """What the answer depends on: the paths and blobs of every file that may hold a pin."""
    entries = view.snapshot.entries
    read = sorted(set(pinning(view.graph, deployable)))
    told = (f"{path}\0{entries[path].blob if path in entries else ''}" for path in read)
    own = deployable.location if deployable.controller != "layout" else None
    return hash_of(str(deployable.path), str(own), str(deployable.reason), *told)


def _read(graph: Graph, deployable: Deployable) -> Json:
    images: list[Json] = []
    images += sorted({str(_shown(pin)) for pin in running_pins(graph, deployable)})
    return images


def _shown(pin: Pin) -> Image:
    """The image by its repository, also where a chart's values name that in another file."""
    return replace(pin.image, name=pin.alias) if pin.alias and "#" in pin.image.name else pin.image
