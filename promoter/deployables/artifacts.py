"""Flux's ArtifactGenerator: artifacts composed of parts of this repository.

Only copies from a source that is this repository are followed; the answer is always a path of the
repository, or None. Fields: https://fluxcd.io/flux/components/source/artifactgenerators/
"""

import re
from collections.abc import Iterator
from typing import Final

from promoter.deployables.context import Context
from promoter.deployables.objects import ControllerObject, mapping, sequence, string
from promoter.kustomize import join

_FROM: Final = re.compile(r"@([^/]+)/?(.*)")


def artifact_path(context: Context, artifact: str, path: str) -> str | None:
    """The directory of this repository that lies at `path` of an artifact; None when nothing says it.

    The copy with the longest matching target wins, as a later copy overlays what it covers.
    """
    best: tuple[int, str] | None = None
    for source, target in _copies(context, artifact):
        if path == target or not target or path.startswith(f"{target}/"):
            rest = path[len(target) :].strip("/")
            found = (len(target), join(source, rest) if rest else source)
            best = found if best is None or found[0] >= best[0] else best
    return best[1] if best else None


def _copies(context: Context, artifact: str) -> Iterator[tuple[str, str]]:
    """Each (directory of this repository, directory of the artifact) that is copied as a whole."""
    for generator in context.of("source.extensions.fluxcd.io", "ArtifactGenerator"):
        local = _local_aliases(context, generator)
        for item in map(mapping, sequence(generator.spec.get("artifacts"))):
            if string(item.get("name")) != artifact:
                continue
            for copy in map(mapping, sequence(item.get("copy"))):
                source = _FROM.fullmatch(string(copy.get("from")))
                if source and source.group(1) in local and source.group(2).endswith(("/**", "**")):
                    target = string(copy.get("to")).removeprefix("@artifact").strip("/")
                    yield source.group(2).removesuffix("**").strip("/"), target


def _local_aliases(context: Context, generator: ControllerObject) -> frozenset[str]:
    aliases: set[str] = set()
    for source in map(mapping, sequence(generator.spec.get("sources"))):
        if source.get("kind") == "GitRepository" and _is_own(context, string(source.get("name"))):
            aliases.add(string(source.get("alias")))
    return frozenset(aliases)


def _is_own(context: Context, repository: str) -> bool:
    known = [
        string(found.spec.get("url"))
        for found in context.of("source.toolkit.fluxcd.io", "GitRepository")
        if found.name == repository
    ]
    return not known or any(url in context.own for url in known)
