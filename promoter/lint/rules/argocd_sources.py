"""Sources of Argo CD Applications: what they take from each other and from kustomizations (ARG024, 029)."""

from collections.abc import Iterator

from promoter.lint.controllers import source_path
from promoter.lint.objects import child, items, mappings, text
from promoter.lint.rule import Profile, Scope, rule
from promoter.lint.source import SourceContext, Spot
from promoter.model import Json, Rendered, Severity
from promoter.yamldoc import at
from promoter.yamldoc import text as scalar_text


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
        if root.deployable is not None and isinstance(root.rendered, Rendered):
            place = source.place(root.deployable, *source_path(root.deployable))
            for each in root.rendered.repeated:
                yield Spot(place, str(each), environments=root.environments, build=root.directory)


@rule("ARG024", "kustomize-override-shadow", Severity.ERROR, scope=Scope.SOURCE)
def override_shadow(source: SourceContext) -> Iterator[Spot]:
    """An Application overrides the version that its overlay names.

    ## What it does
    Reports `kustomize.images` and `kustomize.replicas` of an Application's source that repeat an entry of
    the kustomization it deploys.

    ## Why
    The overlay shows one version, and another one runs: a promotion that edits the overlay changes
    nothing.

    ## Example
    ```yaml
    # the overlay has an `images` entry for ghcr.io/acme/web
    source:
      kustomize:
        images: [ghcr.io/acme/web:1.4.2]
    ```

    ## Instead
    ```yaml
    source:
      path: overlays/prod
    ```
    """
    for each in source.deployables:
        spec = each.overrides.get("source")
        item = source.kustomizations.get(each.path) if each.path is not None else None
        if each.controller != "argocd" or not isinstance(spec, dict) or item is None:
            continue
        kustomize = child(spec, "kustomize")
        for field, names in (
            ("images", _image_names(kustomize)),
            ("replicas", _names(kustomize, "replicas")),
        ):
            both = sorted(set(_own(source, each.path or "", field)).intersection(names))
            if both:
                place = source.place(each, *source_path(each), "kustomize", field)
                message = f"{each.name} overrides `{field}` of {item.path}: {', '.join(both)}"
                yield Spot(place, message)


def _image_names(kustomize: dict[str, Json]) -> list[str]:
    entries = [str(entry) for entry in items(kustomize, "images")]
    heads = [entry.partition("=")[0].partition("@")[0] for entry in entries]
    return [head.rpartition(":")[0] if ":" in head.rpartition("/")[2] else head for head in heads]


def _names(body: dict[str, Json], field: str) -> list[str]:
    return [text(entry, "name") for _, entry in mappings(body, field)]


def _own(source: SourceContext, directory: str, field: str) -> Iterator[str]:
    for entry in source.kustomizations[directory].entries(field):
        yield scalar_text(at(entry, "name")) or ""
