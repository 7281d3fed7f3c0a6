"""Argo CD Applications with several sources: what one source takes from another (ARG029)."""

from collections.abc import Iterator

from promoter.lint.rule import Profile, Scope, rule
from promoter.lint.source import Root, SourceContext, Spot
from promoter.model import Location, Rendered, Severity


@rule("ARG029", "repeated-resource", Severity.WARNING, Profile.STRUCTURE, scope=Scope.SOURCE)
def repeated_resource(source: SourceContext) -> Iterator[Spot]:
    """Several sources of one Application give the same object.

    ## What it does
    Renders the sources of an Application that lie in this repository and reports each object that a
    later source gives too. Argo CD calls it a RepeatedResourceWarning.

    ## Why
    Only the object of the last source is deployed. A version that is edited in the earlier source
    changes nothing.

    ## Example
    ```yaml
    sources:
      - {path: shop/base}       # Deployment web
      - {path: shop/overlay}    # Deployment web again
    ```

    ## Instead
    ```yaml
    sources:
      - {path: shop/overlay}
    ```
    """
    for root in source.roots:
        if isinstance(root.rendered, Rendered):
            names = (root.environment,) if root.environment else ()
            for each in root.rendered.repeated:
                yield Spot(_place(source, root), str(each), environments=names, build=root.directory)


def _place(source: SourceContext, root: Root) -> Location:
    """The entry of `sources` that gives the object; the object's own place where a template writes it."""
    assert root.deployable is not None
    found, index = root.deployable, root.deployable.overrides.get("index")
    for item in source.controllers:
        same = item.file.path == found.location.path and item.name == found.name
        if same and item.kind == "Application" and isinstance(index, int):
            return item.place("spec", "sources", index)
    return found.location
