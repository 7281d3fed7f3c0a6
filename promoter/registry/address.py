"""Where a registry's API has an image: its host, repository and reference, and how it may be reached.

Must not connect. Callers may rely on this: plain http is only for this machine itself.
"""

from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from promoter.frozen import frozen
from promoter.images.reference import is_name, normalised, split_host
from promoter.model import Image

DOCKER_HUB: Final = "docker.io"
_HUB_API: Final = "registry-1.docker.io"
_SECURE: Final = "https"


@frozen
class Address:
    """`registry` is the name that logins are kept under, `host` the one that answers (with its port)."""

    registry: str
    host: str
    repository: str
    reference: str

    @property
    def manifest(self) -> str:
        """The URL of the manifest (OCI distribution specification 1.1, end-2)."""
        scheme = "http" if is_loopback(f"//{self.host}") else _SECURE
        return f"{scheme}://{self.host}/v2/{self.repository}/manifests/{self.reference}"


def address_of(image: Image) -> Address | None:
    """The address of an image; None for a name that is no repository's, or without tag and digest."""
    reference = image.digest or image.tag
    if not reference or not is_name(image.name):
        return None
    registry, repository = split_host(normalised(image.name))
    return Address(registry, _HUB_API if registry == DOCKER_HUB else registry, repository, reference)


def is_loopback(url: str) -> bool:
    """Whether a URL's host is this machine; what is no URL is not."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def is_safe(url: str, origin: str) -> bool:
    """Whether `url` may be asked after `origin` named it: https, or loopback as `origin` is itself."""
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        return False
    if is_loopback(url):
        return is_loopback(origin) and scheme in ("http", _SECURE)
    return scheme == _SECURE


def same_origin(one: str, other: str) -> bool:
    """Whether two URLs are of one server: scheme, host and port."""
    return urlsplit(one)[:2] == urlsplit(other)[:2]
