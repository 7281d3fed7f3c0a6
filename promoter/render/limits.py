"""How much a build may cost, and which remote hosts it may name.

A pull request can hold any text, so every bound here is met by a named refusal, never by a hang. The
values are part of a cached result's key: a changed bound never serves an old verdict.
"""

from promoter.frozen import frozen


@frozen
class Limits:
    """Bounds of one build. `memory` and `bytes` are in bytes, `seconds` is wall time.

    `objects` bounds the manifests that a build reads: kustomize needs quadratic time in them
    (1,800 take about seven seconds). `aliases` is the number of YAML aliases in one file from which on
    their expansion is counted.
    """

    seconds: float = 60.0
    memory: int = 2 << 30
    bytes: int = 64 << 20
    files: int = 10_000
    objects: int = 10_000
    aliases: int = 24


@frozen
class Policy:
    """What a build may do: its limits, and the hosts (`github.com`) whose remote entries are allowed."""

    limits: Limits = Limits()
    remote_hosts: frozenset[str] = frozenset()
