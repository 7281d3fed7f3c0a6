"""The engine that starts `kubectl kustomize` or `kustomize build` once for each build.

The program sees a private folder and nothing of the user's environment; it is bounded in memory, processor
time and wall time, and killed when it exceeds them. Its YAML becomes kustomize's own values.
"""

from pathlib import Path

from promoter.frozen import frozen
from promoter.render.bounded import answer
from promoter.render.inputs import Answer, Inputs
from promoter.render.limits import Limits
from promoter.render.sandbox import environment, materialised, without_network


@frozen
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
            own = environment(root.parent, remote=inputs.remote)
            return answer(self._arguments(inputs, root), root, own, self.limits), str(root)

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
