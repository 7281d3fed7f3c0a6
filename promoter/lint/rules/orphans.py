"""Manifests and overlays that nothing deploys (KUS007)."""

from collections.abc import Iterator

from promoter.lint.rule import Scope, rule
from promoter.lint.source import SourceContext, Spot, is_yaml
from promoter.model import Location, Severity
from promoter.yamldoc import Mapping, text


@rule("KUS007", "orphan-manifest", Severity.WARNING, scope=Scope.SOURCE)
def orphan_manifest(source: SourceContext) -> Iterator[Spot]:
    """A manifest stands beside a kustomization that does not list it.

    ## What it does
    Reports YAML files with Kubernetes objects in the directory of a kustomization which no build reads and
    which no controller syncs. Directories without a kustomization are left alone.

    ## Why
    Somebody believes that it is deployed. It is not, and nobody notices when it stops being right.

    ## Example
    ```yaml
    # the directory also holds service.yaml
    resources:
      - deployment.yaml
    ```

    ## Instead
    ```yaml
    resources:
      - deployment.yaml
      - service.yaml
    ```
    """
    synced = tuple(
        f"{d.path}/"
        for d in source.deployables
        if d.path is not None and d.path not in source.kustomizations
    )
    own = {deployable.location.path for deployable in source.deployables}
    charts = {p.rpartition("/")[0] for p in source.snapshot.entries if p.endswith("/Chart.yaml")}
    for path in source.snapshot.entries:
        folder = path.rpartition("/")[0]
        if folder not in source.kustomizations or not is_yaml(path) or path in own or folder in charts:
            continue
        if path == source.kustomizations[folder].path or source.graph.readers(path):
            continue
        if path.startswith(synced) or not source.snapshot.is_file(path):
            continue
        kinds = list(_kinds(source, path))
        if kinds:
            yield Spot(Location(path), f"no build reads this file ({', '.join(kinds[:3])})")


def _kinds(source: SourceContext, path: str) -> Iterator[str]:
    """The kinds of a file's objects; a kustomization or a patch's target is none."""
    for document in source.graph.yaml(path).documents:
        if isinstance(document, Mapping) and document.get("metadata") is not None:
            kind, version = text(document.get("kind")), text(document.get("apiVersion"))
            if kind and version and not version.startswith(("kustomize.config.", "kustomize.toolkit.")):
                yield kind
