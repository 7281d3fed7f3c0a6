"""What a promotion or rollback changes: pins of a source and a target in, a Plan with edits out.

One function serves both: a promotion's source is another environment, a rollback's the same one at an
older revision, or a version that somebody named. It decides, edits nothing and asks nobody; the edits
it returns are proven to change only the planned versions. `promoter.plan.proof` proves them by rendering.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field, replace
from typing import Final

from promoter.config import AppImage, Target
from promoter.errors import RefusedError, UsageError, nearest
from promoter.frozen import frozen
from promoter.images import (
    edits,
    effective,
    files,
    fitted,
    identity,
    is_image,
    overlays,
    override,
    pins,
    sharing,
    where,
)
from promoter.images.applicationset import applies
from promoter.images.argocd import updated
from promoter.images.charts import ChartFiles, deciding, unusual
from promoter.images.pairing import Names, companion, names_of, paired, selected
from promoter.images.reference import split_version
from promoter.images.versions import misfit, verdict
from promoter.kustomize import Graph
from promoter.model import Bump, Image, Location, Pin, Plan, Skipped
from promoter.plan.digests import Look, unasked, with_digest

THERE: Final = "already there"


def _nobody(path: str) -> tuple[str, ...]:
    del path
    return ()


@frozen(eq=False)
class Site:
    """One app in one environment at one revision: its pins, and who shares their files.

    `address` is what people call it (`prod`, `./apps/shop/prod`). `pins` are the ones that decide what
    runs. `shared` names, for a file, the other environments (or directories) that read it too.
    """

    address: str
    graph: Graph
    directory: str
    pins: tuple[Pin, ...]
    shared: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    app: str = ""
    environment: str = ""


def site(  # noqa: PLR0913 - the facts of a site, all but two by name
    graph: Graph,
    directory: str | None,
    *,
    address: str = "",
    app: str = "",
    environment: str = "",
    also: Iterable[str | Location] = (),
    targets: Iterable[Target] = (),
    environments_of: Callable[[str], tuple[str, ...]] | None = None,
    chart: ChartFiles | None = None,
    charts_of: Callable[[str], tuple[str, ...]] = _nobody,
) -> Site:
    """The site that a build of `directory` is; None for one that only its controller's object describes.

    `also` names files beside the build, or the place of the controller's object; of an ApplicationSet's
    list elements only those count that name the environment. `targets` are the `where:` entries for this
    environment. `environments_of` turns a directory that shares a file into the environments that it is
    deployed to (this one's own name is left out; a directory that is not deployed counts for nothing);
    without it the directories themselves are named. `chart` says that the directory is a chart, and which
    value files count; `charts_of` turns a file into the environments with a chart that reads it.
    """
    also = tuple(also)
    directory = None if directory is None else graph.real(directory) or directory
    read = pins(graph, directory, also) if chart is None else chart_pins(graph, chart, also)
    configured = [pin for target in targets for pin in where.configured(graph, target)]
    known = {identity(pin) for pin in configured}
    mine = tuple(pin for pin in read if identity(pin) not in known and applies(graph, pin, environment))
    running = mine if directory is None else effective(graph, directory, mine)
    running = running if chart is None else deciding(graph, mine, chart)
    found = updated((*running, *configured), graph, also)
    own = frozenset(() if directory is None else files(graph, directory))
    own = own if chart is None else frozenset(chart.files)
    shared: dict[str, tuple[str, ...]] = {}
    for path in sorted({pin.path for pin in found}):
        built = directory is not None and path in own
        others = sharing(graph, directory or "", path) if built else overlays(graph, path)
        if environments_of is not None:
            named = {name or other for other in others for name in environments_of(other)}
            others = tuple(sorted((named | {*charts_of(path)}) - {environment}))
        if others:
            shared[path] = others
    return Site(address or directory or ".", graph, directory or "", found, shared, app, environment)


def chart_pins(graph: Graph, chart: ChartFiles, also: Iterable[str | Location]) -> tuple[Pin, ...]:
    """Every pin of a chart and of the value files that are named for it, overridden ones too."""
    return (*pins(graph, None, (*chart.files, *also)), *unusual(graph, chart))


@frozen
class Request:
    """What is asked: `images` narrows by repository, placeholder or last part of the name; nothing: all.

    `version` (`1.4.2`, `sha256:…`, `1.4.2@sha256:…`) is used instead of the source's. `rules` say how
    the app's images are versioned; an image without a rule moves to whatever the source runs.
    `shared` is `refuse` or `allow`: may a file be edited that other environments read? `create` gives the
    target an `images:` entry of its own instead. `look` gives what a registry says of an image by its tag.
    """

    action: str = "promote"
    images: tuple[str, ...] = ()
    version: str | None = None
    rules: tuple[AppImage, ...] = ()
    shared: str = "refuse"
    create: bool = False
    look: Look = unasked

    @property
    def explicit(self) -> bool:
        """Whether somebody named what to move, so that a refusal must not pass silently."""
        return bool(self.images or self.version)


def plan(source: Site | None, target: Site, request: Request) -> Plan:
    """The plan that makes `target` run the versions of `source` (or the one asked for).

    Nothing to do is a plan without bumps. Raises UsageError when an asked image is not there, and
    RefusedError when something that should move cannot: shared with other environments, not safely
    editable, against the configured order, or ambiguous.
    """
    names = names_of(request.rules)
    wanted = _wanted(target, request, names)
    decisions: list[Bump | Skipped] = []
    for pin in wanted:
        made = sum(isinstance(each, Bump) and each.pin.setter == override.name for each in decisions)
        decisions.append(_decide(pin, source, target, request, names, made))
    bumps = [each for each in decisions if isinstance(each, Bump)]
    skipped = [each for each in decisions if isinstance(each, Skipped)]
    bumps += _companions(bumps, source, target, names, request)
    if source is not None and not request.images:
        skipped += _missing(source, target, names)
    changes = [(bump.pin, bump.new) for bump in bumps]
    found = edits(target.graph, changes)
    origin = source.address if source else request.version or ""
    return Plan(request.action, origin, target.address, tuple(bumps), tuple(skipped), found)


def obstacle(target: Site, pin: Pin, version: str, request: Request) -> str | None:
    """Why `plan` would not move a pin of the target to a version; None when no file is against it.

    Nothing is edited or rendered, so a promotion without an obstacle may still fail its proof.
    """
    tag, digest = split_version(version)
    new = Image(pin.image.name, tag, digest)
    rule = names_of(request.rules).rule(pin)
    against = _against(pin.image, new, rule, request) if rule else None
    if against:
        return against
    try:
        _place(pin, new, target, request, 0)
    except RefusedError as error:
        return f"{error.where}: {error.message}"
    return None


def _wanted(target: Site, request: Request, names: Names) -> tuple[Pin, ...]:
    """The target's pins that the request is about."""
    if not request.images:
        if request.version:
            _one_image_only(target, request, names)
            return tuple(pin for pin in target.pins if _versioned(pin, request, names))
        return target.pins
    found: list[Pin] = []
    for asked in request.images:
        matching = selected(target.pins, asked, names)
        if not matching:
            known = sorted({pin.alias or pin.image.name for pin in target.pins})
            hint = nearest(asked, known, "its images")
            raise UsageError(f"{target.address} has no pin of image {asked!r}", hint=hint)
        found += [pin for pin in matching if pin not in found]
    return tuple(found)


def _versioned(pin: Pin, request: Request, names: Names) -> bool:
    """Whether a version given without an image name is meant for this pin."""
    ruled = any(names.canonical(pin.image.name) == names.canonical(rule.repo) for rule in request.rules)
    return ruled if request.rules else pin.setter != "kustomize-remote-ref"


def _one_image_only(target: Site, request: Request, names: Names) -> None:
    found = {names.canonical(pin.image.name) for pin in target.pins if _versioned(pin, request, names)}
    if len(found) > 1:
        raise UsageError(
            f"version {request.version} could be of {len(found)} images of {target.address}: "
            + ", ".join(sorted(found)),
            hint="name the image with --image",
        )


def _decide(
    pin: Pin, source: Site | None, target: Site, request: Request, names: Names, made: int
) -> Bump | Skipped:
    what = str(pin.image)
    new = _asked(pin, request) if request.version else None
    if new is None:
        pairs = paired(pin, source, target.directory, names) if source else ()
        if not pairs:
            origin = source.address if source else "the source"
            return Skipped(what, f"{origin} has no pin of this image")
        versions = {(one.image.tag, one.image.digest) for one in pairs}
        if len(versions) > 1:
            raise RefusedError(_ambiguous(pin, pairs), hint="name the version: IMAGE with APP@VERSION")
        tag, digest = versions.pop()
        if not tag and not digest:
            return Skipped(what, f"the source names no version ({pairs[0].location})")
        new = Image(pin.image.name, tag, digest)
    rule = names.rule(pin)
    new = fitted(pin, with_digest(pin, new, names, request.look))
    if new == pin.image:
        return Skipped(what, THERE)
    against = _against(pin.image, new, rule, request) if rule else None
    if against:
        if request.explicit:
            raise RefusedError(f"{what} does not move to {new.version}: {against}", where=str(pin.location))
        return Skipped(what, against)
    placed = _place(pin, new, target, request, made)
    return Bump(target.app, target.environment or target.address, placed, new)


def _against(old: Image, new: Image, rule: AppImage, request: Request) -> str | None:
    """Why the rule is against a promotion; a rollback goes wherever it was asked to.

    A version that somebody names has to be one of the app's, whatever the direction.
    """
    if request.action != "promote":
        return None
    strange = misfit(new.tag, rule.order) if request.version and new.tag else None
    return f"{strange} (say `order: none`)" if strange else verdict(old, new, rule)


def _asked(pin: Pin, request: Request) -> Image:
    tag, digest = split_version(request.version or "")
    if not tag and not digest:
        raise UsageError(
            f"{request.version!r} is no image version",
            hint="expected a tag (letters, digits, `_`, `.`, `-`), a digest `sha256:…`, or TAG@DIGEST",
        )
    return Image(pin.image.name, tag, digest)


def _ambiguous(pin: Pin, pairs: tuple[Pin, ...]) -> str:
    listed = "; ".join(f"{one.image} ({one.location})" for one in pairs)
    return f"the source runs more than one version of {pin.image.name}: {listed}"


def _place(pin: Pin, new: Image, target: Site, request: Request, made: int) -> Pin:
    """The pin to edit: this one, or a new entry of the target's own. Raises when neither may be."""
    others = target.shared.get(pin.path)
    if others and request.shared != "allow":
        own = override.override(target.graph, target.directory, pin, made) if request.create else None
        if own is None:
            raise RefusedError(
                f"the version of {pin.image.name} for {target.address} is set in {pin.path}, which is"
                f" shared with {', '.join(others)}: changing it there would move them too",
                where=str(pin.location),
                hint="give it an `images:` entry of its own (create: true), or allow it (shared: allow)",
            )
        pin = own
    if pin.refusal:
        raise RefusedError(
            f"{pin.image} cannot move to {new.version}: {pin.refusal}", where=str(pin.location)
        )
    return pin


def _companions(
    bumps: list[Bump], source: Site | None, target: Site, names: Names, request: Request
) -> list[Bump]:
    """The pins that say the same version of the same thing beside a bumped pin, and move with it."""
    taken = {identity(bump.pin) for bump in bumps}
    found: list[Bump] = []
    for bump in bumps:
        for pin in target.pins:
            if identity(pin) in taken or not companion(bump, pin, source, target.directory, names):
                continue
            taken.add(identity(pin))
            new = bump.new
            if is_image(pin) and source is not None:
                # The same tag of another image has a digest of its own.
                own = replace(paired(pin, source, target.directory, names)[0].image, name=pin.image.name)
                new = with_digest(pin, own, names, request.look)
            found.append(replace(bump, pin=pin, new=fitted(pin, new)))
    return found


def _missing(source: Site, target: Site, names: Names) -> list[Skipped]:
    """Images of the source that the target does not pin: nothing to move, and worth saying."""
    there = {name for pin in target.pins for name in names.of(pin)}
    gone = {
        str(pin.image) for pin in source.pins if pin.image.version and not there.intersection(names.of(pin))
    }
    return [Skipped(what, f"{target.address} has no pin of this image") for what in sorted(gone)]
