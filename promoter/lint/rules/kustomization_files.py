"""Kustomizations as written: what they name, and which fields they have (KUS, no build needed)."""

from collections.abc import Iterator, Mapping
from typing import Final

from promoter.errors import did_you_mean
from promoter.kustomize import KUSTOMIZATION_NAMES, Kustomization, join, why_outside
from promoter.lint.rule import Profile, Scope, rule
from promoter.lint.source import SourceContext, Spot
from promoter.model import Edit, Fix, Location, RenderFailure, Severity
from promoter.yamldoc import Dialect, Node, Scalar, Sequence, resolve, set_scalar, text, uneditable, walk
from promoter.yamldoc import Mapping as MappingNode

# https://github.com/kubernetes-sigs/kustomize/blob/kustomize/v5.8.1/api/types/kustomization.go
_TARGET: Final = "group version kind name namespace labelSelector annotationSelector"
_OPTIONS: Final = "labels annotations disableNameSuffixHash immutable"
_GENERATOR: Final = "name namespace behavior files literals envs env options"
_CHART: Final = (
    "name version repo releaseName namespace additionalValuesFiles valuesFile valuesInline valuesMerge "
    "includeCRDs skipHooks apiVersions kubeVersion nameTemplate skipTests debug devel"
)
FIELDS: Final[Mapping[str, str]] = {
    "": "apiVersion kind metadata openapi namePrefix nameSuffix namespace commonLabels labels "
    "commonAnnotations patchesStrategicMerge patchesJson6902 patches images imageTags replacements "
    "replicas vars sortOptions resources components crds bases configMapGenerator secretGenerator "
    "helmGlobals helmCharts helmChartInflationGenerator generatorOptions configurations generators "
    "transformers validators buildMetadata",
    "images": "name newName newTag digest tagSuffix",
    "replicas": "name count",
    "labels": "pairs includeSelectors includeTemplates fields",
    "patches": "path patch target options",
    "patches.target": _TARGET,
    "patches.options": "allowNameChange allowKindChange",
    "patchesJson6902": "path patch target options",
    "patchesJson6902.target": _TARGET,
    "configMapGenerator": _GENERATOR,
    "configMapGenerator.options": _OPTIONS,
    "secretGenerator": f"{_GENERATOR} type",
    "secretGenerator.options": _OPTIONS,
    "generatorOptions": _OPTIONS,
    "replacements": "path source sourceValue targets",
    "helmCharts": _CHART,
    "helmGlobals": "chartHome configHome",
    "sortOptions": "order legacySortOptions",
    "openapi": "path",
}


@rule("KUS001", "build-failed", Severity.ERROR, Profile.STRUCTURE, scope=Scope.SOURCE)
def build_failed(source: SourceContext) -> Iterator[Spot]:
    """A deployed kustomization does not build.

    ## What it does
    Reports what the engine says when it refuses the build, unless another finding in a file of that build
    already names the cause. A build that promoter itself does not attempt is a question left open.

    ## Why
    The controller cannot sync what does not build: the environment keeps its last state, and no change
    reaches it.

    ## Example
    ```yaml
    resources:
      - deployment.yaml
      - deployment.yaml
    ```

    ## Instead
    ```yaml
    resources:
      - deployment.yaml
    ```
    """
    for root in source.roots:
        failure = root.rendered
        if isinstance(failure, RenderFailure):
            item = source.kustomizations.get(root.directory)
            place = failure.location
            if place is None or not source.snapshot.is_file(place.path):
                other = root.deployable.location if root.deployable else Location(root.directory)
                place = Location(item.file.path) if item else other
            attempted = failure.kind == "failed"
            message = failure.message
            if attempted:
                message = f"the build of {root.directory or 'the root'} fails: {message}"
            yield Spot(
                place, message, environments=root.environments, verifiable=attempted, build=root.directory
            )


