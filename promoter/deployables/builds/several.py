"""The builds of several deployables, and the sources of one Application together.

Argo CD renders each source alone and keeps of an object that several give the last one, with a
RepeatedResourceWarning (https://argo-cd.readthedocs.io/en/stable/user-guide/multiple_sources/). Objects are
the same by group, kind, name and the namespace that they are deployed to; a later source that cannot be
rendered here hides nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from promoter.deployables.builds.after import finish
from promoter.deployables.builds.prepared import Later, Prepared
from promoter.deployables.objects import mapping, sequence
from promoter.deployables.reading import Builder
from promoter.model import Deployable, Json, KubeObject, ObjectKey, Rendered, RenderFailure, Repeated

Result = Rendered | RenderFailure


def render(prepared: Sequence[Prepared], build: Builder) -> tuple[Result, ...]:
    """One result for each: built, with what follows the build, and without what a later source gives."""
    parts = [each for one in prepared for each in (one, *(later.prepared for later in one.later))]
    built = build([each.build for each in parts])
    results = iter([finish(result, each.after) for each, result in zip(parts, built, strict=True)])
    found: list[Result] = []
    for one in prepared:
        own = next(results)
        found.append(_kept(own, [(each, next(results)) for each in one.later]))
    return tuple(found)


def later(deployable: Deployable) -> Iterator[tuple[int, Deployable]]:
    """The sources of this repository that come after the deployable's own, each with its place."""
    overrides = deployable.overrides
    if "later" not in overrides:
        return
    listed = sequence(mapping(overrides.get("spec")).get("sources"))
    for each in map(mapping, sequence(overrides.get("later"))):
        index, path = each.get("index"), each.get("path")
        if isinstance(index, int) and isinstance(path, str) and index < len(listed):
            own: dict[str, Json] = {key: item for key, item in overrides.items() if key != "later"}
            own |= {"source": dict(mapping(listed[index])), "index": index}
            yield index, replace(deployable, path=path, overrides=own)


def _kept(result: Result, over: Sequence[tuple[Later, Result]]) -> Result:
    """The result without the objects that a later source gives too; the last such source is named."""
    if isinstance(result, RenderFailure) or not over:
        return result
    taken: dict[ObjectKey, Later] = {}
    for each, given in over:
        if isinstance(given, Rendered):
            taken |= {_identity(item, each.namespace): each for item in given.objects if item.key.name}
    kept: list[KubeObject] = []
    repeated: list[Repeated] = []
    for item in result.objects:
        holder = taken.get(_identity(item, over[0][0].namespace))
        if holder is None:
            kept.append(item)
        else:
            repeated.append(Repeated(item.key, holder.index, holder.prepared.build.entry))
    return replace(result, objects=tuple(kept), repeated=tuple(repeated)) if repeated else result


def _identity(item: KubeObject, namespace: str) -> ObjectKey:
    return replace(item.key, namespace=item.key.namespace or namespace)
