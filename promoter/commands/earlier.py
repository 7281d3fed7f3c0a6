"""What an app's pins in one environment said before, and which of it is gone back to.

Reads git's past through the chronicle and writes nothing. The choice is `promoter.history`'s; here it
becomes a site of today's pins with the versions of then.
"""

from collections.abc import Callable
from dataclasses import replace

from promoter.commands.subjects import Subject
from promoter.commands.timelines import Chronicle, Watched
from promoter.commands.view import View
from promoter.commands.workspace import Workspace
from promoter.errors import RefusedError
from promoter.frozen import frozen
from promoter.gates import read_state
from promoter.history import Misplaced, Period, Places, Refusal, Target, Values, choose, named, shown, undo
from promoter.images import is_image
from promoter.images.pairing import called_alike, names_of, selected
from promoter.plan import Site


@frozen
class Asked:
    """What was asked of the past: a named `version`, `steps` back, or an `undo`.

    `images` are those that the version is of, none for all. `at` (seconds since 1970) is when it was
    asked, where that was a while ago.
    """

    version: str | None = None
    steps: int = 1
    undo: bool = False
    images: tuple[str, ...] = ()
    at: float | None = None


@frozen
class Earlier:
    """What an app's pins in one environment said before, and what was asked of it."""

    chronicle: Chronicle
    watched: Watched
    owners: tuple[str, ...]
    skipped: Callable[[Values], str | None]

    @classmethod
    def of(
        cls,
        workspace: Workspace,
        view: View,
        subject: Subject,
        name: str,
        sites: list[Site],
    ) -> "Earlier":
        """The past of every pin of a subject's sites up to the view."""
        owned = {(p.path, p.document, p.field): (p, site.app) for site in sites for p in site.pins}
        pins, owners = tuple(p for p, _ in owned.values()), tuple(app for _, app in owned.values())
        skips = read_state(view.snapshot, workspace.config.state).skips

        def skipped(values: Values) -> str | None:
            notes = (skips.get((app, image.version)) for app, image in zip(owners, values, strict=True))
            return next((note.because for note in notes if note is not None), None)

        chronicle = Chronicle.of(workspace, view, pins)
        return cls(chronicle, Watched(pins, subject.apps, name), owners, skipped)

    def target(self, asked: Asked) -> Target:
        """The period to go back to; without values when a version was named that never ran here.

        Raises RefusedError when there is none, or when the named version is another kind of pin's.
        """
        past = self.chronicle.timeline(self.watched)
        if asked.version is not None:
            places = self._places(asked.images)
            now = tuple(pin.image for pin in self.watched.pins)
            found = named(past, now, asked.version, places)
            if isinstance(found, Misplaced):
                raise self._misplaced(found, asked.version)
            return Target(found.period or Period((), 0, None, "", "", "other"), along=found.along)
        chosen = (
            undo(past)
            if asked.undo
            else choose(
                past,
                back=asked.steps,
                skipped=self.skipped,
                complete=self.chronicle.is_complete,
                asked=asked.at,
                members=dict(enumerate(self.owners)),
            )
        )
        if isinstance(chosen, Refusal):
            raise RefusedError(f"{self.watched.environment}: {chosen.reason}", hint=chosen.hint)
        return chosen

    def _places(self, images: tuple[str, ...]) -> Places:
        """The places of the pins that a named version may be of: those of the images, or all."""
        pins, names = self.watched.pins, names_of(())
        meant = [pin for image in images for pin in selected(pins, image, names)] or list(pins)
        takes = [pin for pin in meant if is_image(pin)] if len(meant) == len(pins) else meant
        kinds = {is_image(pin) for pin in takes}
        others = [pin for pin in pins if pin not in takes and is_image(pin) not in kinds]
        kin = [pin for pin in others if any(called_alike(pin, one) for one in takes)]
        asked, own, rest = (tuple(map(pins.index, some)) for some in (meant, takes, others))
        return Places(asked, own, rest, frozenset(map(pins.index, kin)))

    def _misplaced(self, found: Misplaced, version: str) -> RefusedError:
        pin, other = self.watched.pins[found.place], self.watched.pins[found.other]
        what = "version" if is_image(other) else "ref"
        return RefusedError(
            f"{version} is not a version of {pin.image.name} (now {pin.image.version}): it is written"
            f" like the {what} of {other.image.name} (now {other.image.version}), and no earlier state"
            " with it is known that would say which version stood beside it",
            where=str(pin.location),
            hint=f"name that one instead (--image {other.image.name}), or a version of {pin.image.name}",
        )

    def along(self, target: Target) -> tuple[str, ...]:
        """The images that go back too, because the named version was theirs."""
        return tuple(dict.fromkeys(self.watched.pins[place].image.name for place in target.along))

    def site(self, site: Site, target: Target) -> Site | None:
        """The site as it was at the target: today's pins with the versions of then."""
        if not target.period.values:
            return None
        then = dict(zip(self.watched.pins, target.period.values, strict=True))
        pins = tuple(replace(pin, image=then[pin]) for pin in site.pins)
        return replace(site, address=f"{site.address}@{target.period.commit[:10]}", pins=pins)

    def told(self, target: Target, version: str | None) -> list[str]:
        """What was passed over on the way, and that a named version never ran here."""
        if not target.period.values:
            where = self.watched.environment
            return [f"{version} is not in the history of {where}: taken as it was named"]
        others = self.along(target)
        if others:
            then = f"{target.period.commit[:10]}: {shown(target.period.values)}"
            return [f"{version} was of {', '.join(others)}, which goes back along, to {then}"]
        return [f"passed over {shown(each.period.values)}: {each.reason}" for each in target.passed_over]
