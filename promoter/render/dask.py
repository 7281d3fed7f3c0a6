"""Builds on the machines of a Dask cluster: a build is a pure function of its inputs, so it ships anywhere.

Each worker of the cluster builds with the engine that is installed there, and every one of them must have
the same engine and version. Inputs are checked before they leave; nothing else of the repository does.
"""

import importlib
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final, Protocol

from promoter.errors import RenderError, UsageError
from promoter.frozen import frozen
from promoter.render.engine import Engine, choose
from promoter.render.inputs import Answer, Inputs
from promoter.render.limits import Limits

SCHEME: Final = "dask://"
_CONNECT_SECONDS: Final = 10


class Future(Protocol):
    """A build that runs somewhere."""

    def result(self) -> tuple[Answer, str]:
        """What it gave; waits for it."""


class Client(Protocol):
    """What is used of `distributed.Client`."""

    def submit(
        self,
        work: Callable[[str, Limits, Inputs], tuple[Answer, str]],
        *arguments: object,
        pure: bool,
        retries: int,
    ) -> Future:
        """Run the work on some worker."""

    def run(
        self, work: Callable[[str, Limits], tuple[str, str]], *arguments: object
    ) -> Mapping[str, tuple[str, str]]:
        """Run the work on every worker; the results by worker."""

    def ncores(self) -> Mapping[str, int]:
        """The cores of each worker."""

    def close(self) -> None:
        """Leave the cluster."""


@frozen
class DaskEngine:
    """An engine whose builds run in a cluster, `cores` at a time."""

    client: Client
    wanted: str
    limits: Limits
    name: str
    version: str
    cores: int

    def build(self, inputs: Inputs) -> tuple[Answer, str]:
        """The answer of the cluster; a worker that is lost is a failure of this build alone."""
        future = self.client.submit(build_here, self.wanted, self.limits, inputs, pure=False, retries=0)
        try:
            answer, top = future.result()
        except Exception as error:  # noqa: BLE001 - whatever the cluster raises belongs to this build
            return Answer(error=f"the cluster did not build it: {error}", limited=True), "/"
        return answer, top

    def close(self) -> None:
        """Leave the cluster."""
        self.client.close()


def connect(address: str, wanted: str, limits: Limits) -> DaskEngine:
    """The engine of the cluster at `dask://host:port`.

    Raises RenderError when the package is not installed, nobody answers, there are no workers, or the
    workers' engines differ, UsageError when the address is no such address.
    """
    try:
        distributed = importlib.import_module("distributed")
    except ImportError as error:
        raise RenderError(
            "builds on a Dask cluster need the package distributed", hint="pip install 'promoter[dask]'"
        ) from error
    if not address.startswith(SCHEME):
        raise UsageError(f"expected --executor {SCHEME}HOST:PORT, found {address!r}")
    scheduler = address.removeprefix(SCHEME)
    try:
        client: Client = distributed.Client(f"tcp://{scheduler}", timeout=_CONNECT_SECONDS)
    except (OSError, ValueError) as error:
        raise RenderError(
            f"no Dask scheduler answers at {scheduler}: {error}",
            hint="is it started, and reachable from here?",
        ) from error
    engines = set(client.run(engine_here, wanted, limits).values())
    if len(engines) != 1:
        client.close()
        found = ", ".join(sorted(f"{name} {version}" for name, version in engines)) or "no workers"
        raise RenderError(
            f"every worker of the cluster needs the same engine, found {found}",
            hint="install the same promoter and engine on each",
        )
    name, version = engines.pop()
    return DaskEngine(client, wanted, limits, name, version, sum(client.ncores().values()))


@cache
def _engine(wanted: str, limits: Limits) -> Engine:
    """The engine of this process, kept for the next builds."""
    return choose(wanted, limits)


def engine_here(wanted: str, limits: Limits) -> tuple[str, str]:
    """Name and version of the engine of the process that is asked."""
    engine = _engine(wanted, limits)
    return engine.name, engine.version


def build_here(wanted: str, limits: Limits, inputs: Inputs) -> tuple[Answer, str]:
    """Build in the process that is asked."""
    return _engine(wanted, limits).build(inputs)
