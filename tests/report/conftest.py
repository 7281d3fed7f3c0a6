import pytest

from promoter.model import KubeObject, ObjectKey, Rendered
from promoter.yamldoc import parse, value


@pytest.fixture
def rendered():
    """A render made from YAML text."""

    def make(text, path="overlays/prod"):
        documents = [value(node) for node in parse("manifests.yaml", text.encode()).documents]
        bodies = [body for body in documents if body]
        return Rendered(path, tuple(KubeObject(ObjectKey.of(body), body) for body in bodies), "test")

    return make
