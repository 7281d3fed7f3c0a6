"""Renders made from YAML text, for tests of what is done with them."""

from promoter.model import KubeObject, ObjectKey, Rendered
from promoter.yamldoc import parse, value


def rendered(text: str, path: str = "overlays/prod") -> Rendered:
    """The objects of the text as a build of `path`; empty documents count for nothing."""
    bodies = [value(node) for node in parse("manifests.yaml", text.encode()).documents]
    objects = tuple(KubeObject(ObjectKey.of(body), body) for body in bodies if isinstance(body, dict))
    return Rendered(path, objects, "test")
