#!/usr/bin/env python3
"""Builds promoter/lint/schemas/controllers.xz: the objects of Argo CD and Flux.

    npm pack @kubernetes-models/argo-cd@4.0.0 @kubernetes-models/flux-cd@4.0.0
    python tools/build_controller_schemas.py kubernetes-models-*.tgz

The packages (MIT) hold TypeScript declarations made from the projects' own Go types (Apache-2.0). Each
interface becomes a definition in the form that `build_schemas.py` describes; a type that is no interface of
theirs may be anything, and so may every `status`. Lists of allowed words are left out, because controllers
learn new ones with each version.
"""

import json
import lzma
import re
import sys
import tarfile
from pathlib import Path

TARGET = Path(__file__).parents[1] / "promoter" / "lint" / "schemas" / "controllers.xz"
FIRST, LAST = 25, 37
INTERFACE = re.compile(r"export interface (\w+)[^{\n]*\{\n(.*?)\n\}", re.DOTALL)
COMMENT = re.compile(r"/\*\*.*?\*/", re.DOTALL)
RENAMED = re.compile(r"export type \{ (\w+) as (\w+)[,} ]")
ALIAS = re.compile(r"export type (I\w+) = (.*?);\n(?:/\*|export)", re.DOTALL)
FIELD = re.compile(r'\s*"([^"]+)"(\?)?: ')
LITERALS = re.compile(r'"[^"]*"(?: \| "[^"]*")*')
PLAIN = {"string": "string", "boolean": "boolean", "number": "number"}
META = "IIoK8sApimachineryPkgApisMetaV1ObjectMeta"
META_DEFINITION = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"


def sources(archives: list[Path]) -> list[str]:
    found = []
    for archive in archives:
        with tarfile.open(archive) as packed:
            for member in packed.getmembers():
                content = packed.extractfile(member) if member.name.endswith(".d.ts") else None
                found += [COMMENT.sub("", content.read().decode())] if content else []
    return found


def split(body: str) -> list[tuple[str, bool, str]]:
    """The fields of an interface's body: name, whether it may be left out, type."""
    fields, position = [], 0
    while match := FIELD.match(body, position):
        depth, end = 0, match.end()
        while body[end] != ";" or depth:
            depth += (body[end] in "{<") - (body[end] in "}>")
            end += 1
        fields.append((match[1], bool(match[2]), body[match.end() : end].strip()))
        position = end + 1
    return fields


def schema(text: str, names: dict[str, str]) -> dict[str, object]:
    """The schema of a TypeScript type."""
    if text in PLAIN:
        return {"type": ["integer" if text == "number" else PLAIN[text], "null"]}
    if LITERALS.fullmatch(text):
        return {"type": ["string", "null"]}
    if text.startswith("Array<"):
        return {"type": ["array", "null"], "items": schema(text[6:-1].strip(), names)}
    if text.startswith("{"):
        return inline(text, names)
    if text == META:
        return {"$ref": f"#/$defs/{META_DEFINITION}"}
    return {"$ref": f"#/$defs/{names[text]}"} if text in names else {}


def inline(text: str, names: dict[str, str]) -> dict[str, object]:
    """The schema of an object type that is written in place."""
    if "[key: string]" in text:
        inner = text[text.index("]:") + 2 : text.rindex("}")].strip().rstrip(";")
        return {"type": ["object", "null"], "additionalProperties": schema(inner, names)}
    return structure(split(text[1:-1] + ";"), names)


def structure(fields: list[tuple[str, bool, str]], names: dict[str, str]) -> dict[str, object]:
    properties = {name: {} if name == "status" else schema(text, names) for name, _, text in fields}
    made = {"type": ["object", "null"], "properties": properties, "additionalProperties": False}
    required = [name for name, optional, _ in fields if not optional and name not in ("apiVersion", "kind")]
    return {**made, "required": required} if required else made


def definitions(texts: list[str]) -> dict[str, dict[str, object]]:
    """Every interface by its long name, with the kinds that it describes."""
    names = {long: long[1:] for text in texts for _, long in RENAMED.findall(text) if long.startswith("I")}
    found: dict[str, dict[str, object]] = {}
    for text in texts:
        long = dict(RENAMED.findall(text))
        for short, body in INTERFACE.findall(text):
            fields = split(body + "\n")
            literal = {name: kind.strip('"') for name, _, kind in fields if kind.startswith('"')}
            made = structure(fields, names)
            if "apiVersion" in literal and "kind" in literal and not literal["kind"].endswith("List"):
                group, _, version = literal["apiVersion"].rpartition("/")
                gvk = {"group": group, "kind": literal["kind"], "version": version}
                made["x-kubernetes-group-version-kind"] = [gvk]
            if short in long:
                found[names[long[short]]] = made
        for short, type_text in ALIAS.findall(text):
            if short in long:
                found[names[long[short]]] = schema(type_text.strip(), names)
    return found


def main() -> None:
    found = definitions(sources([Path(name) for name in sys.argv[1:]]))
    lines = [
        f"{FIRST}\t{LAST}\t{name}\t{json.dumps(made, separators=(',', ':'))}"
        for name, made in sorted(found.items())
    ]
    packed = lzma.compress(("\n".join(lines) + "\n").encode(), preset=9 | lzma.PRESET_EXTREME)
    TARGET.write_bytes(packed)
    print(f"{len(lines)} definitions, {len(packed):,} bytes packed")
    dangling = {
        reference
        for made in found.values()
        for reference in re.findall(r"#/\$defs/([\w.]+)", json.dumps(made))
    } - {*found, META_DEFINITION}
    print("without a definition:", ", ".join(sorted(dangling)) or "none")


if __name__ == "__main__":
    main()
