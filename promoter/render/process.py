"""The engine that starts `kubectl kustomize` or `kustomize build` once for each build.

The program sees a private folder and nothing of the user's environment; it is bounded in memory, processor
time and wall time, and killed when it exceeds them. Its YAML becomes kustomize's own values.
"""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from promoter.render.inputs import Answer, Inputs
from promoter.render.limits import Limits
from promoter.render.sandbox import environment, materialised, without_network
from promoter.yamldoc import parse, value

_LIMIT_HINTS: Final = ("out of memory", "cannot allocate memory")


@dataclass(frozen=True, slots=True)
class ProcessEngine:
    """A kustomize that is started for each build. `name` is `kubectl` or `kustomize`.

    `program` is the path of the executable and `version` what it says it is.
    """

    name: str
    version: str
    program: str
    limits: Limits

    def build(self, inputs: Inputs) -> tuple[Answer, str]:
        """The answer, and the root that its error text speaks of. Never raises for a bad build."""
        with materialised(inputs) as root:
            answer = self._run(inputs, root)
            return answer, str(root)

    def close(self) -> None:
        """Nothing is held between builds."""

    def _arguments(self, inputs: Inputs, root: Path) -> list[str]:
        restrictor = "LoadRestrictionsRootOnly" if inputs.root_only else "LoadRestrictionsNone"
        order = ["--reorder", "none"] if inputs.reorder == "none" else []
        verb = "kustomize" if self.name == "kubectl" else "build"
        alone = () if inputs.remote else without_network()
        return [
            *alone,
            self.program,
            verb,
            "--load-restrictor",
            restrictor,
            *order,
            str(root / inputs.entry),
        ]

    def _run(self, inputs: Inputs, root: Path) -> Answer:
        process = subprocess.Popen(  # noqa: S603 - the program was chosen by us or the configuration
            self._arguments(inputs, root),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=root,
            env=dict(environment(root.parent, remote=inputs.remote)),
        )
        _bound(process.pid, self.limits)
        try:
            output, errors = process.communicate(timeout=self.limits.seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return Answer(error=f"the build took longer than {self.limits.seconds:g} s", limited=True)
        if process.returncode == 0:
            return _objects(output)
        return _error(process.returncode, errors.decode(errors="replace"))


def _bound(pid: int, limits: Limits) -> None:
    """Bound a started process where the system can (Linux); elsewhere wall time alone bounds it.

    Address space would be the wrong measure: Go reserves much more of it than it uses.
    """
    if sys.platform != "linux":
        return
    import resource

    try:
        resource.prlimit(pid, resource.RLIMIT_DATA, (limits.memory, limits.memory))
        seconds = int(limits.seconds) + 1
        resource.prlimit(pid, resource.RLIMIT_CPU, (seconds, seconds))
    except (ProcessLookupError, PermissionError):
        return


def _objects(output: bytes) -> Answer:
    file = parse("output", output)
    if file.error is not None:
        return Answer(error=f"the engine's output is not readable: {file.error.message}")
    return Answer([body for document in file.documents if isinstance(body := value(document), dict)])


def _error(code: int, errors: str) -> Answer:
    if code < 0 or any(hint in errors for hint in _LIMIT_HINTS):
        return Answer(error="the build needed more memory or processor time than it may use", limited=True)
    return Answer(error=errors.strip() or f"the engine ended with code {code} and no message")
