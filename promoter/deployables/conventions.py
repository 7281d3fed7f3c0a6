"""App and environment of a directory, told from the folder conventions of the repository around it.

Reads paths only, never contents. A segment counts as an environment when a marker folder precedes it
(`overlays/`, `envs/`, …), when its neighbours are environments too, or when it is a name with an
environment's suffix beside the name without; a lone `dev` among topics is a topic.
"""

import re
from collections.abc import Iterable
from dataclasses import field
from typing import Final

from promoter.deployables.environment import CORE_TIERS, leading_tier, normalise, tier_in, tier_of
from promoter.frozen import frozen
from promoter.kustomize import join

_NAMED_BY: Final = frozenset({"envs", "environments", "env", "environment", "stages"})
_CLUSTERS: Final = frozenset({"clusters", "cluster"})
_MARKERS: Final = frozenset({"overlays", "overlay"}) | _NAMED_BY | _CLUSTERS
_CONTAINERS: Final = _MARKERS | frozenset(
    {
        "app",
        "apps",
        "applications",
        "charts",
        "components",
        "config",
        "configs",
        "deploy",
        "deployment",
        "deployments",
        "gitops",
        "helm",
        "k8s",
        "kubernetes",
        "kustomize",
        "manifests",
        "services",
        "src",
        "workloads",
    }
)
_PARTS: Final = frozenset({"base", "bases", "common", "shared", "base-snapshot"})
_REGION: Final = re.compile(r"(?:[a-z]{2}|global)(?:-[a-z]+)+-?\d+[a-z]?")
_TIER_SUFFIX: Final = re.compile(r"(.+)[-_.]([A-Za-z]+\d*)")


@frozen
class Place:
    """What a path tells: app, environment (one spelling), and why; `app` may be empty."""

    app: str
    environment: str
    why: str


@frozen
class Conventions:
    """What the repository's directories have in common.

    `families` are the prefixes before a tier in overlay names (`nerc-ocp-` of `nerc-ocp-prod`);
    `tiered` the parents (`components/*` for a position one above) whose children are environments;
    `siblings` each directory's own children.
    """

    families: frozenset[str]
    tiered: frozenset[str]
    siblings: frozenset[str]
    _places: dict[str, Place | None] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, directories: Iterable[str]) -> "Conventions":
        """The conventions seen in these directories (paths relative to the root)."""
        known: set[str] = set()
        for directory in directories:
            while directory and directory not in known:
                known.add(directory)
                directory = directory.rpartition("/")[0]  # noqa: PLW2901 - walks up to the root
        overlays = {path.rpartition("/")[2] for path in known if _parent_name(path) in _MARKERS}
        return cls(_families(overlays), _tiered(known), frozenset(known))

    def place(self, path: str) -> Place | None:
        """App and environment of a directory, None when its path names no environment."""
        if path not in self._places:
            self._places[path] = self._place(path)
        return self._places[path]

    def _place(self, path: str) -> Place | None:
        segments = path.split("/") if path else []
        return (
            self._after_marker(segments)
            or self._bare(segments)
            or self._suffix(segments)
            or _named(segments)
        )

    def _after_marker(self, segments: list[str]) -> Place | None:
        for index in range(len(segments) - 1, 0, -1):
            marker, name = segments[index - 1], segments[index]
            if marker in _MARKERS and (tier_in(name) or self._in_family(name)):
                return Place(_app(segments, index), normalise(name), f"the folder {marker}/{name}")
        return None

    def _in_family(self, name: str) -> bool:
        return any(name.startswith(family) for family in self.families)

    def _bare(self, segments: list[str]) -> Place | None:
        for index in range(len(segments) - 1, -1, -1):
            name, parent = segments[index], "/".join(segments[:index])
            if leading_tier(name) and not self.tiered.isdisjoint({parent, _position(parent)}):
                return Place(_app(segments, index), normalise(name), f"the folder {name} beside its like")
        return None

    def _suffix(self, segments: list[str]) -> Place | None:
        for index, name in enumerate(segments):
            parent = "/".join(segments[:index])
            match = _TIER_SUFFIX.fullmatch(name)
            if match and tier_of(match.group(2)) and join(parent, match.group(1)) in self.siblings:
                return Place(match.group(1), normalise(match.group(2)), f"the suffix of the folder {name}")
            beside = next(
                (join(parent, f"{name}-{s}") for s in _SUFFIXES if self._has(parent, name, s)), None
            )
            if beside is not None:
                return Place(name, "prod", f"the folder {name} without a suffix beside {beside}")
        return None

    def _has(self, parent: str, name: str, suffix: str) -> bool:
        return join(parent, f"{name}-{suffix}") in self.siblings


_SUFFIXES: Final = ("dev", "development", "stg", "stage", "staging")


def is_part(path: str) -> bool:
    """Whether the directory's own name says that others build on it (`base`, `common`, …)."""
    return path.rpartition("/")[2] in _PARTS


def _named(segments: list[str]) -> Place | None:
    """A folder directly under `envs/` or `environments/` is one, whatever its name; so is a cluster."""
    for index in range(len(segments) - 1, 0, -1):
        marker, name = segments[index - 1], segments[index]
        if marker in _NAMED_BY | _CLUSTERS and name not in _PARTS | _CONTAINERS:
            return Place(_app(segments, index), normalise(name), f"the folder {marker}/{name}")
    return None


def _app(segments: list[str], index: int) -> str:
    """The app's name: what stands before the environment, else after it, without container folders."""
    before = [segment for segment in segments[:index] if segment not in _CONTAINERS]
    if before:
        return "-".join(before)
    after = [s for s in segments[index + 1 :] if s not in _CONTAINERS | _PARTS and not _REGION.fullmatch(s)]
    if after:
        return "-".join(after)
    containers = [segment for segment in segments[:index] if segment not in _MARKERS]
    return containers[-1] if containers else ""


def _families(overlays: set[str]) -> frozenset[str]:
    found: dict[str, set[str]] = {}
    for name in overlays:
        match = re.fullmatch(r"(.+[-_.])([^-_.]+)", name)
        if match and tier_of(match.group(2)):
            found.setdefault(match.group(1), set()).add(match.group(2))
    return frozenset(family for family, tiers in found.items() if len(tiers) > 1)


def _tiered(known: set[str]) -> frozenset[str]:
    """The parents, and positions of parents, under which at least two tiers stand, one of them core."""
    found: dict[str, set[str]] = {}
    for path in known:
        parent, _, name = path.rpartition("/")
        tier = leading_tier(name)
        if tier is not None:
            found.setdefault(parent, set()).add(tier)
            found.setdefault(_position(parent), set()).add(tier)
    return frozenset(parent for parent, tiers in found.items() if len(tiers) > 1 and tiers & CORE_TIERS)


def _position(parent: str) -> str:
    above = parent.rpartition("/")[0]
    return f"{above}/*" if parent else ""


def _parent_name(path: str) -> str:
    return path.rpartition("/")[0].rpartition("/")[2]
