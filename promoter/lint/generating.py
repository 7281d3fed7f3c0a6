"""What admission policies make once they run: the objects that Kyverno's generate rules name.

It must not judge who misses them. A name with a variable stands for every name that fits it, in any
namespace, because the policy decides that in the cluster.
Fields: https://kyverno.io/docs/policy-types/cluster-policy/generate/
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Final

from promoter.lint.objects import child, mappings, text
from promoter.lint.surroundings import Surroundings
from promoter.model import Json

POLICIES: Final = ("ClusterPolicy.kyverno.io", "Policy.kyverno.io")
_VARIABLE: Final = re.compile(r"\{\{.*?\}\}")


def is_generated(around: Surroundings, kind: str, name: str) -> bool:
    """Whether a policy of the surroundings makes objects of that kind (`ServiceAccount`) and name."""
    return any(fnmatchcase(name, glob) for glob in _globs(around).get(kind, ()))


@lru_cache(maxsize=64)
def _globs(around: Surroundings) -> Mapping[str, tuple[str, ...]]:
    """The names that are made of each kind, as globs."""
    found: dict[str, list[str]] = defaultdict(list)
    for policy in (item for kind in POLICIES for item in around.known.get(kind, ())):
        for made in _made(child(policy.body, "spec")):
            name = text(made, "name")
            if name:
                found[text(made, "kind")].append(_VARIABLE.sub("*", name))
    return {kind: tuple(globs) for kind, globs in found.items()}


def _made(spec: dict[str, Json]) -> Iterator[dict[str, Json]]:
    for _, listed in mappings(spec, "rules"):
        generate = child(listed, "generate")
        yield generate
        for _, each in mappings(generate, "foreach"):
            yield each
