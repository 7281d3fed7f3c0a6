"""Kustomizations that let in what they should not: moving bases, secrets, lower environments (KUS)."""

import re
from base64 import b64decode
from collections.abc import Iterator
from typing import Final

from promoter.deployables.environment import rank, tier_in
from promoter.lint.placeholders import fills_a_place, is_placeholder
from promoter.lint.rule import Scope, rule
from promoter.lint.source import SourceContext, Spot
from promoter.model import Severity, parents
from promoter.yamldoc import Mapping, Scalar, texts

_BRANCHES: Final = frozenset(("main", "master", "head", "develop", "dev", "trunk", "latest", "stable"))
_REF: Final = re.compile(r"[?&](?:ref|version)=([^&]+)")
_RAW: Final = re.compile(r"/(?:raw/|blob/)?(?:refs/heads/)?(main|master|HEAD|develop)/|/releases/(latest)/")


@rule("KUS010", "remote-base-unpinned", Severity.ERROR, scope=Scope.SOURCE)
def remote_base_unpinned(source: SourceContext) -> Iterator[Spot]:
    """A remote base follows a branch.

    ## What it does
    Reports remote resources and components without a `ref`, with a branch as `ref`, and files fetched from
    a branch.

    ## Why
    What is deployed changes when somebody else pushes, and nothing in this repository shows it.

    ## Example
    ```yaml
    resources:
      - https://github.com/acme/platform//monitoring?ref=main
    ```

    ## Instead
    ```yaml
    resources:
      - https://github.com/acme/platform//monitoring?ref=v1.4.2
    ```
    """
    for item in source.kustomizations.values():
        for reference in item.references:
            if reference.kind == "remote" and reference.field in ("resources", "bases", "components"):
                problem = _floating(reference.written)
                if problem:
                    yield Spot(reference.location, f"{reference.written} {problem}")


def _floating(url: str) -> str | None:
    ref = _REF.search(url)
    if ref is not None:
        branch = ref[1].removeprefix("refs/heads/")
        moving = branch.lower() in _BRANCHES or branch != ref[1]
        return f"follows the branch {branch}" if moving else None
    raw = _RAW.search(url)
    if raw is not None:
        return f"follows {raw[1] or 'the latest release'}"
    if url.endswith((".yaml", ".yml", ".json")) and "?" not in url:
        return None
    return "names no revision, so it follows the default branch"


@rule("KUS030", "secret-generator-literal", Severity.ERROR, scope=Scope.SOURCE)
def secret_generator_literal(source: SourceContext) -> Iterator[Spot]:
    """A secret's values stand in the repository as plain text.

    ## What it does
    Reports `literals` with a value and committed `envs` files of a `secretGenerator`, unless the file is
    encrypted by SOPS or the value is a placeholder.

    ## Why
    Everybody who may read the repository, now or in its history, may read the secret.

    ## Example
    ```yaml
    secretGenerator:
      - name: database
        literals:
          - password=hunter2
    ```

    ## Instead
    ```yaml
    resources:
      - database.sealed-secret.yaml
    ```
    """
    for item in source.kustomizations.values():
        for entry in item.entries("secretGenerator"):
            if not isinstance(entry, Mapping):
                continue
            secret = [literal for literal in texts(entry.get("literals")) if _is_secret(literal.value)]
            if secret:
                keys = ", ".join(literal.value.partition("=")[0] for literal in secret)
                yield Spot(item.file.location(secret[0]), f"secret values stand here as plain text: {keys}")
            env = entry.get("env")
            for written in (*texts(entry.get("envs")), *((env,) if isinstance(env, Scalar) else ())):
                kind, path = source.graph.resolve(item.directory, written.value)
                if kind == "file" and path is not None and _plain(source.snapshot[path]):
                    message = f"the secret values of {written.value} are committed as plain text"
                    yield Spot(item.file.location(written), message)


def _is_secret(literal: str) -> bool:
    plain = literal.partition("=")[2].strip("\"'")
    if not plain or plain.startswith(("${", "$(", "ENC[")):
        return False
    clear = _clear(plain)
    return not is_placeholder(clear) and not fills_a_place(clear)


def _clear(plain: str) -> str:
    """The value as it reads, base64 decoded where it is that."""
    try:
        return b64decode(plain, validate=True).decode()
    except ValueError:
        return plain


def _plain(content: bytes) -> bool:
    lines = [line.strip() for line in content.splitlines() if line.strip() and not line.startswith(b"#")]
    values = [line.partition(b"=")[2].strip(b"\"' ") for line in lines]
    return any(values) and b"ENC[" not in content and b"sops_" not in content


def _overlays(source: SourceContext) -> dict[str, set[str]]:
    """The environments of each directory that is deployed.

    A directory that only its place makes an overlay is none where one above it in its environment leaves
    it out.
    """
    built = {(each.path, each.environment) for each in source.deployables}
    deployed: dict[str, set[str]] = {}
    for each in source.deployables:
        if each.path is None or not each.environment:
            continue
        guessed = each.controller == "layout"
        if not (guessed and any((above, each.environment) in built for above in parents(each.path))):
            deployed.setdefault(each.path, set()).add(each.environment)
    return deployed


@rule("KUS036", "prod-inherits-nonprod", Severity.ERROR, scope=Scope.SOURCE)
def prod_inherits_nonprod(source: SourceContext) -> Iterator[Spot]:
    """An environment is built on another environment's overlay.

    ## What it does
    Reports an entry of `resources` that names the directory which an environment before it in the order
    of promotion deploys. A directory that no controller deploys counts as an overlay by its place, unless
    an overlay of its environment lies above it and leaves it out.

    ## Why
    What is tried in one environment reaches the other at once, without a promotion.

    ## Example
    ```yaml
    # overlays/prod/kustomization.yaml
    resources:
      - ../dev
    ```

    ## Instead
    ```yaml
    # overlays/prod/kustomization.yaml
    resources:
      - ../../base
    ```
    """
    deployed = _overlays(source)
    for directory, own in sorted(deployed.items()):
        item = source.kustomizations.get(directory)
        for reference in item.references if item else ():
            theirs = deployed.get(reference.resolved or "\0", set())
            if (
                reference.field in ("resources", "bases")
                and theirs
                and all(map(tier_in, theirs))
                and min(map(rank, own)) > max(map(rank, theirs))
            ):
                names = (", ".join(sorted(own)), ", ".join(sorted(theirs)))
                yield Spot(reference.location, f"{names[0]} is built on what {names[1]} deploys")
