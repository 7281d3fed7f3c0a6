"""Where kustomize looks for a kustomization, and how paths are joined; nothing is read here.

The root of a repository is the empty string, and no path begins with `./`.
"""

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
