#!/usr/bin/env python3
"""Writes promoter.cdx.json, the bill of materials that every wheel carries in its `.dist-info/sboms`.

    python tools/build_sbom.py

CycloneDX 1.6: what pyproject.toml requires, and the Go modules that go.mod pins for the compiled render
worker, which only the wheels of a release contain (`optional`). Installed versions are the installer's
choice, so that Python packages have none here. It holds no time and no random number: equal input gives
equal bytes.
"""

import json
import re
import tomllib
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
TARGET: Final = ROOT / "promoter.cdx.json"
_MODULE: Final = re.compile(r"^\t(\S+) (v\S+)", re.MULTILINE)
_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")


def package(requirement: str) -> dict[str, object]:
    """The component of one required Python package, with the versions that are allowed."""
    name = _NAME.match(requirement)
    assert name is not None
    purl = "pkg:pypi/" + re.sub(r"[-_.]+", "-", name[0]).lower()
    allowed = [{"name": "promoter:requirement", "value": requirement}]
    return {
        "type": "library",
        "bom-ref": purl,
        "name": name[0],
        "purl": purl,
        "scope": "required",
        "properties": allowed,
    }


def module(name: str, version: str) -> dict[str, object]:
    """The component of one Go module in the compiled worker."""
    purl = f"pkg:golang/{name.lower()}@{version}"
    return {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
        "scope": "optional",
    }


def bill() -> str:
    """The bill as JSON text."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    modules = _MODULE.findall((ROOT / "promoter/render/worker/go.mod").read_text())
    parts = [package(each) for each in sorted(project["dependencies"], key=str.lower)]
    parts += [module(*each) for each in sorted(modules)]
    own = f"pkg:pypi/{project['name']}@{project['version']}"
    subject = {
        "type": "application",
        "bom-ref": own,
        "name": project["name"],
        "version": project["version"],
        "purl": own,
        "licenses": [{"license": {"id": project["license"]}}],
    }
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": subject},
        "components": parts,
        "dependencies": [{"ref": own, "dependsOn": [part["bom-ref"] for part in parts]}],
    }
    return json.dumps(document, indent=1) + "\n"


if __name__ == "__main__":
    TARGET.write_text(bill())
