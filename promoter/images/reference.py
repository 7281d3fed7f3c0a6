"""Container image references: one parser for everybody, and one way to say that two are the same.

It never asks a registry and never rewrites what is written: names are normalised for comparison only.
`parse` and `str(Image)` are inverse for every valid reference.
"""

import re
from functools import cache
from typing import Final

from promoter.model import Image

_TAG: Final = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
_DIGEST: Final = re.compile(r"[a-z][a-z0-9]*(?:[.+_-][a-z][a-z0-9]*)*:[0-9a-fA-F]{32,}")
_PATH: Final = re.compile(r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*")
_HOST: Final = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\])(?::[0-9]+)?")
_DOCKER_HUB: Final = frozenset({"docker.io", "index.docker.io", "registry-1.docker.io"})


def is_tag(text: str) -> bool:
    """Whether `text` can be a tag: up to 128 word characters, dots and dashes, no leading dot or dash."""
    return _TAG.fullmatch(text) is not None


def is_digest(text: str) -> bool:
    """Whether `text` is a digest, `algorithm:hex` with at least 32 hex digits."""
    return _DIGEST.fullmatch(text) is not None


def parse(text: str) -> Image | None:
    """The image that `text` names, or None when it is no reference (Docker's `distribution` grammar).

    The tag is what follows the last `:` after the last `/`, so `host:5000/app` has none.
    """
    rest, at, digest = text.partition("@")
    head, slash, last = rest.rpartition("/")
    last, colon, tag = last.partition(":")
    name = f"{head}{slash}{last}"
    if (at and not is_digest(digest)) or (colon and not is_tag(tag)) or not is_name(name):
        return None
    return Image(name, tag or None, digest or None)


def is_name(name: str) -> bool:
    """Whether `name` is a repository name: an optional host, and lower-case path components."""
    host, path = split_host(name)
    if host and not _HOST.fullmatch(host):
        return False
    return bool(path) and all(_PATH.fullmatch(part) for part in path.split("/"))


def split_host(name: str) -> tuple[str, str]:
    """The registry's host (empty when the name has none) and the path after it."""
    first, slash, rest = name.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost" or first.lower() != first):
        return first, rest
    return "", name


@cache
def normalised(name: str) -> str:
    """The name to compare by: Docker Hub's short forms spelt out, the host in lower case.

    `nginx`, `docker.io/nginx` and `index.docker.io/library/nginx` are one. No other registry gets
    `library/`. A kustomize placeholder that is no repository name comes back as it is.
    """
    if not is_name(name):
        return name
    host, path = split_host(name)
    host = host.lower()
    if not host or host in _DOCKER_HUB:
        return f"docker.io/{path}" if "/" in path else f"docker.io/library/{path}"
    return f"{host}/{path}"


def same(one: str, other: str) -> bool:
    """Whether two names are the same repository. Prefixes never match: `app` is not `app-worker`."""
    return normalised(one) == normalised(other)


def answers_to(name: str, asked: str) -> bool:
    """Whether somebody who typed `asked` may mean `name`: the whole repository or its last parts.

    `shop` and `acme/shop` mean `ghcr.io/acme/shop`; `hop` does not.
    """
    return same(name, asked) or name.endswith("/" + asked)


def split_version(text: str) -> tuple[str | None, str | None]:
    """The tag and digest that a version as people type it holds: `v1`, `sha256:…`, `v1@sha256:…`.

    Both None when it is neither.
    """
    tag, at, digest = text.partition("@")
    if not at and is_digest(tag):
        return None, tag
    if (tag and not is_tag(tag)) or (at and not is_digest(digest)):
        return None, None
    return tag or None, digest or None
