"""What tests of promotions share: trees of texts, plans over them, edits, renders and lint findings."""

import os
import subprocess
from contextlib import closing
from pathlib import Path

from promoter.commands.lint import LintRequest, lint
from promoter.commands.workspace import Workspace
from promoter.images import edits, file_pins
from promoter.images.reference import split_version
from promoter.kustomize import Build, Graph
from promoter.model import Image, Snapshot
from promoter.plan import Request, plan, site
from promoter.render import open_renderer

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: shop}\nspec:\n  containers:\n  - name: shop\n    image: "


def graph(files: dict[str, str | bytes]) -> Graph:
    """The graph of a tree of texts (or bytes) by path."""
    return Graph(
        Snapshot.of(
            {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
        )
    )


def only(given: Graph, path: str, name: str):
    """The one pin of an image in a file."""
    (pin,) = [pin for pin in file_pins(given, path) if name in (pin.image.name, pin.alias)]
    return pin


def moved(path: str, text: str | bytes, name: str, version: str) -> bytes:
    """The file after every pin of an image in it has moved to a version."""
    given = graph({path: text})
    pins = [pin for pin in file_pins(given, path) if name in (pin.image.name, pin.alias)]
    assert pins, f"no pin of {name}"
    tag, digest = split_version(version)
    made = edits(given, [(pin, Image(pin.image.name, tag, digest)) for pin in pins])
    return given.snapshot.with_edits(made)[path]


def entry(value: str) -> str:
    """A kustomization whose only image has this written tag."""
    return f"images:\n- name: x/shop\n  newTag: {value}\n"


def moved_entry(before: str, version: str) -> str:
    """What stands after `newTag: ` once the version has moved."""
    return (
        moved("kustomization.yaml", entry(before), "x/shop", version)
        .decode()
        .partition("newTag: ")[2]
        .rstrip("\n")
    )


def promoted(given: Graph, target: str, source: str | None = None, **request: object):
    """The plan that promotes to a directory."""
    return plan(site(given, source) if source else None, site(given, target), Request(**request))


def after(given: Graph, made, path: str) -> str:
    """A file after a plan's edits."""
    return given.snapshot.with_edits(made.edits)[path].decode()


def render(given: Graph, directory: str, made=None):
    """What a directory builds to, after a plan's edits where there is one."""
    snapshot = given.snapshot.with_edits(made.edits) if made else given.snapshot
    renderer = open_renderer(cached=False, jobs=1)
    try:
        return renderer.render(Build(snapshot, directory))
    finally:
        renderer.close()


def linted(folder: Path, files: dict[str, str], *codes: str) -> set[str]:
    """The codes of the findings of a repository made of these files."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", "init", "-q"], cwd=folder, env=environment, check=True)
    with closing(Workspace.open(str(folder))) as workspace:
        return {finding.code for finding in lint(workspace, LintRequest(select=codes)).findings}
