"""The input graph of kustomize builds: what kustomizations name, what a build reads, who reads a file."""

from promoter.kustomize.alike import differing
from promoter.kustomize.fields import PLUGIN_FIELDS
from promoter.kustomize.graph import Graph, graph_of
from promoter.kustomize.memo import MEMO, Memo
from promoter.kustomize.paths import KUSTOMIZATION_NAMES, inside, join, kustomization_path, why_outside
from promoter.kustomize.readers import Readers
from promoter.kustomize.sketch import is_inline
from promoter.kustomize.values import Build, Closure, Kustomization, Reference, ReferenceKind

__all__ = [
    "KUSTOMIZATION_NAMES",
    "MEMO",
    "PLUGIN_FIELDS",
    "Build",
    "Closure",
    "Graph",
    "Kustomization",
    "Memo",
    "Readers",
    "Reference",
    "ReferenceKind",
    "differing",
    "graph_of",
    "inside",
    "is_inline",
    "join",
    "kustomization_path",
    "why_outside",
]
