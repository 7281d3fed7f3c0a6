"""Where kustomize looks for a kustomization, and how paths are joined; nothing is read here.

The root of a repository is the empty string, and no path begins with `./`.
"""

from posixpath import normpath
from typing import Final

from promoter.model import Snapshot

KUSTOMIZATION_NAMES: Final = ("kustomization.yaml", "kustomization.yml", "Kustomization")


def kustomization_path(snapshot: Snapshot, directory: str) -> str | None:
    """The kustomization file of a directory, None where there is none."""
    for name in KUSTOMIZATION_NAMES:
        path = join(directory, name)
        if path in snapshot:
            return path
    return None


def join(directory: str, name: str) -> str:
    """The path of `name` inside a directory; the root is the empty string."""
    return f"{directory}/{name}" if directory else name


def inside(directory: str) -> str:
    """What every path inside a directory begins with; nothing for the root."""
    return f"{directory}/" if directory else ""


def why_outside(path: str, written: str) -> str:
    """What is wrong with a path that leaves the repository, as a sentence's end; `path` is who names it."""
    if written.startswith("/"):
        return "is an absolute path"
    if normpath(join(path.rpartition("/")[0], written)).split("/")[0] == "..":
        return "leads out of the repository"
    return "is or passes a symlink that leads out of the repository or in a circle"
