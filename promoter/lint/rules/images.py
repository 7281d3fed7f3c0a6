"""Images that a render runs: tags that move, references that are wrong, registries that are gone (IMG)."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from promoter.images.reference import normalised, parse
from promoter.lint.context import RenderedContext
from promoter.lint.objects import Container, Workload, text
from promoter.lint.rule import Mend, Option, Profile, Report, Rule, rule
from promoter.model import Image, Severity

_MOVING: Final = (
    "main", "master", "stable", "dev", "develop", "development", "edge", "nightly", "canary", "current",
    "head", "trunk", "snapshot", "testing", "staging", "prod", "production", "release",
)  # fmt: skip
_MAJOR: Final = re.compile(r"v?\d{1,3}")
_RETIRED: Final = {
    "k8s.gcr.io": "registry.k8s.io",
    "gcr.io/google-containers": "registry.k8s.io",
    "gcr.io/google_containers": "registry.k8s.io",
    "quay.io/kubernetes-ingress-controller": "registry.k8s.io/ingress-nginx",
    "docker.pkg.github.com": "ghcr.io",
}
_TAGS: Final = Option("tags", _MOVING, "the tags that are known to move")
_STRICT: Final = Option("strict", default=False, summary="every container has to say Always")
_ALLOW: Final[Option[tuple[str, ...]]] = Option(
    "allow", (), "globs of the image names that may be used; empty allows all"
)
_BLOCK: Final[Option[tuple[str, ...]]] = Option(
    "block", (), "globs of the image names that may not be used"
)


def _images(render: RenderedContext) -> Iterator[tuple[Workload, Container, str]]:
    """Every container with an image that is more than an unrendered template."""
    for item in render.workloads:
        for container in item.containers:
            image = text(container.body, "image").strip()
            if image and not any(sign in image for sign in ("{{", "${", "$(")):
                yield item, container, image


def _report(item: Workload, container: Container, message: str, mend: Mend | None = None) -> Report:
    return Report(item.key, (*container.path, "image"), message, mend)


@rule(
    "IMG001",
    "latest-tag",
    Severity.ERROR,
    Profile.BASELINE,
    options=(
        Option("allow", ("*.local", "localhost/*"), "globs of image names that may go without a version"),
    ),
)
def latest_tag(render: RenderedContext) -> Iterator[Report]:
    """An image has the tag `latest`, or no tag at all.

    ## What it does
    Reports images of all containers whose tag is `latest` or missing, unless a digest pins them.

    ## Why
    What runs depends on when the node pulled. Nothing in git changes with it, so nothing can be promoted,
    and nothing can be rolled back.

    ## Example
    ```yaml
    containers:
      - name: web
        image: ghcr.io/acme/web:latest
    ```

    ## Instead
    ```yaml
    containers:
      - name: web
        image: ghcr.io/acme/web:1.4.2
    ```

    ## Options
    `allow` lists globs of image names that may go without a version.
    """
    allowed = latest_tag.options[0].of(render.settings, "IMG001")
    for item, container, image in _images(render):
        found = parse(image)
        if found is None or found.digest or found.tag not in (None, "latest"):
            continue
        if isinstance(allowed, tuple) and any(fnmatchcase(found.name, glob) for glob in allowed):
            continue
        said = "has the tag `latest`" if found.tag else "has no tag, which means `latest`"
        yield _report(item, container, f"the image {image} of container {container.name!r} {said}")


@rule("IMG002", "mutable-tag", Severity.WARNING, options=(_TAGS,))
def mutable_tag(render: RenderedContext) -> Iterator[Report]:
    """An image has a tag that is known to move.

    ## What it does
    Reports tags that are names of branches or channels (`main`, `stable`, `edge` …) or a major version
    alone (`1`, `v2`), unless a digest pins the image.

    ## Why
    The same manifest gives another program tomorrow, and a rollback brings back nothing.

    ## Example
    ```yaml
    containers:
      - name: web
        image: ghcr.io/acme/web:main
    ```

    ## Instead
    ```yaml
    containers:
      - name: web
        image: ghcr.io/acme/web:main-4f2c91d
    ```

    ## Options
    `tags` lists the tags that are known to move.
    """
    moving = _TAGS.of(render.settings, "IMG002")
    for item, container, image in _images(render):
        found = parse(image)
        if found is None or found.digest or found.tag is None:
            continue
        if found.tag.lower() in moving or _MAJOR.fullmatch(found.tag):
            yield _report(item, container, f"the tag `{found.tag}` of {found.name} is one that moves")


@rule("IMG004", "invalid-reference", Severity.ERROR, Profile.STRUCTURE)
def invalid_reference(render: RenderedContext) -> Iterator[Report]:
    """An image is no valid reference.

    ## What it does
    Reports images that no container runtime can read: capital letters in the repository, an empty tag, a
    digest that is too short.

    ## Why
    The pod never starts; it waits with `InvalidImageName`.

    ## Example
    ```yaml
    containers:
      - name: web
        image: ghcr.io/Acme/web:1.4.2
    ```

    ## Instead
    ```yaml
    containers:
      - name: web
        image: ghcr.io/acme/web:1.4.2
    ```
    """
    for item, container, image in _images(render):
        if parse(image) is None:
            yield _report(item, container, f"`{image}` is no valid image reference")


@rule("IMG005", "registry-not-allowed", Severity.ERROR, Profile.BASELINE, options=(_ALLOW, _BLOCK))
def registry_not_allowed(render: RenderedContext) -> Iterator[Report]:
    """An image comes from a registry that the configuration does not allow.

    ## What it does
    Compares every image's full name (`docker.io/library/nginx` for `nginx`) with the globs of the options.
    Without options it finds nothing.

    ## Why
    A registry that nobody agreed on is where a look-alike image comes from.

    ## Example
    ```yaml
    containers:
      - name: web
        image: docker.io/somebody/web:1.4.2
    ```

    ## Instead
    ```yaml
    containers:
      - name: web
        image: ghcr.io/acme/web:1.4.2
    ```

    ## Options
    `allow` lists globs of the names that may be used; empty allows all. `block` lists globs that may not.
    """
    allow, block = _ALLOW.of(render.settings, "IMG005"), _BLOCK.of(render.settings, "IMG005")
    for item, container, image in _images(render):
        found = parse(image)
        if found is None:
            continue
        names = {found.name, normalised(found.name)}
        blocked = any(fnmatchcase(name, glob) for name in names for glob in block)
        allowed = not allow or any(fnmatchcase(name, glob) for name in names for glob in allow)
        if blocked or not allowed:
            yield _report(item, container, f"images may not come from {normalised(found.name)}")


@rule("IMG006", "deprecated-registry", Severity.ERROR, fix="safe")
def deprecated_registry(render: RenderedContext) -> Iterator[Report]:
    """An image comes from a registry that has been retired.

    ## What it does
    Reports images of `k8s.gcr.io`, `gcr.io/google-containers` and other registries that were frozen or
    switched off.

    ## Why
    The images get no updates, and pulls fail when the registry goes.

    ## Example
    ```yaml
    containers:
      - name: pause
        image: k8s.gcr.io/pause:3.9
    ```

    ## Instead
    ```yaml
    containers:
      - name: pause
        image: registry.k8s.io/pause:3.9
    ```

    ## Fix safety
    Safe for `k8s.gcr.io`, whose images all stand under the same name at `registry.k8s.io`; no fix is
    offered for the others.
    """
    for item, container, image in _images(render):
        for old, new in _RETIRED.items():
            if image.startswith(f"{old}/"):
                path = (*container.path, "image")
                same = old == "k8s.gcr.io"
                moved = new + image.removeprefix(old)
                mend = Mend(f"use {moved}", safe=True, sets=((path, moved),)) if same else None
                yield _report(item, container, f"{old} is retired; its images are at {new}", mend)
                break


@rule("IMG008", "pull-policy", Severity.WARNING, fix="safe", options=(_STRICT,))
def pull_policy(render: RenderedContext) -> Iterator[Report]:
    """An image with a moving tag is not pulled again, or an image is never pulled.

    ## What it does
    Reports `imagePullPolicy: IfNotPresent` with a tag that is known to move, and `Never` anywhere.
    Without a policy Kubernetes pulls `latest` always, and other tags when they are absent.

    ## Why
    Nodes keep what they have: two pods of one workload run different programs.

    ## Example
    ```yaml
    containers:
      - name: web
        image: ghcr.io/acme/web:main
        imagePullPolicy: IfNotPresent
    ```

    ## Instead
    ```yaml
    containers:
      - name: web
        image: ghcr.io/acme/web:main
        imagePullPolicy: Always
    ```

    ## Fix safety
    Safe: the policy becomes `Always`, which pulls only what has changed.

    ## Options
    `strict` (false): every container has to say `Always`.
    """
    moving = _TAGS.of(render.settings, "IMG002")
    strict = _STRICT.of(render.settings, "IMG008")
    for item, container, image in _images(render):
        found, policy = parse(image), text(container.body, "imagePullPolicy")
        path = (*container.path, "imagePullPolicy")
        mend = Mend("pull always", safe=True, sets=((path, "Always"),))
        if policy == "Never":
            yield Report(item.key, path, f"the image of container {container.name!r} is never pulled", mend)
        elif found is not None and _stays(found, policy, moving):
            message = f"the tag of {image} moves, but container {container.name!r} does not pull it again"
            yield Report(item.key, path, message, mend)
        elif strict and policy != "Always":
            yield Report(item.key, path, f"container {container.name!r} is not pulled always", mend)


def _stays(image: Image, policy: str, moving: tuple[str, ...]) -> bool:
    """Whether a node that has the moving image keeps it."""
    if image.digest:
        return False
    if (image.tag or "latest") == "latest":
        return policy == "IfNotPresent"
    return policy in ("", "IfNotPresent") and image.tag is not None and image.tag.lower() in moving


ALL: Final[tuple[Rule[RenderedContext, Report], ...]] = (
    latest_tag,
    mutable_tag,
    invalid_reference,
    registry_not_allowed,
    deprecated_registry,
    pull_policy,
)
