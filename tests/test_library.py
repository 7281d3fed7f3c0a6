"""The names that `import promoter` offers: there, described, and loaded only when they are used."""

import inspect
import subprocess
import sys

import pytest

import promoter


@pytest.mark.parametrize("name", promoter.__all__)
def test_each_public_name_is_there_and_described(name):
    assert inspect.getdoc(getattr(promoter, name))


def test_a_name_that_is_not_public_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'promot'"):
        promoter.promot  # noqa: B018 - asking is the test


def test_the_public_names_are_listed():
    assert dir(promoter) == sorted([*promoter.__all__, "__version__"])


def test_importing_the_package_loads_nothing_but_what_defers_its_names():
    script = "import sys, promoter; print([name for name in sys.modules if name.startswith('promoter.')])"

    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "['promoter.deferred']"
