"""Controllers' objects that cannot be read from their file: Helm templates and broken YAML.

Each such file is one unresolved deployable, so that what it deploys is never silently absent.
"""

import re
from collections.abc import Iterator
from typing import Final

from promoter.deployables.naming import Clues, Naming
from promoter.deployables.reading import Sources
from promoter.model import Deployable, Location

_KIND: Final = re.compile(rb"^kind:\s*[\"']?(\w+)", re.MULTILINE)
_FLUX: Final = ("Kustomization", "HelmRelease", "ResourceSet")


def unreadable(
    sources: Sources, naming: Naming, rendered: frozenset[str] = frozenset()
) -> Iterator[Deployable]:
    """One unresolved deployable for each file that holds controllers' objects nobody can read here.

    The templates of a chart that was `rendered` are known from its output.
    """
    for path, chart in sources.templates.items():
        if chart in rendered:
            continue
        reason = f"it is a Helm template of {chart or 'the root'}, known only after helm renders the chart"
        yield from _unresolved(sources, naming, Location(path), reason)
    for path, found in sources.files.items():
        error = sources.graph.yaml(path).error
        if error is not None and not found:
            yield from _unresolved(sources, naming, error.location, f"not valid YAML: {error.message}")


def _unresolved(sources: Sources, naming: Naming, place: Location, reason: str) -> Iterator[Deployable]:
    match = _KIND.search(sources.graph.content(place.path))
    kind = match.group(1).decode() if match else ""
    if kind not in ("Application", "ApplicationSet", *_FLUX):
        return
    controller = "flux" if kind in _FLUX else "argocd"
    name = place.path.rpartition("/")[2].partition(".")[0]
    named = naming.decide(Clues(name=name, holder=place.path))
    yield Deployable(
        controller,
        kind,
        name,
        named.app,
        named.environment,
        None,
        place,
        reason=reason,
        evidence=named.evidence,
    )
