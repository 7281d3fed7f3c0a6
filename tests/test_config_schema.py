"""The published schema of promoter.yaml says what the reader accepts, key for key."""

import json
import re
from importlib.resources import files

import jsonschema
import pytest
import yaml
from test_config import FULL

from promoter.config import load
from promoter.errors import ConfigError
from promoter.yamldoc import parse

SCHEMA = json.loads(files("promoter.config").joinpath("schema.json").read_text())


def mappings(schema, path=()):
    """Each mapping of the schema with fixed keys, and where it stands in a file."""
    if "properties" in schema:
        yield path, frozenset(schema["properties"])
    for key, child in schema.get("properties", {}).items():
        yield from mappings(child, (*path, key))
    if isinstance(schema.get("additionalProperties"), dict):
        yield from mappings(schema["additionalProperties"], (*path, "x"))
    if "items" in schema:
        yield from mappings(schema["items"], (*path, 0))


def written(path):
    """A file whose mapping at `path` holds one key that nobody knows."""
    value = {"zzzzzzzz": "1"}
    for key in reversed(path):
        value = [value] if key == 0 else {key: value}
    return json.dumps(value)


PLACES = [pytest.param(path, keys, id="/".join(map(str, path)) or "top") for path, keys in mappings(SCHEMA)]


@pytest.mark.parametrize(("path", "keys"), PLACES)
def test_every_mapping_has_the_same_keys_in_schema_and_reader(path, keys):
    text = written(path)
    if path[-2:] in (("images", 0),):
        text = text.replace('"zzzzzzzz"', '"repo": "x", "zzzzzzzz"')
    if path[-2:] == ("ignores", 0):
        text = text.replace('"zzzzzzzz"', '"rules": "SEC", "reason": "x", "zzzzzzzz"')
    if path == ("lint", "rules", 0):
        rule = '"code": "ACME001", "name": "x", "expression": "true", "message": "x", "zzzzzzzz"'
        text = text.replace('"zzzzzzzz"', rule)
    if path[-2:] in (("allow", 0), ("deny", 0)):
        text = text.replace('"zzzzzzzz"', '"start": "0 9 * * *", "for": "1h", "zzzzzzzz"')

    with pytest.raises(ConfigError) as error:
        load(parse("promoter.yaml", text.encode()))

    known = re.search(r"known keys: (.*)", str(error.value))
    assert known is not None, str(error.value)
    assert set(known[1].split(", ")) == set(keys)


def test_the_full_example_satisfies_the_schema():
    jsonschema.validate(yaml.safe_load(FULL), SCHEMA)


def test_the_command_prints_the_schema(promoter_alone):
    assert json.loads(promoter_alone("config", "schema")) == SCHEMA


@pytest.fixture
def promoter_alone(capsys, monkeypatch):
    from promoter.cli import run

    def command(*arguments):
        monkeypatch.setattr("sys.argv", ["promoter", *arguments])
        assert run() == 0
        return capsys.readouterr().out

    return command
