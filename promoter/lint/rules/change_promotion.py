"""Whether a change takes the way through the environments that was agreed (GIT002, GIT003).

It must not judge versions that the change leaves as they were.
"""

from collections.abc import Iterator
from typing import Final

from promoter.images.reference import normalised, parse
from promoter.images.versions import compare
from promoter.lint.context import RenderedContext
from promoter.lint.environments import PROD, Alteration, GitContext, Revision, common
from promoter.lint.objects import Container, Workload, text
from promoter.lint.rule import Scope, rule
from promoter.model import Image, KubeObject, Severity

SHOWN: Final = 3
Where = tuple[Workload, Container, Image]


@rule("GIT002", "base-change-hits-prod", Severity.WARNING, scope=Scope.GIT)
def base_change_hits_production(change: GitContext) -> Iterator[Alteration]:
    """A change of something shared alters production together with the environments before it.

    ## What it does
    Reports changed files that production and another environment read, when production renders otherwise
    than before, and names the objects.

    ## Why
    The change reaches production without having been tried anywhere first.

    ## Example
    ```yaml
    # base/deployment.yaml, read by staging and prod
    replicas: 3
    ```

    ## Instead
    ```yaml
    # overlays/staging/replicas.yaml first, the base later
    replicas: 3
    ```
    """
    for revision in change.revisions:
        shared = [path for path in revision.paths if path in change.shared]
        altered = _altered(revision) if shared and revision.stage.tier == PROD else []
        if altered:
            names = ", ".join(f"{item.key.kind} {item.key.name}" for item in altered[:SHOWN])
            more = f" and {len(altered) - SHOWN} more" if len(altered) > SHOWN else ""
            message = f"{shared[0]} is shared, and its change reaches {revision.stage.name}: {names}{more}"
            yield Alteration(revision.app, revision.stage.name, altered[0].key, (), message)


def _altered(revision: Revision) -> list[KubeObject]:
    before = {item.key: item.body for item in revision.before.objects}
    return [item for item in revision.after.objects if before.get(item.key) != item.body]


@rule("GIT003", "promotion-skips-stage", Severity.ERROR, scope=Scope.GIT)
def promotion_skips_stage(change: GitContext) -> Iterator[Alteration]:
    """A change moves an environment to a version that the one before it does not run.

    ## What it does
    For each image that the change moves to a newer version, looks for the same container in the environment
    that versions come from. It has to run the same version after the change. Rollbacks are left out.

    ## Why
    The version was not tried where it should have been.

    ## Example
    ```yaml
    # overlays/prod; staging runs 1.4.1
    images: [{name: web, newTag: 1.4.2}]
    ```

    ## Instead
    ```yaml
    # overlays/staging first
    images: [{name: web, newTag: 1.4.2}]
    ```
    """
    for revision in change.revisions:
        name = revision.stage.name
        old = _images(revision.before, name)
        for one, (item, container, image) in _images(revision.after, name).items():
            if one not in old or not _moved(old[one][2], image):
                continue
            for need in revision.stage.needs:
                render = change.renders.get((revision.app, need))
                theirs = _images(render, need).get(one) if render is not None else None
                if theirs is not None and _differs(theirs[2], image):
                    path = (*container.path, "image")
                    runs = f"{need} runs {theirs[2].version}"
                    message = f"{name} moves to {image.version} of {image.name}, and {runs}"
                    yield Alteration(revision.app, name, item.key, path, message)


def _images(render: RenderedContext, environment: str) -> dict[tuple[str, str, str], Where]:
    found: dict[tuple[str, str, str], Where] = {}
    for item in render.workloads:
        for container in item.containers:
            image = parse(text(container.body, "image"))
            if image is not None:
                place = (item.kind, common(item.key.name, environment), container.name)
                found[place] = (item, container, image)
    return found


def _moved(before: Image, after: Image) -> bool:
    """Whether the image is another one, and not an older version of the same."""
    back = compare(before.tag or "", after.tag or "", "semver") == -1
    return before != after and not (normalised(before.name) == normalised(after.name) and back)


def _differs(theirs: Image, ours: Image) -> bool:
    return normalised(theirs.name) == normalised(ours.name) and theirs.version != ours.version
