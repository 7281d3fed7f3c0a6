"""Charts to objects: inputs, key, what Helm answers, post-renderers, and Helm's errors for people.

A chart that gives another result each time (passwords, certificates, the clock) is a failure that says so,
because nothing can be proven of it. Nothing is started here: the engines are handed in.
"""

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Final

from promoter import __version__
from promoter.kustomize import Build, Graph, join
from promoter.model import ChartBuild, Json, Location, ObjectKey, RenderFailure, Snapshot, hash_of
from promoter.render.helm import HelmEngine
from promoter.render.inputs import Answer, Inputs
from promoter.render.limits import Policy
from promoter.render.preflight import refusal

Objects = list[dict[str, Json]]
Builder = Callable[[Inputs], tuple[Answer, str]]

_RANDOM: Final = re.compile(
    rb"\b(?:rand(?:AlphaNum|Alpha|Numeric|Ascii|Bytes|Int)|shuffle|uuidv4|bcrypt|htpasswd|encryptAES"
    rb"|gen(?:CA|SelfSignedCert|SignedCert|PrivateKey)(?:WithKey)?)\b"
)
_CLOCK: Final = re.compile(rb"[{(|=]-?\s*(?:now|ago)\b|\bnow\s*-?[|)}]")
_NEXT_SECOND: Final = 1.1
_PLACE: Final = re.compile(
    r"[\w.-]+/((?:charts/[\w.-]+/)*(?:templates|crds)/[\w./-]*[\w-])(?::(\d+)(?::(\d+))?)?"
)
_LINE: Final = re.compile(r"\byaml: line (\d+)")
_VALUES: Final = re.compile(r"failed to parse (\S+): ")
_DEBUG: Final = re.compile(r"\n+Use --debug flag.*", re.DOTALL)
_LOG: Final = re.compile(
    r"^(?:level=|time=|[IW]\d{4} |WARNING:|coalesce\.go|\d{4}/\d\d/\d\d ).*\n?", re.MULTILINE
)
_MAX: Final = 2_000
_OPTIONS: Final = tuple(
    each.name for each in fields(ChartBuild) if each.name not in ("snapshot", "files", "sources")
)


def load(build: ChartBuild) -> Inputs:
    """The chart's inputs with their contents read; one read of each file."""
    folder = build.entry if build.snapshot.is_directory(build.entry) else build.entry.rpartition("/")[0]
    return Inputs(folder, {path: build.snapshot[path] for path in build.paths})


def key(build: ChartBuild, engines: str, policy: str) -> str:
    """The name of a result (64 hex digits): blob ids, options, engines, policy, promoter's version."""
    entries = build.snapshot.entries
    parts = ["chart", __version__, engines, policy]
    parts += (f"{name}={getattr(build, name)!r}" for name in _OPTIONS)
    parts += (f"{path}\0{entries[path].blob}" for path in build.paths)
    return hash_of(*parts)


def keepable(inputs: Inputs) -> bool:
    """Whether a result holds tomorrow: not where a template asks for the time, which may be a date only."""
    return not any(_CLOCK.search(text) for text in inputs.files.values())


def render(
    engine: HelmEngine, build: ChartBuild, inputs: Inputs, kustomize: Builder, policy: Policy
) -> Answer | RenderFailure:
    """The chart's objects after its post-renderers, or why there are none."""
    answer, top = engine.template(build, inputs)
    wait = _unsteady(build, inputs) if answer.error is None else None
    if wait is not None:
        time.sleep(wait)
        again, _ = engine.template(build, inputs)
        if again.objects != answer.objects:
            said = _made_up(answer.objects, again.objects)
            return RenderFailure(build.entry, "refused", said, _maker(inputs))
    if answer.error is not None:
        return _failure(build, answer, top)
    answer = replace(answer, objects=list(_flat(answer.objects)))
    if len(answer.objects) > policy.limits.objects:
        said = f"the chart gives {len(answer.objects)} objects, at most {policy.limits.objects} are read"
        return RenderFailure(build.entry, "limit", said)
    for number, kustomization in enumerate(build.after, start=1):
        post = _post(answer.objects, kustomization)
        refused = _refused(post, policy)
        if refused is None:
            answer, _ = kustomize(post)
        if refused is not None or answer.error is not None:
            said = f"post-renderer {number}: {refused or answer.error}"
            return RenderFailure(build.entry, "failed", said[:_MAX])
    return answer


