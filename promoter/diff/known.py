"""The secret values that stand in a build's own files, so that an error about them can be shown.

An engine that fails may quote what it read. Everything that is, or becomes, a value of a Secret is
collected from the closure; the result is only ever used to take the values out of a text.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from promoter.diff.reach import mappings, reach, text, texts
from promoter.diff.redaction import leaves, secret_values
from promoter.kustomize import Graph
from promoter.model import Json
from promoter.yamldoc import YamlFile, parse, value

_HOLDS_SECRETS: Final = re.compile(r"kind:\s*[\"']?Secret|secretGenerator:")
_WORDS: Final = re.compile(r"[^\s:,'\"{}\[\]]{8,}")


def known_secrets(graph: Graph, directory: str) -> frozenset[str]:
    """Every secret value that a build of the directory reads, plain and in base64."""
    found: set[str] = set()
    for path in graph.closure(directory).files:
        if path.endswith((".yaml", ".yml", ".json")) or path.rpartition("/")[2] == "Kustomization":
            file = graph.yaml(path)
            found |= file_secrets(file)
            found.update(_read(graph, path.rpartition("/")[0], map(value, file.documents)))
    return frozenset(each for each in found if each.strip())


def file_secrets(file: YamlFile) -> frozenset[str]:
    """The secret values that stand in one file: of Secrets, inline patches and generators' literals.

    Of a file that does not parse every word that could be a value of a Secret counts as one.
    """
    found: set[str] = set()
    for body in map(value, file.documents):
        found.update(secret_values(body) if isinstance(body, dict) else ())
        for generator in mappings(body, "secretGenerator"):
            found.update(texts(generator, "literals"))
            found.update(each.partition("=")[2].strip("'\"") for each in texts(generator, "literals"))
        for patch in mappings(body, "patches"):
            found.update(_of_patch(text(patch, "patch"), text(patch, "target", "kind")))
    if file.error is not None and _HOLDS_SECRETS.search(file.text):
        found.update(_WORDS.findall(file.text))
    return frozenset(found)


def _of_patch(patch: str, kind: str) -> Iterator[str]:
    """What an inline patch says of a Secret; of one that is no patch, every word."""
    inner = parse("", patch.encode())
    bodies = [value(node) for node in inner.documents]
    for body in bodies:
        yield from secret_values(body) if isinstance(body, dict) else ()
        for operation in body if isinstance(body, list) else ():
            written = reach(operation, "value")
            if kind in ("", "Secret") and "ata" in text(operation, "path"):
                yield from leaves(written)
    if inner.error is not None:
        yield from _WORDS.findall(patch)


def _read(graph: Graph, directory: str, bodies: Iterable[Json]) -> Iterator[str]:
    """What the secret generators read: the values in env files, and whole files with their lines."""
    for generator in (each for body in bodies for each in mappings(body, "secretGenerator")):
        for name in (*texts(generator, "envs"), *filter(None, [text(generator, "env")])):
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
