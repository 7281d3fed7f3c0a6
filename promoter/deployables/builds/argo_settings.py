"""What Argo CD's own ConfigMaps say, where they are committed beside what it deploys.

Only files that are named after the ConfigMap are looked at; the first in the paths' order that has the
setting counts. Nothing here is guessed: without such a file a setting is not known.
"""

from functools import lru_cache

from promoter.deployables.objects import mapping, string
from promoter.kustomize import Graph
from promoter.yamldoc import value


@lru_cache(maxsize=16)
def committed(graph: Graph, config_map: str, key: str) -> str | None:
    """A setting of a ConfigMap of Argo CD, by the ConfigMap's name; None when no file says it."""
    names = (f"{config_map}.yaml", f"{config_map}.yml")
    for path in graph.snapshot.entries:
        if path.rpartition("/")[2] in names and graph.snapshot.is_file(path):
            for document in graph.yaml(path).documents:
                data = mapping(mapping(value(document)).get("data"))
                if key in data:
                    return string(data[key])
    return None
