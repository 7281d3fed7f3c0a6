import runpy
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
GENERATE = runpy.run_path(str(DOCS / "generate_compatibility.py"), run_name="compatibility")
FIELDS = GENERATE["fields"]()
TESTS = "\n".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))


def test_the_page_is_what_the_list_says() -> None:
    assert (DOCS / "compatibility.md").read_text() == GENERATE["page"]()


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: f"{field.area} {field.field}")
def test_each_field_has_the_test_it_names(field) -> None:
    assert field.support in GENERATE["WORDS"]
    assert field.test or field.support == "no"
    assert not field.test or f"def {field.test}(" in TESTS


def test_no_field_stands_twice() -> None:
    names = [(field.area, field.field) for field in FIELDS]
    assert len(set(names)) == len(names)
