"""Which app and which environment a deployable is: one order of decisions, each of them written down.

The environment is decided by the first of these that tells it:

1. a layout template of the configuration that the source path matches (`apps/{app}/overlays/{env}`);
2. a label or annotation `environment` or `env` (any prefix) of the controller's object;
3. the source path, by the folder conventions of this repository (`conventions.py`);
4. a generator's parameter `environment`, `env` or `stage` (also under `values`);
5. a word of the destination cluster's name;
6. the end of the destination namespace (`shop-staging`, not `dev`, which is often a topic);
7. the end of the object's own name;
8. the path of the file that holds the object, by the same folder conventions;
9. the deployables that apply that file, when they agree (`inherit` in `parents.py`).

The app is decided by the template; else a label `app.kubernetes.io/part-of` or `app.kubernetes.io/name`
when the path does not tell; else the source path; else the object's name without the environment.
Whatever later clues say differently is recorded too. An environment that the configuration names
differently (`production` for prod) takes the configured spelling.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Final

from promoter.deployables.conventions import Conventions, Place
from promoter.deployables.environment import leading_tier, normalise, tier_in, tier_of
from promoter.deployables.settings import Settings
from promoter.frozen import frozen
from promoter.model import Json

_REGION_LENGTH: Final = 3
_PARAMETERS: Final = ("environment", "env", "stage")
_LABELS: Final = ("environment", "env")
_APP_LABELS: Final = ("app.kubernetes.io/part-of", "app.kubernetes.io/name")


@frozen
class Clues:
    """Everything that could tell an app or environment; empty where there is nothing.

    `path` is the source path, `holder` the path of the file with the controller's object.
    """

    path: str = ""
    name: str = ""
    namespace: str = ""
    cluster: str = ""
    holder: str = ""
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    parameters: Mapping[str, Json] = field(default_factory=dict, hash=False)


@frozen
class Named:
    """The decision: app, environment (empty when nothing tells it) and its evidence, in order."""

    app: str
    environment: str
    evidence: tuple[str, ...]


@frozen
class Naming:
    """The decisions for one repository: its conventions and its settings."""

    conventions: Conventions
    settings: Settings

    def decide(self, clues: Clues) -> Named:
        """App and environment of a deployable, with what decided them and what said otherwise."""
        told = [(self._configured(name), why) for name, why in self._environments(clues) if name]
        environment, why = told[0] if told else ("", "nothing tells it")
        app, because = self._app(clues, environment)
        evidence = [f"environment {environment or 'unknown'}: {why}", f"app {app}: {because}"]
        evidence += [f"{other} would say {name}" for name, other in told[1:] if name != environment]
        return Named(app, environment, tuple(dict.fromkeys(evidence)))

    def template(self, path: str) -> Place | None:
        """What the configured layout tells of a path: the first template that matches, else None."""
        for template in self.settings.templates:
            match = _pattern(template).fullmatch(path)
            if match is not None:
                found = match.groupdict()
                return Place(
                    found.get("app", ""), found.get("env", ""), f"the configured layout {template}"
                )
        return None

    def place(self, path: str) -> Place | None:
        """What a path tells by the configured layout, else by convention."""
        return self.template(path) or self.conventions.place(path)

    def _configured(self, name: str) -> str:
        if name in self.settings.environments:
            return name
        normal = normalise(name)
        return next((known for known in self.settings.environments if normalise(known) == normal), normal)

    def _environments(self, clues: Clues) -> Iterator[tuple[str, str]]:
        template = self.template(clues.path)
        if template is not None:
            yield template.environment, template.why
        for key, text in sorted(clues.labels.items()):
            if key.rpartition("/")[2] in _LABELS:
                yield text, f"the label {key}"
        place = self.conventions.place(clues.path)
        if place is not None:
            yield place.environment, place.why
        yield from _from_parameters(clues.parameters)
        yield _cluster(clues.cluster), f"the destination cluster {clues.cluster}"
        yield _ending(clues.namespace), f"the destination namespace {clues.namespace}"
        yield _ending(clues.name), f"the name {clues.name}"
        holder = self.conventions.place(clues.holder.rpartition("/")[0])
        if holder is not None:
            yield holder.environment, f"{holder.why} of {clues.holder}"

    def _app(self, clues: Clues, environment: str) -> tuple[str, str]:
        template = self.template(clues.path)
        if template is not None and template.app:
            return template.app, template.why
        place = self.conventions.place(clues.path)
        if place is not None and place.app:
            return place.app, f"the path {clues.path}"
        label = next((key for key in _APP_LABELS if clues.labels.get(key)), None)
        if label is not None:
            return clues.labels[label], f"the label {label}"
        stem = without_environment(clues.name, environment)
        return (stem, f"the name {clues.name}") if stem else (self.settings.name, "the repository's name")


def _from_parameters(parameters: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    if not parameters:
        return
    values = parameters.get("values")
    nested = values if isinstance(values, dict) else {}
    for key in _PARAMETERS:
        for name, text in (
            (key, parameters.get(key)),
            (f"values.{key}", parameters.get(f"values.{key}", nested.get(key))),
        ):
            if isinstance(text, str):
                yield text, f"the generator's parameter {name}"


def _ending(text: str) -> str:
    """The environment that a compound name ends in: `shop-prod-eu` gives `prod-eu`, `dev-team` nothing."""
    words = re.split(r"[-_.]", text) if text else []
    for start in (len(words) - 1, len(words) - 2):
        region = words[start + 1 :]
        if start > 0 and tier_of(words[start]) and all(len(word) <= _REGION_LENGTH for word in region):
            return normalise("-".join(words[start:]))
    return ""


def _cluster(text: str) -> str:
    """The environment in a cluster's name: whole when it begins with a tier, else the tier it holds."""
    name = text.partition("//")[2] or text
    return normalise(name) if leading_tier(name) else tier_in(name) or ""


def without_environment(name: str, environment: str) -> str:
    """The name without the environment at its end or beginning: `shop-staging` gives `shop`."""
    words = re.split(r"[-_.]", name)
    if environment:
        for count in range(min(len(words) - 1, environment.count("-") + 1), 0, -1):
            if normalise("-".join(words[-count:])) == normalise(environment):
                return "-".join(words[:-count])
            if normalise("-".join(words[:count])) == normalise(environment):
                return "-".join(words[count:])
    if len(words) > 1 and tier_of(words[-1]):
        return "-".join(words[:-1])
    return name if tier_of(name) is None else ""


def _pattern(template: str) -> re.Pattern[str]:
    """The template as a pattern: `{app}` and `{env}` are one segment's part, `*` is any one segment."""
    pieces = re.split(r"(\{app\}|\{env\}|\*)", template.strip("/"))
    seen: set[str] = set()
    pattern = ""
    for piece in pieces:
        if piece in ("{app}", "{env}"):
            pattern += f"(?P={piece[1:-1]})" if piece in seen else f"(?P<{piece[1:-1]}>[^/]+)"
            seen.add(piece)
        else:
            pattern += "[^/]+" if piece == "*" else re.escape(piece)
    return re.compile(pattern)
