"""The fields of a kustomization that name files and directories.

Nothing is read here. Every field that kustomize follows is in one of these; a reader of kustomizations has
to know them all.
"""

from typing import Final

PLUGIN_FIELDS: Final = ("generators", "transformers", "validators")
TEXT_LISTS: Final = (
    "resources",
    "bases",
    "components",
    "configurations",
    "crds",
    "patchesStrategicMerge",
    *PLUGIN_FIELDS,
)
"""Lists of paths and URLs."""

PATH_LISTS: Final = ("patches", "patchesJson6902", "replacements")
"""Lists of mappings, whose `path` names a file."""

GENERATORS: Final = ("configMapGenerator", "secretGenerator")
"""Lists of mappings, whose `env`, `envs` and `files` name files."""

OTHERS: Final = ("openapi", "helmCharts")
"""Fields that name files in a way of their own."""
