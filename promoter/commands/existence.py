"""What the registries say of the images that are about to move, asked where the configuration wants it.

Must not ask for anything that stays. Callers may rely on this: with `verify.exists: off` nothing is asked
and no gate is shown.
"""

from collections.abc import Iterable

from promoter.commands.workspace import Workspace
from promoter.config import App
from promoter.gates import Verdict, existence_gate
from promoter.images import is_image
from promoter.images.pairing import names_of
from promoter.model import Image, Plan


def existence(workspace: Workspace, plan: Plan, *, incident: bool = False) -> tuple[Verdict, ...]:
    """The verdict on the images that a plan moves to; nothing where no registry is asked or nothing moves.

    `incident` is True for a rollback.
    """
    moved = ((bump.app, bump.new) for bump in plan.bumps if is_image(bump.pin))
    return verdict_on(workspace, moved, incident=incident)


def verdict_on(
    workspace: Workspace, images: Iterable[tuple[str, Image]], *, incident: bool = False
) -> tuple[Verdict, ...]:
    """As `existence`, on images by app; a name that the rules explain is asked for by its repo."""
    policy = workspace.config.verify.exists
    if policy == "off":
        return ()
    asked = dict.fromkeys(_published_as(workspace, app, image) for app, image in images)
    if not asked:
        return ()
    found = {image: workspace.registry.look(image) for image in asked}
    return (existence_gate(policy, found, incident=incident),)


def _published_as(workspace: Workspace, app: str, image: Image) -> Image:
    rules = workspace.config.apps.get(app, App(app)).images
    return Image(names_of(rules).repository(image.name), image.tag, image.digest)
