"""Which line of which file set a rendered field: promoter's own model of what kustomize merges.

`Model` follows resources, components, generators, patches and the built-in transformers over the input
graph, and remembers the place of every value. It must never guess: `Model.trace` compares its value with
the rendered one, and says nothing where they differ.
"""

from promoter.lint.provenance.accumulate import Built, Event, Model
from promoter.lint.provenance.items import Item
from promoter.lint.provenance.trace import Trace, trace
from promoter.lint.provenance.tree import Branch, Items, Leaf, Place, Tree

__all__ = ["Branch", "Built", "Event", "Item", "Items", "Leaf", "Model", "Place", "Trace", "Tree", "trace"]