@rule("KUS002", "missing-resource", Severity.ERROR, Profile.STRUCTURE, scope=Scope.SOURCE, fix="unsafe")
def missing_resource(source: SourceContext) -> Iterator[Spot]:
    """A kustomization names a file or directory that does not exist.

    ## What it does
    Reports every path of a kustomization that leads to nothing, or out of the repository: resources,
    components, patches, generator inputs, configurations. Names are case-sensitive, and a directory needs
    a kustomization.

    ## Why
    The build fails, and with it every overlay above.

    ## Example
    ```yaml
    resources:
      - ../../base-old
    ```

    ## Instead
    ```yaml
    resources:
      - ../../base
    ```

    ## Fix safety
    Unsafe: the entry is spelt like the one file that differs only in case, which may be another one.
    """
    for item in source.kustomizations.values():
        for reference in item.references:
            if reference.kind == "outside":
                why = why_outside(reference.location.path, reference.written)
                yield Spot(
                    reference.location, f"`{reference.field}` names {reference.written}, which {why}"
                )
            elif reference.kind == "missing":
                path = source.graph.real(join(item.directory, reference.written))
                bare = path is not None and source.snapshot.is_directory(path)
                what = "a directory without a kustomization" if bare else "which does not exist"
                message = f"`{reference.field}` names {reference.written}, {what}"
                yield Spot(reference.location, message, _respelt(source, item, reference.location, path))


def _respelt(source: SourceContext, item: Kustomization, place: Location, path: str | None) -> Fix | None:
    if path is None:
        return None
    folder, _, name = path.rpartition("/")
    near = [
        other for other in (*source.snapshot.entries, *source.snapshot.directories)
        if other.lower() == path.lower() and other.rpartition("/")[0] == folder
    ]  # fmt: skip
    node = _scalar_at(item, place)
    if (
        len(near) != 1
        or near[0] == path
        or node is None
        or uneditable(item.file, node)
        or not node.value.endswith(name)
    ):
        return None
    spelt = node.value.removesuffix(name) + near[0].rpartition("/")[2]
    return Fix(f"name {spelt}", (set_scalar(item.file, node, spelt),), safe=False)


def _scalar_at(item: Kustomization, place: Location) -> Scalar | None:
    for _, node in walk(item.root):
        if isinstance(node, Scalar) and item.file.location(node) == place:
            return node
    return None


@rule(
    "KUS003",
    "unknown-kustomization-field",
    Severity.ERROR,
    Profile.STRUCTURE,
    scope=Scope.SOURCE,
    fix="unsafe",
)
def unknown_field(source: SourceContext) -> Iterator[Spot]:
    """A kustomization has a field that kustomize does not know.

    ## What it does
    Reports fields, at the top and inside entries, that are not part of the Kustomization and Component
    types. Like kustomize it does not mind upper and lower case.

    ## Why
    kustomize refuses the build; older versions dropped the field without a word.

    ## Example
    ```yaml
    images:
      - name: web
        tag: "1.4"
    ```

    ## Instead
    ```yaml
    images:
      - name: web
        newTag: "1.4"
    ```

    ## Fix safety
    Unsafe: the key is renamed to the nearest one that exists.
    """
    for item in source.kustomizations.values():
        if (text(item.root.get("apiVersion")) or "kustomize.config.k8s.io/").startswith(
            "kustomize.config."
        ):
            yield from _unknown(item, "", item.root)


def _unknown(item: Kustomization, table: str, node: Node) -> Iterator[Spot]:
    if isinstance(node, Sequence):
        for entry in node.items:
            yield from _unknown(item, table, entry)
    if not isinstance(node, MappingNode):
        return
    known = {name.lower(): name for name in FIELDS[table].split()}
    for key, value in node.items:
        if not isinstance(key, Scalar) or key.value == "<<":
            continue
        name = known.get(key.value.lower())
        below = f"{table}.{name}" if table else name or ""
        if name is None:
            yield _misspelt(item, table, key, tuple(known.values()))
        elif below in FIELDS:
            yield from _unknown(item, below, value)


def _misspelt(item: Kustomization, table: str, key: Scalar, known: tuple[str, ...]) -> Spot:
    where = f"an entry of `{table}`" if table else f"a {item.kind}"
    hint = did_you_mean(key.value, known)
    message = f"`{key.value}` is no field of {where}" + (f"; {hint}" if hint else "")
    fix = None
    if hint and not uneditable(item.file, key):
        name = hint.split("'")[1]
        fix = Fix(f"rename it to `{name}`", (set_scalar(item.file, key, name),), safe=False)
    return Spot(item.file.location(key), message, fix)


