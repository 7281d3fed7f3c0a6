"""Builds on a cluster of two workers give what this machine gives."""

import pytest
from render_cases import CONFIG_MAP, POLICY, app, engine_named

from promoter.errors import RenderError, UsageError
from promoter.kustomize import Build
from promoter.model import Snapshot
from promoter.render import open_renderer
from promoter.render.dask import connect
from promoter.render.limits import Limits
from promoter.render.local import LocalRenderer
from promoter.yamldoc.printed import printed

pytestmark = pytest.mark.renderer


@pytest.fixture(scope="module")
def cluster():
    distributed = pytest.importorskip("distributed", reason="the extra `dask` is not installed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as running:
        yield running.scheduler_address.replace("tcp://", "dask://")


def builds():
    files = {"base/cm.yaml": CONFIG_MAP.encode(), "base/kustomization.yaml": b"resources: [cm.yaml]\n"}
    for number in range(8):
        text = f"namePrefix: n{number}-\nresources: [../base]\n"
        files[f"o{number}/kustomization.yaml"] = text.encode()
    files["bad/kustomization.yaml"] = b"resources: [../base]\nreplicas: [{name: x, count: 1}]\n"
    snapshot = Snapshot.of(files)
    return [Build(snapshot, entry) for entry in ("o0", "o1", "o2", "o3", "bad", "o4", "o5", "o6", "o7")]


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_gives_the_same_bytes_and_the_same_failures(cluster):
    here = LocalRenderer(engine_named("kubectl"), POLICY, None, 2)
    there = open_renderer("kubectl", cached=False, executor=cluster)
    alone, together = here.render_all(builds()), there.render_all(builds())
    there.close()
    assert there.engine == here.engine
    assert alone == together
    texts = [
        printed(item.body for item in result.objects) for result in together if hasattr(result, "objects")
    ]
    assert len(texts) == 8


@pytest.mark.filterwarnings("ignore")
def test_what_the_pre_flight_refuses_never_leaves_this_machine(cluster):
    there = open_renderer("kubectl", cached=False, executor=cluster)
    failure = there.render(app("resources: [https://example.com/x]\n"))
    there.close()
    assert failure.kind == "refused"


@pytest.mark.filterwarnings("ignore")
def test_a_scheduler_that_does_not_answer_is_told(monkeypatch):
    pytest.importorskip("distributed", reason="the extra `dask` is not installed")
    monkeypatch.setattr("promoter.render.dask._CONNECT_SECONDS", 0.5)
    with pytest.raises(RenderError, match="no Dask scheduler answers"):
        connect("dask://127.0.0.1:9", "kubectl", Limits())


def test_an_address_of_another_kind_is_told():
    pytest.importorskip("distributed", reason="the extra `dask` is not installed")
    with pytest.raises(UsageError, match="dask://HOST:PORT"):
        connect("ray://x", "kubectl", Limits())
