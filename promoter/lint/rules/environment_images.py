"""One app's images in several environments: order of versions, repositories, unfinished versions (IMG)."""

import re
from collections.abc import Iterator
from typing import Final

from promoter.images.reference import normalised, parse
from promoter.images.versions import compare
from promoter.lint.environments import Divergence, EnvironmentsContext, Stage, common
from promoter.lint.objects import Container, Workload, text
from promoter.lint.rule import Option, Report, Scope, rule
from promoter.model import Image, Severity

_UNFINISHED: Final = re.compile(
    r"(?:^|[-._+])(?:rc|alpha|beta|pre|preview|snapshot|dev|nightly|wip|dirty|pr|mr)[-._]?\d*(?:[-._+]|$)",
    re.IGNORECASE,
)
_MIRRORS: Final[Option[tuple[str, ...]]] = Option(
    "mirrors", (), "pairs `repository=mirror` of names that hold the same images"
)
Where = tuple[Workload, Container, Image]


def _images(app: EnvironmentsContext, stage: Stage) -> dict[tuple[str, str, str], Where]:
    found: dict[tuple[str, str, str], Where] = {}
    for item in app.renders[stage.name].workloads:
        for container in item.containers:
            image = parse(text(container.body, "image"))
            if image is not None:
                found[item.kind, common(item.key.name, stage.name), container.name] = (
                    item,
                    container,
                    image,
                )
    return found


def _pairs(app: EnvironmentsContext) -> Iterator[tuple[Stage, Image, Stage, Where]]:
    for upstream, stage in app.promotions():
        before = _images(app, upstream)
        for one, where in _images(app, stage).items():
            if one in before:
                yield upstream, before[one][2], stage, where


@rule("IMG010", "prod-newer-than-staging", Severity.ERROR, scope=Scope.ENVIRONMENTS)
def newer_than_upstream(app: EnvironmentsContext) -> Iterator[Divergence]:
    """An environment runs a newer version than the one it is promoted from.

    ## What it does
    Compares the semantic versions of the same container's image in neighbouring stages, where both run the
    same repository.

    ## Why
    The version skipped a stage: nobody tried it before it got here. Or the stage before was rolled back,
    and this one was not.

    ## Example
    ```yaml
    # overlays/prod; staging runs 1.4.1
    images:
      - {name: web, newTag: 1.4.2}
    ```

    ## Instead
    ```yaml
    images:
      - {name: web, newTag: 1.4.1}
    ```
    """
    for upstream, theirs, stage, (item, container, image) in _pairs(app):
        same = normalised(image.name) == normalised(theirs.name)
        dotted = "." in (image.tag or "") and "." in (theirs.tag or "")
        if same and dotted and compare(theirs.tag or "", image.tag or "", "semver") == 1:
            message = (
                f"{stage.name} runs {image.tag} of {image.name}, and {upstream.name} only {theirs.tag}"
            )
            yield Divergence(stage.name, Report(item.key, (*container.path, "image"), message))


@rule(
    "IMG012", "repository-differs-per-env", Severity.WARNING, scope=Scope.ENVIRONMENTS, options=(_MIRRORS,)
)
def repository_differs(app: EnvironmentsContext) -> Iterator[Divergence]:
    """A container runs an image of another repository than in the environment it is promoted from.

    ## What it does
    Compares the image names, without tag and digest, of the same container in neighbouring stages.

    ## Why
    A version that was tested in one repository is another build in the next.

    ## Example
    ```yaml
    # overlays/prod
    images:
      - {name: web, newName: ghcr.io/acme/web-prod}
    ```

    ## Instead
    ```yaml
    # base
    images:
      - {name: web, newName: ghcr.io/acme/web}
    ```

    ## Options
    `mirrors` lists pairs, `repository=mirror`, of names that hold the same images.
    """
    pairs = _MIRRORS.of(app.settings, "IMG012")
    mirrors = {
        normalised(mirror): normalised(name) for name, _, mirror in (p.partition("=") for p in pairs)
    }
    for upstream, theirs, stage, (item, container, image) in _pairs(app):
        own, other = normalised(image.name), normalised(theirs.name)
        if mirrors.get(own, own) != mirrors.get(other, other):
            message = f"{stage.name} runs {image.name}, and {upstream.name} {theirs.name}"
            yield Divergence(stage.name, Report(item.key, (*container.path, "image"), message))


@rule("IMG014", "prerelease-in-prod", Severity.ERROR, scope=Scope.ENVIRONMENTS)
def prerelease_in_production(app: EnvironmentsContext) -> Iterator[Divergence]:
    """Production runs a version that is not finished.

    ## What it does
    Reports tags of a production stage that say `rc`, `alpha`, `beta`, `snapshot`, `dev`, `nightly`, or name
    a pull request.

    ## Why
    Such a version was made to be tried, and its registry may delete it any day.

    ## Example
    ```yaml
    images:
      - {name: web, newTag: 1.5.0-rc.1}
    ```

    ## Instead
    ```yaml
    images:
      - {name: web, newTag: 1.4.2}
    ```
    """
    for stage in app.production():
        for item, container, image in _images(app, stage).values():
            if image.tag and _UNFINISHED.search(image.tag):
                message = f"{stage.name} runs {image.tag} of {image.name}, which is not a finished version"
                yield Divergence(stage.name, Report(item.key, (*container.path, "image"), message))