@rule("KUS019", "images-duplicate", Severity.ERROR, Profile.STRUCTURE, scope=Scope.SOURCE, fix="unsafe")
def images_duplicate(source: SourceContext) -> Iterator[Spot]:
    """Two `images` entries have the same name.

    ## What it does
    Reports an entry whose `name` an earlier entry of the same list has.

    ## Why
    kustomize applies both in order, and the last one wins without a word: a promotion that edits the first
    changes nothing.

    ## Example
    ```yaml
    images:
      - {name: web, newTag: "1.4"}
      - {name: web, newTag: "1.3"}
    ```

    ## Instead
    ```yaml
    images:
      - {name: web, newTag: "1.3"}
    ```

    ## Fix safety
    Unsafe: the earlier entry is removed, because it has no effect; it may be the one that was meant.
    """
    for item in source.kustomizations.values():
        first: dict[str, Scalar] = {}
        for entry in item.entries("images"):
            name = entry.get("name") if isinstance(entry, MappingNode) else None
            if not isinstance(name, Scalar) or not name.value:
                continue
            before = first.setdefault(name.value, name)
            if before is not name:
                place = item.file.location(before)
                message = (
                    f"`{name.value}` has an `images` entry on line {place.line} too; this one wins silently"
                )
                yield Spot(item.file.location(name), message, related=(place,))


@rule("KUS020", "images-unquoted-tag", Severity.ERROR, Profile.STRUCTURE, scope=Scope.SOURCE, fix="safe")
def images_unquoted_tag(source: SourceContext) -> Iterator[Spot]:
    """An image's tag is not text, because it has no quotes.

    ## What it does
    Reports `newTag`, `digest`, `name` and `newName` values that kustomize does not read as text, such as
    `1.10`, `0123456`, `6e5` or `on`.

    ## Why
    The build fails with a type error that names no line, or the tag becomes another one.

    ## Example
    ```yaml
    images:
      - name: web
        newTag: 1.10
    ```

    ## Instead
    ```yaml
    images:
      - name: web
        newTag: "1.10"
    ```

    ## Fix safety
    Safe: the value gets quotes around the characters that stand there.
    """
    for item in source.kustomizations.values():
        for entry in item.entries("images"):
            for name in ("name", "newName", "newTag", "digest"):
                node = entry.get(name) if isinstance(entry, MappingNode) else None
                if isinstance(node, Scalar) and _no_text(node):
                    edit = Edit(item.file.path, node.start, node.end, f'"{node.value}"')
                    fix = Fix("put it in quotes", (edit,), safe=True)
                    message = f"`{name}: {node.value}` is not text to kustomize: it needs quotes"
                    yield Spot(item.file.location(node), message, fix)


def _no_text(node: Scalar) -> bool:
    if node.style != "plain" or node.tag is not None or not node.value:
        return False
    read = resolve(node.value, Dialect.KUSTOMIZATION)
    return read is not None and not isinstance(read, str)


@rule("KUS006", "kustomization-name", Severity.ERROR, Profile.STRUCTURE, scope=Scope.SOURCE)
def kustomization_name(source: SourceContext) -> Iterator[Spot]:
    """A directory has two kustomizations, or one whose name kustomize does not recognise.

    ## What it does
    Reports `kustomization.yaml`, `kustomization.yml` and `Kustomization` side by side, and names that
    differ from these only in upper and lower case.

    ## Why
    kustomize refuses a directory with two, and does not see a misspelt one at all.

    ## Example
    ```
    overlays/prod/Kustomization.yaml
    ```

    ## Instead
    ```
    overlays/prod/kustomization.yaml
    ```
    """
    folders: dict[str, list[str]] = {}
    for path in source.snapshot.entries:
        folder, _, name = path.rpartition("/")
        if name.lower() in ("kustomization.yaml", "kustomization.yml", "kustomization"):
            folders.setdefault(folder, []).append(path)
    for paths in folders.values():
        proper = [path for path in paths if path.rpartition("/")[2] in KUSTOMIZATION_NAMES]
        for path in proper[1:]:
            yield Spot(Location(path), f"kustomize refuses a directory with two: {proper[0]} is there too")
        for path in paths:
            if path not in proper and source.snapshot.is_file(path):
                yield Spot(Location(path), f"kustomize only reads {', '.join(KUSTOMIZATION_NAMES)}")
