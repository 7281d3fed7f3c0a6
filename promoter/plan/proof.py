"""The proof: rendered before and after, only the planned versions of the planned environment differ.

It judges renders that somebody else made. `refused` means that the change would do more, less or
something else than planned; `unproven` that a side could not be rendered for a reason that is not the
plan's, and says which.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final, Literal

from promoter.frozen import frozen
from promoter.images.reference import parse, same
from promoter.model import Bump, Image, Json, KubeObject, ObjectKey, Plan, Rendered, RenderFailure

Render = Rendered | RenderFailure
_HASH: Final = re.compile(r"-[a-z0-9]{10}$")
_REFERENCES: Final = frozenset({"kustomize-images", "manifest", "patch"})
_UNRENDERED: Final = frozenset(
    {"kustomize-remote-ref", "source-revision", "helm-values", "flux", "argocd", "k3s", "where"}
)


@frozen
class Proof:
    """Whether a plan does what it says: `proven`, `unproven` or `refused`, and the reason.

    `changed` lists the rendered objects that differ, as `Kind/namespace/name`.
    """

    state: Literal["proven", "unproven", "refused"]
    reason: str = ""
    changed: tuple[str, ...] = ()


@frozen
class _Difference:
    key: ObjectKey
    path: str
    before: Json
    after: Json

    def __str__(self) -> str:
        return f"{self.key} {self.path}: {self.before!r} → {self.after!r}"


def prove(
    plan: Plan,
    targets: tuple[tuple[Render, Render], ...],
    others: Mapping[str, tuple[Render, Render]],
) -> Proof:
    """The proof of a plan from renders (before, after).

    `targets` are the builds that should change; `others` those of every other environment that reads an
    edited file, by name, which must be equal. A plan without bumps is proven.
    """
    if not plan.bumps:
        return Proof("proven")
    for name, (before, after) in others.items():
        spoiled = _spoiled(name, before, after)
        if spoiled is not None:
            return spoiled
    if not targets:
        return Proof("unproven", "it is a chart or lies in another repository, which is not rendered here")
    for before, after in targets:
        if isinstance(after, RenderFailure):
            return _failed(before, after)
    rendered = tuple(
        (before, after)
        for before, after in targets
        if isinstance(before, Rendered) and isinstance(after, Rendered)
    )
    if len(rendered) < len(targets):
        return Proof("unproven", "the target could not be rendered before the change")
    return _judged(plan, rendered)


def _spoiled(name: str, before: Render, after: Render) -> Proof | None:
    """What is wrong with a build that should stay equal, or None."""
    if isinstance(before, RenderFailure):
        if isinstance(after, RenderFailure) and after.message == before.message:
            return Proof("unproven", f"{name} reads an edited file and does not render: {before.message}")
        return Proof("refused", f"{name} would render differently: {before.message}")
    if isinstance(after, RenderFailure):
        return Proof("refused", f"{name} would not render any more: {after.message}")
    found = list(_differences(before, after))
    if not found and before.objects == after.objects:
        return None
    what = str(found[0]) if found else "the order of objects"
    return Proof("refused", f"{name} would change too: {what}", _objects(found))


def _failed(before: Render, after: RenderFailure) -> Proof:
    if isinstance(before, Rendered):
        return Proof("refused", f"the target would not render any more: {after.message}")
    return Proof("unproven", f"the target cannot be rendered here: {before.message}")


def _judged(plan: Plan, rendered: tuple[tuple[Rendered, Rendered], ...]) -> Proof:
    found = [difference for before, after in rendered for difference in _differences(before, after)]
    renamed = {one.before: one.after for one in found if one.path == "metadata.name"}
    seen: set[int] = set()
    for difference in found:
        reached = {index for index, bump in enumerate(plan.bumps) if _planned(difference, bump)}
        if not reached and not _follows(difference, renamed):
            return Proof("refused", f"the change would do more than planned: {difference}", _objects(found))
        seen |= reached
    silent = [bump for index, bump in enumerate(plan.bumps) if index not in seen]
    without = [bump for bump in silent if bump.pin.setter not in _UNRENDERED]
    if without and not (seen and all(_repeats(bump, plan, seen) for bump in without)):
        return Proof("refused", _no_effect(without[0]), _objects(found))
    if silent and not found:
        return Proof("unproven", f"{silent[0].pin.location} is not part of what is rendered here")
    return Proof("proven", changed=_objects(found))


def _no_effect(bump: Bump) -> str:
    return (
        f"the edit had no effect: {bump.pin.location} says {bump.new}, and no rendered image changed to it;"
        " another layer sets this image, or nothing uses it"
    )


def _repeats(bump: Bump, plan: Plan, seen: set[int]) -> bool:
    """Whether the same image moved through another pin, so that this one is an unused repetition."""
    return any(same(plan.bumps[index].new.name, bump.new.name) for index in seen)


def _objects(found: list[_Difference]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(one.key) for one in found))


def _planned(difference: _Difference, bump: Bump) -> bool:
    """Whether a difference is this bump's doing."""
    before, after = difference.before, difference.after
    if not isinstance(before, str) or not isinstance(after, str):
        return False
    old, new = parse(before), parse(after)
    if old and new and _runs(new, bump) and old.name == new.name:
        return True
    if bump.pin.setter in _REFERENCES or not bump.old.version:
        return False
    return before.replace(bump.old.version, bump.new.version) == after


def _runs(image: Image, bump: Bump) -> bool:
    return same(image.name, bump.new.name) and (image.tag, image.digest) == (bump.new.tag, bump.new.digest)


def _follows(difference: _Difference, renamed: Mapping[Json, Json]) -> bool:
    """Whether a difference only repeats a generated object's new name suffix."""
    before, after = difference.before, difference.after
    if not isinstance(before, str) or not isinstance(after, str) or renamed.get(before) != after:
        return False
    return _HASH.sub("", before) == _HASH.sub("", after)


def _differences(before: Rendered, after: Rendered) -> Iterator[_Difference]:
    was, now = _keyed(before.objects), _keyed(after.objects)
    for key in sorted(was.keys() | now.keys()):
        old, new = was.get(key), now.get(key)
        yield from _compare(key, "", old.body if old else None, new.body if new else None)


def _keyed(objects: tuple[KubeObject, ...]) -> dict[ObjectKey, KubeObject]:
    """Objects by key; a generated name's suffix is left out where the rest is unique."""
    stems: dict[ObjectKey, list[KubeObject]] = {}
    for one in objects:
        stem = ObjectKey(one.key.group, one.key.kind, one.key.namespace, _HASH.sub("", one.key.name))
        generated = one.key.kind in ("ConfigMap", "Secret") and not one.key.group
        stems.setdefault(stem if generated else one.key, []).append(one)
    found: dict[ObjectKey, KubeObject] = {}
    for stem, group in stems.items():
        found.update({stem: group[0]} if len(group) == 1 else {one.key: one for one in group})
    return found


def _compare(key: ObjectKey, path: str, before: Json, after: Json) -> Iterator[_Difference]:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in sorted(before.keys() | after.keys()):
            inner = f"{path}.{name}" if path else name
            if (name in before) != (name in after):
                yield _Difference(key, inner, before.get(name), after.get(name))
            else:
                yield from _compare(key, inner, before[name], after[name])
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, old in enumerate(before):
            yield from _compare(key, f"{path}[{index}]", old, after[index])
    elif before != after or type(before) is not type(after):
        yield _Difference(key, path, before, after)
