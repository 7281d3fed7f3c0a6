import pytest
from render_cases import POLICY, engine_named

from promoter.render.local import LocalRenderer


@pytest.fixture(params=["kubectl", "worker"])
def engine(request):
    chosen = engine_named(request.param)
    yield chosen
    chosen.close()


@pytest.fixture
def renderer(engine):
    return LocalRenderer(engine, POLICY, None, 2)
