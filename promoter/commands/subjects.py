"""Apps that move together: the members of an atomic bundle are one subject, any other app is its own.

A subject has one plan, one proof and one pull request, so that its apps are promoted and rolled back
together or not at all.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from promoter.commands.view import View
from promoter.config import Bundle
from promoter.errors import RefusedError, UsageError
from promoter.frozen import frozen


@frozen
class Subject:
    """What one proposal is about: an app, or a bundle with its apps."""

    name: str
    apps: tuple[str, ...]


def subjects(bundles: Mapping[str, Bundle], apps: Iterable[str]) -> tuple[Subject, ...]:
    """The apps as subjects, in the order in which each first appears."""
    present = tuple(dict.fromkeys(apps))
    found: dict[str, Subject] = {}
    for app in present:
        bundle = _bundle_of(bundles, app)
        if bundle is None:
            found[app] = Subject(app, (app,))
        else:
            together = tuple(each for each in bundle.apps if each in present)
            found[bundle.name] = Subject(bundle.name, together)
    return tuple(found.values())


def _bundle_of(bundles: Mapping[str, Bundle], app: str) -> Bundle | None:
    return next((each for each in bundles.values() if each.atomic and app in each.apps), None)


def members(
    bundles: Mapping[str, Bundle], asked: Sequence[str], present: Collection[str]
) -> tuple[str, ...]:
    """The apps that names stand for: a bundle's name stands for those of its apps that are `present`.

    Raises RefusedError when some but not all present apps of an atomic bundle are named (they move
    together), and UsageError when no app of the named bundles is present.
    """
    named: dict[str, None] = {}
    for name in asked:
        bundle = bundles.get(name)
        named.update(dict.fromkeys([each for each in bundle.apps if each in present] if bundle else [name]))
    if asked and not named:
        raise UsageError(
            f"no app of {', '.join(asked)} is deployed there",
            hint="`promoter apps` shows what is deployed where",
        )
    for app in named:
        bundle = _bundle_of(bundles, app)
        alone = [each for each in bundle.apps if each in present and each not in named] if bundle else []
        if bundle is not None and alone:
            raise RefusedError(
                f"{app} moves together with {', '.join(alone)} in the bundle {bundle.name}",
                hint=f"name the bundle: {bundle.name}",
            )
    return tuple(named)


def present(view: View, environment: str) -> frozenset[str]:
    """The apps that are deployed to an environment."""
    return frozenset(each.app for each in view.deployables if each.environment == environment)