def _flat(objects: Objects) -> Iterator[dict[str, Json]]:
    """The objects with the items of each `List` in its place, as controllers apply them."""
    for each in objects:
        kind, items = each.get("kind"), each.get("items")
        if isinstance(kind, str) and kind.endswith("List") and isinstance(items, list):
            yield from _flat([item for item in items if isinstance(item, dict)])
        else:
            yield each


def _post(objects: Objects, kustomization: str) -> Inputs:
    """A build of the objects under the kustomization of a post-renderer."""
    written = "\n---\n".join(json.dumps(each) for each in objects)
    files = {"kustomization.yaml": kustomization.encode(), "objects.yaml": written.encode()}
    return Inputs("", files, reorder="none")


def _refused(inputs: Inputs, policy: Policy) -> str | None:
    """Why a post-renderer is not run, such as one that names a file; None when it may be."""
    snapshot = Snapshot.of(inputs.files)
    graph = Graph(snapshot)
    found = refusal(Build(snapshot, "", "none"), graph, graph.closure(""), policy)
    return found.message if found is not None else None


def _unsteady(build: ChartBuild, inputs: Inputs) -> float | None:
    """How long to wait (seconds) before a second render, where two may differ; None where they cannot."""
    texts = (*inputs.files.values(), build.inline.encode())
    if any(_CLOCK.search(text) for text in texts):
        return _NEXT_SECOND
    packed = any(path.endswith(".tgz") for path in inputs.files)
    return 0.0 if packed or any(_RANDOM.search(text) for text in texts) else None


def _maker(inputs: Inputs) -> Location | None:
    """The first template with a function that makes something up."""
    for path, text in sorted(inputs.files.items()):
        found = _RANDOM.search(text) or _CLOCK.search(text)
        if found is not None and "/templates/" in f"/{path}":
            return Location(path, text.count(b"\n", 0, found.start()) + 1)
    return None


def _made_up(one: Objects, other: Objects) -> str:
    """The sentence about two renders that differ, with the first thing that does and no value of it."""
    pairs = ((was, now) for was, now in zip(one, other, strict=False) if was != now)
    was, now = next(pairs, ({}, {}))
    what = f"{ObjectKey.of(was)} {_field(was, now)}" if was else "the number of objects"
    return (
        f"two renders of the same chart differ ({what}): it makes something up (a password, a certificate, "
        "the time), so nothing can be proven of it"
    )


def _field(was: Json, now: Json) -> str:
    """The first field that differs, as `data.password`; empty for two values."""
    if isinstance(was, dict) and isinstance(now, dict):
        for name in (*was, *now):
            if was.get(name) != now.get(name):
                inner = _field(was.get(name), now.get(name))
                return f"{name}.{inner}" if inner else name
    return ""


def _failure(build: ChartBuild, answer: Answer, top: str) -> RenderFailure:
    """Helm's error with paths of the repository, at the template's line where it names one."""
    text = _LOG.sub("", _DEBUG.sub("", answer.error or "")).strip().removeprefix("Error: ")
    text = text.replace(f"{top}/", "").replace(top, ".")
    text = text.replace(f"{top.rpartition('/')[0]}/values.yaml", "the controller's values")
    kind = "limit" if answer.limited else "failed"
    said = text[:_MAX] or "helm failed without a message"
    return RenderFailure(build.entry, kind, said, _place(build, text))


def _place(build: ChartBuild, text: str) -> Location:
    line = _LINE.search(text)
    number = int(line.group(1)) if line else 1
    values = _VALUES.search(text)
    if values is not None and values.group(1) in build.snapshot:
        return Location(values.group(1), number)
    found = _PLACE.search(text)
    path = join(build.entry, found.group(1)) if found else ""
    if found is None or path not in build.snapshot:
        return Location(build.entry)
    # Go counts the columns of templates from 0.
    return Location(path, int(found.group(2) or number), int(found.group(3) or 0) + 1)
