"""What a chart in a pull request could do to the machine that renders it: each ends in a named answer."""

import shutil
import socket
import threading

import pytest

from promoter.model import SYMLINK, ChartBuild, Entry, Rendered, RenderFailure, Snapshot, blob_id
from promoter.render import open_renderer
from promoter.render.helm import find
from promoter.render.limits import Limits, Policy

pytestmark = [
    pytest.mark.renderer,
    pytest.mark.skipif(shutil.which("helm") is None, reason="no helm is on PATH (make helm)"),
]

CHART = "apiVersion: v2\nname: web\nversion: 0.1.0\n"


def chart(template: str, about: str = CHART) -> ChartBuild:
    files = {"c/Chart.yaml": about, "c/templates/a.yaml": template}
    snapshot = Snapshot.of({path: text.encode() for path, text in files.items()})
    return ChartBuild(snapshot, "c", "web", files=tuple(sorted(files)))


def render(build: ChartBuild, limits: Limits = Limits(), **options) -> Rendered | RenderFailure:  # noqa: B008
    opened = open_renderer(policy=Policy(limits), cached=options.pop("cached", False), jobs=1, **options)
    try:
        return opened.render(build)
    finally:
        opened.close()


def data(text: str) -> str:
    return f'apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata: {{v: "{text}"}}\n'


def value_of(build: ChartBuild) -> str:
    found = render(build)
    assert isinstance(found, Rendered), found
    value = found.objects[0].body["data"]["v"]
    assert isinstance(value, str)
    return value


def test_output_without_end_is_cut_off():
    said = render(chart(data('{{ repeat 4000000 "x" }}')), Limits(bytes=1 << 20))
    assert isinstance(said, RenderFailure)
    assert said.kind == "limit"
    assert "printed more than 1048576 bytes" in said.message


def test_a_loop_without_end_is_stopped():
    endless = (
        '{{ define "f" }}{{ range until 1000000 }}{{ range until 1000000 }}{{ end }}{{ end }}{{ end }}'
    )
    said = render(chart(endless + '{{ include "f" . }}\n'), Limits(seconds=2))
    assert isinstance(said, RenderFailure)
    assert said.kind == "limit"


def test_memory_is_bounded():
    said = render(chart('{{ $x := repeat 4000000000 "x" }}{{ $x | quote }}\n'), Limits(memory=1 << 28))
    assert isinstance(said, RenderFailure)
    assert said.kind == "limit"


def test_more_objects_than_a_build_may_have_are_refused():
    many = (
        '{{ range until 20 }}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: "c{{ . }}"}\n{{ end }}'
    )
    said = render(chart(many), Limits(objects=10))
    assert isinstance(said, RenderFailure)
    assert said.message == "the chart gives 20 objects, at most 10 are read"


def test_an_alias_bomb_in_the_output_is_refused():
    bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
    bomb += "".join(f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 9))
    said = render(chart(bomb))
    assert isinstance(said, RenderFailure)


def test_files_outside_of_the_chart_cannot_be_read():
    above = '{{ .Files.Get "../../../../../etc/hostname" }}{{ .Files.Get "/etc/hostname" }}'
    assert value_of(chart(data(above))) == ""


def test_a_link_is_never_followed_out_of_the_private_folder():
    target = b"/etc/passwd"
    build = chart(data('{{ .Files.Get "link.txt" | b64enc }}'))
    entries = dict(
        sorted({**build.snapshot.entries, "c/link.txt": Entry(SYMLINK, blob_id(target))}.items())
    )
    contents = {**{path: build.snapshot[path] for path in build.files}, "c/link.txt": target}
    linked = Snapshot(None, entries, contents, build.snapshot.directories)
    found = value_of(ChartBuild(linked, "c", "web", files=tuple(entries)))
    assert "cm9vd" not in found


def test_the_environment_of_the_user_is_not_there(monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "hunter2")
    said = render(chart(data('{{ env "SECRET_TOKEN" }}')))
    assert isinstance(said, RenderFailure)
    assert 'function "env" not defined' in said.message


def test_the_settings_and_plugins_of_the_user_are_not_used(monkeypatch, tmp_path):
    plugin = tmp_path / "plugins/evil"
    plugin.mkdir(parents=True)
    (plugin / "plugin.yaml").write_text(f"name: template\nversion: 1.0.0\ncommand: touch {tmp_path}/ran\n")
    for name in ("HELM_PLUGINS", "HELM_DATA_HOME", "HELM_CONFIG_HOME", "HELM_CACHE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "plugins"))
    monkeypatch.setenv("HELM_NAMESPACE", "elsewhere")
    before = sorted(path.name for path in (tmp_path / "plugins").iterdir())
    assert value_of(chart(data("{{ .Release.Namespace }}"))) == "default"
    assert sorted(path.name for path in (tmp_path / "plugins").iterdir()) == before
    assert not (tmp_path / "ran").exists()


def test_nothing_is_looked_up_in_a_cluster_or_on_the_network(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(1)
        asked: list[bool] = []
        waiting = threading.Thread(target=_accept, args=(server, asked))
        waiting.start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        monkeypatch.setenv("HELM_KUBEAPISERVER", address)
        looked = '{{ lookup "v1" "Secret" "default" "x" }}{{ getHostByName "example.com" }}'
        assert value_of(chart(data(looked))) == "map[]"
        waiting.join()
    assert asked == []


def _accept(server: socket.socket, asked: list[bool]) -> None:
    try:
        server.accept()
        asked.append(True)
    except TimeoutError:
        return


def test_a_missing_dependency_is_not_downloaded():
    more = CHART + "dependencies: [{name: redis, version: 1.0.0, repository: 'http://127.0.0.1:9'}]\n"
    said = render(chart(data("x"), more))
    assert isinstance(said, RenderFailure)
    assert "missing in charts/" in said.message


def test_the_folder_of_the_render_is_not_part_of_an_error():
    said = render(chart('{{ fail "no" }}\n'))
    assert isinstance(said, RenderFailure)
    assert "/promoter-" not in said.message
    assert str(said.location) == "c/templates/a.yaml:1:4"


@pytest.mark.parametrize("name", ["--help", "-x", "a b", "x" * 80])
def test_a_release_name_that_is_none_is_an_error_of_helm(name):
    build = chart(data("x"))
    said = render(ChartBuild(build.snapshot, "c", name, files=build.files))
    assert isinstance(said, RenderFailure)


def test_equal_charts_are_rendered_once_and_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("PROMOTER_CACHE_DIR", str(tmp_path))
    first = render(chart(data("x")), cached=True)
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(kept) == 1
    assert render(chart(data("x")), cached=True) == first
    assert render(chart(data("y")), cached=True) != first


def test_a_result_that_asks_for_the_time_is_not_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("PROMOTER_CACHE_DIR", str(tmp_path))
    assert isinstance(render(chart(data('{{ now | date "2006" }}')), cached=True), Rendered)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_program_that_is_no_helm_is_named(tmp_path):
    program = tmp_path / "helm"
    program.write_text("#!/bin/sh\necho nothing\n")
    program.chmod(0o755)
    said = render(chart(data("x")), helm=str(program))
    assert isinstance(said, RenderFailure)
    assert f"{program}: helm does not say its version" in said.message


def test_the_engine_says_its_version():
    assert find().name.startswith(("helm 3", "helm 4"))
