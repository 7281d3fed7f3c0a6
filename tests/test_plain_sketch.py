"""A plain kustomization gives the same sketch by patterns as read as YAML; what is not plain gives none."""

import os
from pathlib import Path
from random import Random

import pytest

from promoter.kustomize import KUSTOMIZATION_NAMES
from promoter.kustomize import sketch as sketches
from promoter.kustomize.fields import GENERATORS, OTHERS, PATH_LISTS, TEXT_LISTS
from promoter.kustomize.plain import plain_sketch
from promoter.kustomize.sketch import read_sketch, sketched
from promoter.yamldoc import is_plain, reading

CORPUS = Path(__file__).resolve().parents[1].parent / "shared" / "corpus" / "dev"

PLAIN = """\
kind: Component
namespace: shop
patches:
  - target: {kind: Deployment}
    path: one.yaml
  - path: two.yaml
    target:
      name: x
images:
- name: shop
  newTag: 1.2.0

components:
- ../a
resources:
  - ../../base
  - https://example.com/x.git
  - 7

configMapGenerator:
- name: s
  literals: [A=b, C=d]
"""


def read(text):
    return read_sketch("kustomization.yaml", text.encode())


def test_a_plain_kustomization_gives_what_reading_all_of_it_gives():
    found = plain_sketch(PLAIN)
    assert found == read(PLAIN) == sketched("kustomization.yaml", PLAIN.encode())
    assert [name[:2] for name in found[2]] == [
        ["resources", "../../base"],
        ["resources", "https://example.com/x.git"],
        ["resources", "7"],
        ["components", "../a"],
        ["patches.path", "one.yaml"],
        ["patches.path", "two.yaml"],
    ]


@pytest.mark.parametrize(
    "written",
    [
        "resources:\n- 'a'\n",
        'namePrefix: "a"\nresources:\n- b\n',
        "patches:\n- patch: |\n    path: x\nresources:\n- b\n",
        "a: >\n\nresources:\n- b\n",
        "a: &b c\nresources:\n- b\n",
        "a: !b c\nresources:\n- b\n",
        "resources: # the base\n- b\n",
        "resources:\n# the base\n- b\n",
        "resources:\n- b\t\n",
        "resources:\r\n- b\r\n",
        "namePrefix: \u00fc\nresources:\n- b\n",
        "---\nresources:\n- b\n",
        "resources:\n- b\n---\nresources:\n- c\n",
        "resources:\n- b\n...\n",
        "a: [b,\nresources: c]\n",
        "a: [[b],\nresources: c]\n",
        "? resources\n: - b\n",
        "  resources:\n  - b\n",
        "resources:\n- b\nresources:\n- c\n",
        "resources: [b]\n",
        "resources: a\n  - b\n",
        "resources:\n- a\n  - b\n",
        "resources:\n  - a\n   - b\n",
        "resources:\n- a\n  b\n",
        "resources:\n- a b\n",
        "resources:\n- a:\n",
        "resources:\n- a: b\n",
        "resources:\n- null\n",
        "resources:\n",
        "resources:\n- b",
        "resources :\n- b\n",
        "kind: null\nresources:\n- b\n",
        "kind: A\n  B\nresources:\n- b\n",
        "kind: A B\nresources:\n- b\n",
        "kind:\nresources:\n- b\n",
        "patches:\n- path: a\n  path: b\n",
        "patches:\n- path: a\n  target:\n    kind: b\n  path: c\n",
        "patches:\n- path : a\n",
        "patches:\n- {path: a}\n",
        "patches:\n- target:\n    path: a\n",
        "patches:\n- target:\n  - path: a\n",
        "patches:\n- - path: a\n",
        "patches:\n- path: a\n  options: {path: b}\n",
        "patches:\n- path: null\n",
        "patches:\n- path:\n    a\n",
        "patches:\n- path: a\n   b\n",
        "patches:\n- path: a\n\n \n   b\n",
        "patches: {path: a}\n",
        "patches:\n  path: a\n",
        "configMapGenerator:\n- files: [a]\n",
        "secretGenerator:\n- name: a\n  envs:\n  - b\n",
        "openapi:\n  path: a\n",
        "helmCharts:\n- valuesFile: a\n",
        "resources:\n- b\nimages: {\n",
        "resources:\n- b\na: b: c\n",
        f"a:\n{' ' * 31}b: c\nresources:\n- d\n",
        "- b\n",
        "",
    ],
)
def test_what_patterns_cannot_tell_is_left_to_the_parser(written):
    assert plain_sketch(written) is None


