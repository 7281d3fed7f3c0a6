"""What a pull request could contain to hurt the machine that renders it: each ends in a named refusal."""

import socket
import threading
import time

import pytest
from render_cases import CONFIG_MAP, app, build, engine_named

from promoter.kustomize import Build
from promoter.model import SYMLINK, Entry, RenderFailure, Snapshot, blob_id
from promoter.render.inputs import Inputs
from promoter.render.limits import Limits, Policy
from promoter.render.local import LocalRenderer
from promoter.render.sandbox import without_network

pytestmark = pytest.mark.renderer


def many(count):
    one = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{}}}\n"
    return "".join(one.format(index) for index in range(count))


def bomb(levels):
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x]"]
    lines += [f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]" for i in range(1, levels)]
    return "\n".join(lines) + "\n"


CASES = {
    "a path out of the tree": app("resources: [../../../../etc/passwd]\n"),
    "an absolute path": app("configMapGenerator: [{name: a, files: [/etc/hostname]}]\n"),
    "a directory above": app("resources: [../..]\n"),
    "a URL": app("resources: ['https://169.254.169.254/latest/meta-data']\n"),
    "a URL in a patch": app("patches: [{path: 'http://127.0.0.1/x'}]\n"),
    "a git remote": app("resources: ['git::ssh://git@example.com/a//b?ref=--upload-pack=x']\n"),
    "a local git remote": app("resources: ['file:///etc']\n"),
    "an exec plugin": app(
        "transformers: [x.yaml]\n",
        x_yaml="apiVersion: example.com/v1\nkind: Evil\nmetadata:\n  name: x\n  annotations:\n"
        "    config.kubernetes.io/function: |\n      exec: {path: /bin/sh}\n",
    ),
    "a container plugin": app(
        "generators: [x.yaml]\n",
        x_yaml="apiVersion: example.com/v1\nkind: Evil\nmetadata:\n  name: x\n  annotations:\n"
        "    config.k8s.io/function: |\n      container: {image: evil}\n",
    ),
    "a helm chart": app("helmCharts: [{name: a, repo: 'https://example.com'}]\n"),
    "an alias bomb in a manifest": app("resources: [a.yaml]\n", a_yaml=CONFIG_MAP + bomb(9)),
    "an alias bomb in a kustomization": app("resources: []\n" + bomb(9)),
    "an alias bomb in a patch": app("patches: [{path: p.yaml}]\n", p_yaml=CONFIG_MAP + bomb(9)),
    "deep nesting": app("resources: [a.yaml]\n", a_yaml=CONFIG_MAP + "x: " + "[" * 20_000 + "]" * 20_000),
    "itself": app("resources: [.]\n"),
    "its own kustomization": app("resources: [kustomization.yaml]\n"),
    "a cycle": build(
        "app",
        {"app/kustomization.yaml": "resources: [../b]\n", "b/kustomization.yaml": "resources: [../app]\n"},
    ),
    "a cycle of components": build(
        "app",
        {"app/kustomization.yaml": "components: [../b]\n", "b/kustomization.yaml": "components: [../b]\n"},
    ),
    "a name with a null byte": app('resources: ["a\\0b"]\n'),
}


@pytest.mark.parametrize("name", CASES)
def test_hostile_input_ends_in_a_named_refusal(renderer, name):
    failure = renderer.render(CASES[name])
    assert isinstance(failure, RenderFailure)
    assert failure.message
    assert failure.location.path.startswith(("app", "b"))


def test_a_hundred_thousand_resources_are_refused_before_any_is_built(renderer):
    failure = renderer.render(app("namePrefix: a-\nresources: [a.yaml]\n", a_yaml=many(100_000)))
    assert failure.kind == "limit"
    assert "100000 objects" in failure.message


def test_more_bytes_than_a_build_may_read_are_refused(renderer):
    generator = "configMapGenerator: [{name: a, files: [a.txt]}]\n"
    failure = renderer.render(app(generator, a_txt="x" * (65 << 20)))
    assert failure.kind == "limit"
    assert failure.location.path == "app/a.txt"


