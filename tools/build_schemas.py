#!/usr/bin/env python3
"""Builds promoter/lint/schemas/kubernetes.xz from the schemas in the wheel `kubernetes-validate`.

    pip download --no-deps kubernetes-validate==1.37.0 -d DIR
    python tools/build_schemas.py DIR/kubernetes_validate-*.whl

Each line of the result is `FROM TO NAME SCHEMA`, tab-separated: a definition as it was in the minor
versions FROM to TO. Descriptions are left out and `oneOf` of plain types becomes a list of types, so that
what is allowed to be null may be.
"""

import json
import lzma
import re
import sys
import zipfile
from pathlib import Path

TARGET = Path(__file__).parents[1] / "promoter" / "lint" / "schemas" / "kubernetes.xz"
DEFINITIONS = re.compile(r".*/v1\.(\d+)\.0-local-strict/_definitions\.json$")
KEPT = (
    "type", "properties", "items", "required", "enum", "format", "$ref", "additionalProperties",
    "x-kubernetes-group-version-kind", "x-kubernetes-patch-merge-key", "x-kubernetes-patch-strategy",
    "x-kubernetes-list-type", "x-kubernetes-list-map-keys", "x-kubernetes-map-type",
)  # fmt: skip


def stripped(schema: object) -> object:
    """The schema with the kept keywords only."""
    if not isinstance(schema, dict):
        return schema
    kept = {key: schema[key] for key in KEPT if key in schema}
    if "properties" in kept:
        kept["properties"] = {name: stripped(part) for name, part in sorted(schema["properties"].items())}
    for key in ("items", "additionalProperties"):
        if key in kept:
            kept[key] = stripped(schema[key])
    if "oneOf" in schema:
        kept["type"] = sorted({name for part in schema["oneOf"] for name in part["type"]})
    return kept


def definitions(wheel: Path) -> dict[str, dict[int, str]]:
    """Each definition's text by minor version."""
    found: dict[str, dict[int, str]] = {}
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.namelist():
            if match := DEFINITIONS.match(entry):
                for name, schema in json.loads(archive.read(entry))["$defs"].items():
                    text = json.dumps(stripped(schema), separators=(",", ":"))
                    found.setdefault(name, {})[int(match[1])] = text
    return found


def lines(found: dict[str, dict[int, str]]) -> list[str]:
    """One line for each run of minor versions in which a definition did not change."""
    result = []
    for name, texts in sorted(found.items()):
        runs: list[list[int]] = []
        for minor in sorted(texts):
            if runs and runs[-1][1] == minor - 1 and texts[minor - 1] == texts[minor]:
                runs[-1][1] = minor
            else:
                runs.append([minor, minor])
        result += [f"{first}\t{last}\t{name}\t{texts[first]}" for first, last in runs]
    return result


def main() -> None:
    wheel = Path(sys.argv[1])
    text = "\n".join(lines(definitions(wheel))) + "\n"
    packed = lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME, check=lzma.CHECK_CRC32)
    TARGET.write_bytes(packed)
    print(f"{len(text):,} characters in {text.count(chr(10)):,} lines, {len(packed):,} bytes packed")


if __name__ == "__main__":
    main()
