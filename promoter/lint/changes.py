"""A change as the rules about changes see it, made of the sources before and after.

It must not judge anything or read a repository. An environment takes part when it is deployed before and
after, and a changed file is one that decides what it renders.
"""

from collections import Counter
from collections.abc import Iterable

from promoter.deployables.builds.inputs import reads
from promoter.lint.context import RenderedContext, context
from promoter.lint.environments import GitContext, Revision, Stage
from promoter.lint.lanes import Lanes
from promoter.lint.source import Root, SourceContext
from promoter.model import Rendered

Build = tuple[str, str]


def change(
    before: SourceContext, after: SourceContext, stages: Iterable[Stage], paths: Iterable[str]
) -> GitContext:
    """What differs between two states of the repository. `paths` are the files that differ."""
    by_name, changed = {stage.name: stage for stage in stages}, tuple(sorted(paths))
    old, new = _renders(before), _renders(after)
    read = {(root.app, root.environment): _read(after, root) for root in after.roots}
    revisions = [
        Revision(
            build[0], by_name[build[1]], old[build], new[build],
            tuple(path for path in changed if path in read[build]),
        )
        for build in new
        if build in old and build[1] in by_name
    ]  # fmt: skip
    times = Counter(path for _, path in {(env, path) for (_, env), files in read.items() for path in files})
    shared = tuple(path for path in changed if times[path] > 1)
    return GitContext(tuple(revisions), new, shared)


def _renders(source: SourceContext) -> dict[Build, RenderedContext]:
    """The first root of each app in each environment, as rules see it."""
    lanes = Lanes(source.roots, ())
    found: dict[Build, RenderedContext] = {}
    for root in source.roots:
        if root.environment and isinstance(root.rendered, Rendered):
            made = context(root.rendered.objects, around=lanes.around(root), namespace=root.namespace)
            found.setdefault((root.app, root.environment), made)
    return found


def _read(source: SourceContext, root: Root) -> frozenset[str]:
    """The files that decide what the root renders; of one that nothing deploys, its kustomization's."""
    if root.deployable is None:
        return frozenset(source.graph.closure(root.directory).files)
    return reads(source.graph, root.deployable)
