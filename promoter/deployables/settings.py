"""What discovery is told besides the snapshot: the repository's own names, layout, and the inventory.

Values only. With the defaults discovery works on any repository; each field only makes it know more.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Final

from promoter.frozen import frozen
from promoter.model import Json

_LOCAL: Final = re.compile(r"file:|~|\.{0,2}/|[A-Za-z]:[\\/]")
_SCHEMES: Final = ("ssh://", "https://", "http://", "git://", "git+ssh://", "git+https://")


@frozen
class Cluster:
    """One cluster that the controllers know: the fields of an Argo CD cluster Secret."""

    name: str
    server: str = ""
    project: str = ""
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    annotations: Mapping[str, str] = field(default_factory=dict, hash=False)


@frozen
class Inventory:
    """What only a cluster knows, written down: clusters, and fixed parameters of other generators.

    `parameters` maps an ApplicationSet's name to the parameter sets that its network generators
    (pull requests, SCM, plugin, cluster decision) are to be taken to give, and the name of a
    ResourceSetInputProvider to the inputs of the service that it asks.
    """

    clusters: tuple[Cluster, ...] = ()
    parameters: Mapping[str, tuple[Mapping[str, Json], ...]] = field(default_factory=dict, hash=False)


@frozen
class Settings:
    """How to read one repository.

    `name` stands in for the app where a repository holds only one; `urls` are the repository's own
    URLs and aliases in any spelling, empty for a clone without a remote; `templates` the configured
    layout; `environments` the configured environment names, which win over inferred spellings;
    `inventory` is None when there is no inventory file. `git_file_globbing` (`auto`, `old`, `new`) is how
    Argo CD's git file generator reads patterns, `flux_images` (`merge`, `replace`) what Flux does with an
    image of the same name.
    """

    name: str = "app"
    urls: tuple[str, ...] = ()
    branch: str = ""
    templates: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    inventory: Inventory | None = None
    git_file_globbing: str = "auto"
    flux_images: str = "merge"


def canonical_url(url: str) -> str:
    """One spelling of a repository's URL: `git@host:o/r.git`, `ssh://git@host/o/r` and https are equal.

    Host, owner and name in lower case without user, port, `.git` and trailing `/`; empty for no URL.
    """
    text = url.strip().lower()
    scheme = next((scheme for scheme in _SCHEMES if text.startswith(scheme)), None)
    if scheme is not None:
        host, _, path = text.removeprefix(scheme).partition("/")
        host = host.rpartition("@")[2].partition(":")[0]
    else:
        host, colon, path = text.rpartition("@")[2].partition(":")
        if not colon or "/" in host:
            host, _, path = text.partition("/")
    path = path.strip("/").removesuffix(".git").rstrip("/")
    return f"{host}/{path}" if path else host


def printable_url(url: str) -> str:
    """The URL without the user name and password, or token, that may stand in it."""
    return re.sub(r"(?<=://)[^/]*@", "", url)


@frozen
class Own:
    """Which repository URLs mean this repository.

    When none of the named URLs is an own one, those that end in the same repository name are: a fork, or
    a repository that moved. Without any own URL but paths of this machine the URL that most objects of one
    revision name is taken to be this repository: that is what a clone of a clone almost always holds.
    """

    known: frozenset[str]

    @classmethod
    def of(cls, urls: Iterable[str], named: Iterable[str] = ()) -> "Own":
        """The own URLs, completed from the URLs that the repository's objects have `named`."""
        given = tuple(filter(None, urls))
        own = frozenset(filter(None, map(canonical_url, given)))
        counts = Counter(filter(None, map(canonical_url, named)))
        if own & counts.keys():
            return cls(own)
        names = {url.rpartition("/")[2] for url in own}
        moved = frozenset(url for url in counts if url.rpartition("/")[2] in names)
        if moved or not all(_LOCAL.match(url) for url in given):
            return cls(own | moved)
        most = sorted(counts, key=lambda url: (-counts[url], url))[:1]
        return cls(own.union(most))

    def __contains__(self, url: str) -> bool:
        return canonical_url(url) in self.known