def linking(target):
    snapshot = Snapshot.of({"app/kustomization.yaml": b"resources: [link]\n"})
    entries = {**snapshot.entries, "app/link": Entry(SYMLINK, blob_id(target))}
    return Build(
        Snapshot(None, entries, {**snapshot.contents, "app/link": target}, snapshot.directories), "app"
    )


@pytest.mark.parametrize("target", [b"/etc/passwd", b"../../../etc", b"link", b"../app/link"])
def test_a_hostile_symlink_ends_in_a_named_refusal(renderer, target):
    failure = renderer.render(linking(target))
    assert isinstance(failure, RenderFailure)
    assert "link" in failure.message


class Listener:
    """A server on loopback that counts connections."""

    def __init__(self):
        self.seen = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0.1)
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._open = True
        self._thread = threading.Thread(target=self._count)
        self._thread.start()

    def _count(self):
        while self._open:
            try:
                connection, _ = self._socket.accept()
            except TimeoutError:
                continue
            self.seen += 1
            connection.close()

    def close(self):
        time.sleep(0.2)
        self._open = False
        self._thread.join()
        self._socket.close()


@pytest.fixture
def listener():
    server = Listener()
    yield server
    server.close()


REMOTE = [
    "resources: ['{0}/x.yaml']\n",
    "resources: ['{0}/org/repo.git?ref=main']\n",
    "components: ['git::{0}/org/repo']\n",
    "configMapGenerator: [{{name: a, files: ['{0}/x']}}]\n",
    "patches: [{{path: '{0}/x'}}]\n",
    "openapi: {{path: '{0}/x'}}\n",
    "crds: ['{0}/x']\n",
    "transformers: ['{0}/x']\n",
]


def test_the_listener_would_notice_a_connection(listener):
    host, _, port = listener.address.removeprefix("http://").partition(":")
    socket.create_connection((host, int(port))).close()
    deadline = time.monotonic() + 5
    while not listener.seen and time.monotonic() < deadline:
        time.sleep(0.01)
    assert listener.seen == 1


@pytest.mark.parametrize("name", ["kubectl", "worker"])
def test_no_engine_connects_even_when_the_pre_flight_is_left_out(listener, name):
    if name == "kubectl" and not without_network():
        pytest.skip("network namespaces are not allowed here; the pre-flight alone guards this engine")
    engine = engine_named(name)
    answers = []
    for text in REMOTE:
        content = text.format(listener.address).encode()
        answers.append(engine.build(Inputs("app", {"app/kustomization.yaml": content}))[0])
    engine.close()
    assert all(answer.error for answer in answers)
    assert listener.seen == 0


def test_nothing_connects_through_the_pre_flight(listener, renderer):
    results = [renderer.render(app(text.format(listener.address))) for text in REMOTE]
    assert {result.kind for result in results} == {"refused"}
    assert listener.seen == 0


def test_a_worker_reads_no_disk_even_when_the_pre_flight_is_left_out(tmp_path):
    outside = tmp_path / "outside.yaml"
    outside.write_text(CONFIG_MAP)
    engine = engine_named("worker")
    for text in (
        f"resources: ['{outside}']\n",
        f"configMapGenerator: [{{name: a, files: ['{outside}']}}]\n",
    ):
        answer, _ = engine.build(Inputs("app", {"app/kustomization.yaml": text.encode()}))
        assert "doesn't exist" in answer.error
    engine.close()


def test_a_file_handed_over_from_outside_the_repository_is_refused_by_the_worker():
    engine = engine_named("worker")
    answer, _ = engine.build(
        Inputs("app", {"../escape.yaml": b"", "app/kustomization.yaml": b"namePrefix: a-"})
    )
    engine.close()
    assert "outside the repository" in answer.error


def test_a_limit_of_time_holds_for_quadratic_builds():
    limits = Limits(seconds=0.5)
    slow = LocalRenderer(engine_named("worker", limits), Policy(limits), None, 1)
    text = many(4_000)
    failure = slow.render(app("namePrefix: a-\nresources: [a.yaml]\n", a_yaml=text))
    slow.close()
    assert failure.kind == "limit"
