"""Every example of the pages prints what the page says."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    page for page in (ROOT / "README.md", *ROOT.glob("docs/**/*.md")) if "```console" in page.read_text()
)


def examples():
    spec = importlib.util.spec_from_file_location("examples", ROOT / "docs/examples.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.renderer
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_examples_of_the_page_print_what_it_says(page):
    differences = [f"{each.line}: {each.text}" for each in examples().checked(page)]

    assert differences == []


def test_a_page_that_says_something_else_is_noticed(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("<!-- repository: empty -->\n\n```console\n$ echo one\ntwo\n```\n")

    assert [each.line for each in examples().checked(page)] == [3]


@pytest.mark.parametrize(("said", "printed", "same"), [("now", "2m", True), ("3d", "4d", False)])
def test_an_age_on_a_page_leaves_a_slow_machine_its_minutes(said, printed, same):
    assert examples().agrees(f"shop  dev  1.10  {said}", f"shop  dev  1.10  {printed}") is same
