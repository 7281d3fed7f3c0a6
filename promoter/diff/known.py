"""The secret values that stand in a build's own files, so that an error about them can be shown.

An engine that fails may quote what it read. Everything that is, or becomes, a value of a Secret is
collected from the closure; the result is only ever used to take the values out of a text.
"""

from collections.abc import Iterator

from promoter.diff.reach import mappings, texts
from promoter.diff.redaction import secret_values
from promoter.kustomize import Graph
from promoter.model import Json
from promoter.yamldoc import value


def known_secrets(graph: Graph, directory: str) -> frozenset[str]:
    """Every secret value that a build of the directory reads, plain and in base64."""
    found: set[str] = set()
    closure = graph.closure(directory)
    for path in closure.files:
        if path.endswith((".yaml", ".yml", ".json")) or path.rpartition("/")[2] == "Kustomization":
            for node in graph.yaml(path).documents:
                body = value(node)
                found.update(secret_values(body) if isinstance(body, dict) else ())
                found.update(_generated(graph, path.rpartition("/")[0], body))
    return frozenset(each for each in found if each.strip())


def _generated(graph: Graph, directory: str, body: Json) -> Iterator[str]:
    """What the secret generators of a kustomization read: literals, lines of env files, whole files."""
    for generator in mappings(body, "secretGenerator"):
        for literal in texts(generator, "literals"):
            yield literal.partition("=")[2].strip("'\"") or literal
        env = generator.get("env")
        for name in (*texts(generator, "envs"), *([env] if isinstance(env, str) else [])):
            for line in _content(graph, directory, name).splitlines():
                yield line.partition("=")[2] or line
        for name in texts(generator, "files"):
            content = _content(graph, directory, name.partition("=")[2] or name)
            yield content
            yield from content.splitlines()


def _content(graph: Graph, directory: str, name: str) -> str:
    kind, path = graph.resolve(directory, name)
    if kind != "file" or path is None or path not in graph.snapshot:
        return ""
    return graph.snapshot[path].decode(errors="replace")
