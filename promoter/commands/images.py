"""Every image that environments run, which objects run it, and where its version is written."""

from collections.abc import Iterator, Sequence

from promoter.commands.sites import running_pins
from promoter.commands.view import View
from promoter.commands.workspace import Workspace
from promoter.images.reference import normalised, parse
from promoter.model import Deployable, EnvRef, Image, Json, ObjectKey, Pin, Rendered
from promoter.report.images import ImageRow, ImagesReport, Unrendered

_CONTAINERS = ("containers", "initContainers", "ephemeralContainers")


def images(workspace: Workspace, addresses: Sequence[EnvRef] = ()) -> ImagesReport:
    """The images of the addresses' environments, of every one when there is no address.

    What cannot be rendered has its images read from its files. Raises UsageError for an unknown address.
    """
    rows: dict[tuple[str, str, str, str], ImageRow] = {}
    unrendered: list[Unrendered] = []
    order: tuple[str, ...] = ()
    for view, chosen in _chosen(workspace, addresses):
        order = (*order, *(each for each in workspace.ordered(view.environments) if each not in order))
        for each, result in zip(chosen, workspace.render(view, chosen), strict=True):
            written = running_pins(view.graph, each)
            if isinstance(result, Rendered):
                found = _running(each, result, written)
            else:
                found = [_read(each, pin) for pin in written]
                place = result.location or each.location
                unrendered.append(Unrendered(each.app, each.environment, each.name, result.message, place))
            for row in found:
                key = (row.environment, row.app, row.image.name, row.image.version)
                rows[key] = _joined(rows.get(key), row)
    ranks = {name: rank for rank, name in enumerate(order)}
    found_rows = sorted(rows.items(), key=lambda item: (ranks.get(item[0][0], len(ranks)), item[0]))
    return ImagesReport(tuple(row for _, row in found_rows), tuple(unrendered))


def _chosen(
    workspace: Workspace, addresses: Sequence[EnvRef]
) -> Iterator[tuple[View, tuple[Deployable, ...]]]:
    if not addresses:
        view = workspace.view()
        yield view, view.deployables
    for address in addresses:
        view = workspace.view(address.revision)
        yield view, workspace.select(address, view)


def _running(deployable: Deployable, result: Rendered, written: Sequence[Pin]) -> list[ImageRow]:
    """One row for each image of the rendered objects, with the pins that say its version."""
    objects: dict[Image, list[ObjectKey]] = {}
    for each in result.objects:
        for image in dict.fromkeys(_images(each.body)):
            objects.setdefault(image, []).append(each.key)
    rows = []
    for image, keys in objects.items():
        pinned = [pin for pin in written if _says(pin, image)]
        places = tuple(pin.location for pin in pinned)
        setter = pinned[0].setter if pinned else ""
        rows.append(
            ImageRow(deployable.app, deployable.environment, image, tuple(sorted(keys)), places, setter)
        )
    return rows


def _says(pin: Pin, image: Image) -> bool:
    names = {normalised(name) for name in (pin.image.name, pin.alias) if name}
    return normalised(image.name) in names and pin.image.version == image.version


def _images(node: Json) -> Iterator[Image]:
    """The image of every container below a node."""
    if isinstance(node, dict):
        for key, child in node.items():
            if key in _CONTAINERS and isinstance(child, list):
                for container in child:
                    written = container.get("image") if isinstance(container, dict) else None
                    image = parse(written) if isinstance(written, str) else None
                    if image is not None:
                        yield image
            else:
                yield from _images(child)
    elif isinstance(node, list):
        for child in node:
            yield from _images(child)


def _read(deployable: Deployable, pin: Pin) -> ImageRow:
    return ImageRow(deployable.app, deployable.environment, pin.image, (), (pin.location,), pin.setter)


def _joined(known: ImageRow | None, row: ImageRow) -> ImageRow:
    """Two rows of the same image, app and environment as one."""
    if known is None:
        return row
    objects = tuple(sorted({*known.objects, *row.objects}))
    written = tuple(dict.fromkeys((*known.written, *row.written)))
    return ImageRow(row.app, row.environment, row.image, objects, written, known.setter or row.setter)
