import pytest
import rendered_text


@pytest.fixture
def rendered():
    """A render made from YAML text."""
    return rendered_text.rendered
