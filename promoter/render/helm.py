"""The engine that runs `helm template` on a chart of the repository, once for each chart.

Like kustomize's engine it sees a private folder with the chart and its value files only: no home, no
plugins, no cluster and no network, and nothing is downloaded. Without a cluster a release of Kubernetes has
to be assumed, and it is the same one whatever helm is installed.
"""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from promoter.errors import RenderError
from promoter.frozen import frozen
from promoter.model import ChartBuild
from promoter.render.bounded import answer
from promoter.render.inputs import Answer, Inputs
from promoter.render.limits import Limits
from promoter.render.sandbox import environment, materialised, without_network

FOUND: Final = "helm"
OFF: Final = "none"
HELM: Final = "helm "
KUBERNETES: Final = "1.34.0"
_VERSION: Final = re.compile(r"v?(\d+(?:\.\d+)+\S*)")
_HOMES: Final = (
    *("HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME", "HELM_PLUGINS", "KUBECONFIG"),
    *("HELM_REGISTRY_CONFIG", "HELM_REPOSITORY_CONFIG", "HELM_REPOSITORY_CACHE"),
)
_SPECIAL: Final = re.compile(r"([\\,])")
_INSTALL: Final = "install helm 3 on PATH, or name one in promoter.yaml: `render: {helm: /path/to/helm}`"


@frozen
class HelmEngine:
    """A helm that is started for each chart. `program` is its path, `version` what it says it is."""

    version: str
    program: str
    limits: Limits

    @property
    def name(self) -> str:
        """The engine's name and version, for people and the cache."""
        return f"{HELM}{self.version}"

    def template(self, build: ChartBuild, inputs: Inputs) -> tuple[Answer, str]:
        """The answer, and the root that its error text speaks of. Never raises for a bad chart."""
        with materialised(inputs) as root:
            values = [str(root / path) for path in build.values]
            if build.inline:
                inline = root.parent / "values.yaml"
                inline.write_text(build.inline, encoding="utf-8")
                values.append(str(inline))
            command = [*without_network(), self.program, *_arguments(build, root, values)]
            return answer(command, root / inputs.entry, _alone(root.parent), self.limits), str(root)


def _alone(home: Path) -> Mapping[str, str]:
    """The whole environment of a helm: every place where it looks for something is absent from `home`."""
    return {**environment(home, remote=False), **{name: str(home / "none" / name) for name in _HOMES}}


def _arguments(build: ChartBuild, root: Path, values: list[str]) -> list[str]:
    arguments = ["template", "--kube-version", build.kube_version or KUBERNETES]
    if build.namespace:
        arguments += ["--namespace", build.namespace]
    for each in values:
        arguments += ["--values", _listed(each)]
    for option, text in build.settings:
        arguments += [f"--{option}", text]
    for name, path in build.inputs:
        escaped = _SPECIAL.sub(r"\\\1", str(root / path))
        arguments += ["--set-file", f"{name}={escaped}"]
    for each in build.api_versions:
        arguments += ["--api-versions", _listed(each)]
    arguments += ["--include-crds"] if build.crds else []
    arguments += [] if build.tests else ["--skip-tests"]
    arguments += [] if build.checked else ["--skip-schema-validation"]
    return [*arguments, "--", build.release, str(root / build.entry)]


def _listed(text: str) -> str:
    """The text as one item of an option that takes a list, which Helm reads as CSV."""
    return '"' + text.replace('"', '""') + '"' if "," in text or '"' in text else text


def find(wanted: str = FOUND, limits: Limits = Limits()) -> HelmEngine:  # noqa: B008 - a frozen value
    """The helm that `wanted` names: `helm` (the one on PATH) or the path of one.

    Raises RenderError, saying what to do, when there is none or it does not start.
    """
    if wanted == OFF:
        raise RenderError("`render.helm: none` switches it off", hint="remove it from promoter.yaml")
    program = shutil.which(wanted)
    if program is None:
        where = "on PATH" if wanted == FOUND else f"at {wanted}"
        raise RenderError(f"no helm {where}", hint=_INSTALL)
    return HelmEngine(_version(program), program, limits)


@cache
def _version(program: str) -> str:
    """What the program says it is; asked once."""
    with tempfile.TemporaryDirectory(prefix="promoter-") as home:
        try:
            asked = subprocess.run(  # noqa: S603 - the user installed or named this program
                [program, "version", "--template", "{{.Version}}"],
                capture_output=True,
                text=True,
                timeout=30,
                check=False,
                env=dict(_alone(Path(home))),
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise RenderError(f"helm does not start: {error}", where=program) from error
    found = _VERSION.search(asked.stdout)
    if asked.returncode != 0 or found is None:
        raise RenderError("helm does not say its version", where=program, hint=_INSTALL)
    return found.group(1)
