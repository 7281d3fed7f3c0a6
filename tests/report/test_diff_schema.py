import json
from pathlib import Path

import jsonschema
import pytest
from pages import rendered as objects
from pages import report

from promoter.diff import Options, diff
from promoter.diff.comparison import Comparison, DiffReport
from promoter.diff.roles import Roles
from promoter.model import Risk
from promoter.report.diff.json import document

SCHEMA = json.loads((Path(__file__).parents[2] / "overlays-spec/schemas/diff.v1.json").read_text())
TEXT = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: c}\n"
TEXT += "spec: {replicas: %d, x: [{name: a}, {name: b}]}"


def drifting():
    after = (TEXT % 2).replace("{name: a}, {name: b}", "{name: b}, {name: a}")
    found = diff(objects(TEXT % 1), objects(after), Options(roles=Roles("staging", "prod")))
    each = Comparison("staging → prod", "shop", "", diff=found)
    return DiffReport("staging", "prod", (each,), risks=(Risk("large-change", "many"),), is_drift=True)


def unknown_keys(value, schema, path="$"):
    """Where the document has a key that the schema does not describe."""
    if "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]]
    if "oneOf" in schema and value is not None:
        schema = SCHEMA["$defs"][schema["oneOf"][1]["$ref"].rpartition("/")[2]]
    if isinstance(value, dict) and "properties" in schema:
        for key, child in value.items():
            if key in schema["properties"]:
                yield from unknown_keys(child, schema["properties"][key], f"{path}.{key}")
            else:
                yield f"{path}.{key}"
    elif isinstance(value, list) and "items" in schema:
        for child in value:
            yield from unknown_keys(child, schema["items"], f"{path}[]")


@pytest.mark.parametrize("made", [report, drifting, lambda: DiffReport("main", "work tree", ())])
def test_the_published_schema_describes_every_document_completely(made):
    written = document(made())

    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(written, SCHEMA)
    assert list(unknown_keys(written, SCHEMA)) == []


def test_the_schema_refuses_a_state_that_does_not_exist():
    written = document(report())
    written["environments"][0]["state"] = "maybe"

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(written, SCHEMA)
