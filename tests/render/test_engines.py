import os
import stat
import sys
from pathlib import Path

import pytest
from render_cases import CONFIG_MAP, app, engine_named

from promoter.errors import RenderError
from promoter.kustomize import graph_of
from promoter.render import engine as engines
from promoter.render import open_renderer
from promoter.render.engine import choose
from promoter.render.inputs import Answer, Inputs, load
from promoter.render.limits import Limits
from promoter.render.messages import failure
from promoter.render.sandbox import environment, materialised
from promoter.render.worker import WorkerEngine

INPUTS = Inputs(
    "app", {"app/kustomization.yaml": b"resources: [cm.yaml]\n", "app/cm.yaml": CONFIG_MAP.encode()}
)


def script(path, body):
    path.write_text(f"#!{sys.executable}\n{body}")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_no_engine_says_how_to_install_one(monkeypatch):
    monkeypatch.setattr(engines, "bundled", lambda: None)
    monkeypatch.setattr(engines, "wheel", lambda limits: None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(RenderError, match="no kustomize was found") as caught:
        choose()
    assert "install kustomize" in caught.value.hint


def test_an_engine_that_was_named_but_is_not_there_is_told():
    with pytest.raises(RenderError, match=r"/nowhere/kustomize.*was not found"):
        choose("/nowhere/kustomize")


@pytest.mark.skipif(os.name == "nt", reason="a script stands for the program")
def test_a_named_kustomize_is_asked_for_its_version(tmp_path):
    program = script(tmp_path / "kustomize", "print('v5.4.3')\n")
    engine = choose(str(program))
    assert (engine.name, engine.version) == ("kustomize", "5.4.3")


@pytest.mark.skipif(os.name == "nt", reason="a script stands for the program")
def test_a_program_that_is_no_kustomize_is_told(tmp_path):
    with pytest.raises(RenderError, match="does not say its version"):
        choose(str(script(tmp_path / "kustomize", "print('hello')\n")))


def test_the_environment_names_no_program_and_no_open_proxy(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    given = environment(Path("/home/x"), remote=False)
    assert given["PATH"] == ""
    assert given["HTTPS_PROXY"] == "http://127.0.0.1:9"
    assert "AWS_SECRET_ACCESS_KEY" not in given


def test_the_folder_holds_the_closure_and_nothing_else():
    with materialised(INPUTS) as root:
        found = sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
    assert found == ["app/cm.yaml", "app/kustomization.yaml"]
    assert not root.exists()


def test_only_the_closure_is_handed_over():
    asked = app("resources: [cm.yaml]\n", cm_yaml=CONFIG_MAP, secret_txt="not read")
    closure = graph_of(asked.snapshot).closure("app")
    assert set(load(asked, closure, remote=False).files) == {"app/cm.yaml", "app/kustomization.yaml"}


@pytest.mark.renderer
def test_a_dead_worker_is_replaced_and_its_request_reported():
    engine = engine_named("worker")
    engine.build(INPUTS)
    worker = engine._idle.get()
    worker._process.kill()
    worker._process.wait()
    engine._idle.put(worker)
    dead, _ = engine.build(INPUTS)
    replaced, _ = engine.build(INPUTS)
    engine.close()
    assert dead.limited
    assert len(replaced.objects) == 1


@pytest.mark.renderer
def test_a_worker_is_used_again():
    engine = engine_named("worker")
    engine.build(INPUTS)
    first = engine._idle.get()
    engine._idle.put(first)
    engine.build(INPUTS)
    assert engine._idle.get() is first
    first.end()


@pytest.mark.renderer
def test_a_worker_that_was_started_ahead_is_the_one_that_builds():
    engine = engine_named("worker")
    engine.start()
    ahead = engine._idle.get()
    engine._idle.put(ahead)
    answer, _ = engine.build(INPUTS)
    assert len(answer.objects) == 1
    assert engine._idle.get() is ahead
    ahead.end()


@pytest.mark.renderer
@pytest.mark.parametrize(("jobs", "ready"), [(1, 0), (2, 1)])
def test_whoever_opens_a_renderer_has_a_worker_ready_unless_it_would_take_the_only_core(jobs, ready):
    engine_named("worker")
    renderer = open_renderer(jobs=jobs, cached=False)
    found = renderer.backend._idle.qsize()
    renderer.close()
    assert found == ready


def test_a_worker_that_cannot_start_says_so_when_it_is_asked_to_build(tmp_path):
    engine = WorkerEngine(tmp_path / "absent", Limits())
    engine.start()
    with pytest.raises(RenderError, match="cannot be started"):
        engine.build(INPUTS)


@pytest.mark.skipif(os.name == "nt", reason="a script stands for the program")
def test_a_worker_of_another_protocol_is_refused(tmp_path):
    said = b'{"protocol":99,"version":"1.0.0"}'
    body = f"import sys; sys.stdout.buffer.write({len(said).to_bytes(4, 'big') + said!r})\n"
    engine = WorkerEngine(script(tmp_path / "promoter-render", body), Limits())
    with pytest.raises(RenderError, match="make worker"):
        engine.build(INPUTS)


@pytest.mark.renderer
@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="reads Linux's /proc")
def test_a_worker_may_open_no_file_and_no_socket():
    engine = engine_named("worker")
    engine.build(INPUTS)
    worker = engine._idle.get()
    limits = Path(f"/proc/{worker._process.pid}/limits").read_text()
    environment_given = Path(f"/proc/{worker._process.pid}/environ").read_bytes()
    worker.end()
    line = next(line for line in limits.splitlines() if line.startswith("Max open files"))
    assert line.split()[3:5] == ["0", "0"]
    assert environment_given == b"GOMAXPROCS=1\0"


NESTED = (
    "accumulating resources: accumulation err='accumulating resources from '../base': read "
    "/repository/base: is a directory': recursed accumulation of path '/repository/base': "
    "accumulating resources: accumulating resources from 'cm.yaml': MalformedYAMLError: yaml: line 4: "
    "did not find expected node content in File: cm.yaml"
)


def test_a_nested_message_keeps_its_useful_part_and_its_place():
    files = {"base/cm.yaml": b"", "base/kustomization.yaml": b"", "app/kustomization.yaml": b""}
    told = failure(Inputs("app", files), Answer(error=NESTED), "/repository")
    assert told.message.startswith("MalformedYAMLError: yaml: line 4")
    assert str(told.location) == "base/cm.yaml:4:1"


def test_warnings_are_not_part_of_a_message():
    text = "# Warning: 'bases' is deprecated.\nerror: kustomization.yaml is empty"
    told = failure(Inputs("app", {"app/kustomization.yaml": b""}), Answer(error=text), "/repository")
    assert told.message == "kustomization.yaml is empty"


def test_absolute_paths_of_the_sandbox_never_show():
    text = "loading KV pairs: '/tmp/promoter-x/repository/app/a.env' doesn't exist"
    told = failure(Inputs("app", {}), Answer(error=text), "/tmp/promoter-x/repository")
    assert told.message == "loading KV pairs: 'app/a.env' doesn't exist"