LINES = (
    "      b", "resources:", "components:", "resources: a", "resources: []", "kind: Component", "kind: A b",
    "images:", "- a.yaml", "  - a.yaml", "    - a.yaml", "- a b", "-", "- - a", "  b", "", " ",
    "- null", "- a:b", "- a: b", "patches:", "replacements:", "- path: p", "  path: p",
    "  - path: p", "    path: p", "- target: {kind: D}", "  target:", "- target:", "  - target:",
    "    kind: D", "      path: p", "- options: {path: p}", "- path:", "a: [b", "  c]", "c: d]",
    "a: {b: c}", "  {b: c}", "- [a, b]", "configMapGenerator:", "- name: s", "  files:",
    "  literals: [a=b]", "- env: a", "openapi:", "---", "...", "x: y", "<<: {resources: []}",
    "a: 'b'", "# c", "",
)  # fmt: skip


def changed(choice):
    """The plain text with a few lines put in between, taken away or replaced."""
    lines = PLAIN.splitlines()
    for _ in range(choice.randint(1, 3)):
        start = choice.randint(0, len(lines))
        lines[start : start + choice.randint(0, 1)] = choice.choices(LINES, k=choice.randint(0, 2))
    return "".join(f"{line}\n" for line in lines)


@pytest.mark.parametrize("seed", range(8))
def test_with_any_lines_in_between_or_instead_nothing_is_told_or_what_reading_all_of_it_tells(seed):
    choice = Random(seed)
    texts = [changed(choice) for _ in range(1500)]
    told = [(text, found) for text in texts if (found := plain_sketch(text)) is not None]
    assert len(told) > len(texts) / 10
    for text, found in told:
        assert found == read(text), text


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the real repositories are not here")
def test_every_plain_kustomization_of_real_repositories_gives_what_reading_it_gives():
    places = (Path(folder, name) for folder, _, names in os.walk(CORPUS) for name in names)
    texts = [path.read_bytes() for path in places if path.name in KUSTOMIZATION_NAMES and path.is_file()]
    found = [(plain_sketch(each.decode()), read_sketch("k", each)) for each in texts if each.isascii()]
    plain = [(quick, whole) for quick, whole in found if quick is not None]
    assert len(plain) > len(texts) / 2
    assert all(quick == whole for quick, whole in plain)


def test_every_field_that_is_read_is_a_known_one():
    assert sketches._FIELDS.keys() == {"kind", *TEXT_LISTS, *PATH_LISTS, *GENERATORS, *OTHERS}


@pytest.mark.parametrize("written", ["a: b\n", "a:\n- {b: c}\n", "a\n", "a: b]\n", ""])
def test_a_text_of_plain_lines_is_plain(written):
    assert is_plain(written)


@pytest.mark.parametrize(
    "written", ["a: 'b'\n", "a: [b,\n c]\n", "a: [[b]]\n", "a: b: c\n", f"{'- ' * 30}a\n"]
)
def test_a_text_with_more_to_it_is_not_plain(written):
    assert not is_plain(written)


def test_nothing_is_plain_to_a_parser_that_cannot_check_without_making_nodes(monkeypatch):
    monkeypatch.setattr(reading, "_Loader", reading.yaml.BaseLoader)

    assert not is_plain("a: b\n")
    assert sketched("kustomization.yaml", PLAIN.encode()) == read(PLAIN)
