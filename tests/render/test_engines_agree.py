"""The worker and kubectl are the same kustomize, so they must say the same, object for object."""

import json
import os
from collections import Counter

import pytest
from generated_trees import BESIDE, trees
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from render_cases import POLICY, engine_named

from promoter.kustomize import Build
from promoter.model import Rendered, Snapshot
from promoter.render.local import LocalRenderer

pytestmark = pytest.mark.renderer
EXAMPLES = int(os.environ.get("PROMOTER_EXAMPLES", "60"))


class Pair(tuple):
    """Both renderers, with a short name in a failing example."""

    __slots__ = ()

    def __repr__(self):
        return "(worker, kubectl)"


@pytest.fixture(scope="module")
def both():
    pair = Pair(LocalRenderer(engine_named(name), POLICY, None, 1) for name in ("worker", "kubectl"))
    yield pair
    for renderer in pair:
        renderer.close()


def said(result):
    """What a result says, with the types of its numbers and the order of its objects."""
    if isinstance(result, Rendered):
        return [json.dumps(item.body, sort_keys=True) for item in result.objects]
    return (result.kind, result.message, result.location)


OUTCOMES = Counter()


@given(trees(), st.sampled_from(["legacy", "none"]), st.booleans())
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_generated_kustomizations_give_the_same_objects_or_the_same_refusal(
    both, files, reorder, root_only
):
    beside = {f"{folder}/{name}": BESIDE[name] for folder in ("app", "base", "part") for name in BESIDE}
    build = Build(Snapshot.of({**beside, **files}), "app", reorder, root_only)
    worker, kubectl = (renderer.render(build) for renderer in both)
    OUTCOMES[type(kubectl).__name__] += 1
    assert said(worker) == said(kubectl)


def test_the_generated_kustomizations_were_not_all_refused():
    if sum(OUTCOMES.values()) < EXAMPLES // 2:
        pytest.skip("the comparison did not run in this process")
    assert OUTCOMES["Rendered"] > EXAMPLES // 20
    assert OUTCOMES["RenderFailure"] > EXAMPLES // 20
