"""The input graph of kustomize builds: what kustomizations name, what a build reads, who reads a file."""

from promoter.kustomize.graph import KUSTOMIZATION_NAMES, Graph, graph_of, join, kustomization_path
from promoter.kustomize.memo import MEMO, Memo
from promoter.kustomize.values import Build, Closure, Kustomization, Reference, ReferenceKind

__all__ = [
    "KUSTOMIZATION_NAMES",
    "MEMO",
    "Build",
    "Closure",
    "Graph",
    "Kustomization",
    "Memo",
    "Reference",
    "ReferenceKind",
    "graph_of",
    "join",
    "kustomization_path",
]
