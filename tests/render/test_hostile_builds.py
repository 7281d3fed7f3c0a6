"""What a pull request could contain to hurt the machine that renders it: each ends in a named refusal."""

import socket
import threading
import time

import pytest
from hostile_trees import CONFIG_MAP, LINKING, LINKS, REASONS, TREES, many
from render_cases import app, build, engine_named

from promoter.kustomize import Build
from promoter.model import SYMLINK, Entry, Rendered, RenderFailure, Snapshot, blob_id
from promoter.render.inputs import Inputs
from promoter.render.limits import Limits, Policy
from promoter.render.local import LocalRenderer
from promoter.render.sandbox import without_network

pytestmark = pytest.mark.renderer


@pytest.mark.parametrize("name", TREES)
def test_hostile_input_ends_in_a_named_refusal(renderer, name):
    failure = renderer.render(build("app", TREES[name]))
    assert isinstance(failure, RenderFailure)
    assert REASONS[name] in failure.message
    assert failure.location.path.startswith(("app", "b"))


def test_too_many_resources_are_a_limit_that_is_met_before_any_is_built(renderer):
    failure = renderer.render(build("app", TREES["a hundred thousand resources"]))
    assert failure.kind == "limit"


def test_more_bytes_than_a_build_may_read_are_refused(renderer):
    generator = "configMapGenerator: [{name: a, files: [a.txt]}]\n"
    failure = renderer.render(app(generator, a_txt="x" * (65 << 20)))
    assert failure.kind == "limit"
    assert failure.location.path == "app/a.txt"


def linking(target):
    snapshot = Snapshot.of({path: text.encode() for path, text in LINKING.items()})
    entries = {**snapshot.entries, "app/link": Entry(SYMLINK, blob_id(target))}
    return Build(
        Snapshot(None, entries, {**snapshot.contents, "app/link": target}, snapshot.directories), "app"
    )


@pytest.mark.parametrize("name", LINKS)
def test_a_hostile_symlink_ends_in_a_named_refusal(renderer, name):
    failure = renderer.render(linking(LINKS[name].encode()))
    assert isinstance(failure, RenderFailure)
    assert REASONS[name] in failure.message


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


def test_time_between_two_builds_does_not_count():
    limits = Limits(seconds=0.5)
    patient = LocalRenderer(engine_named("worker", limits), Policy(limits), None, 1)
    kinds = []
    for name in ("a", "b"):
        kinds.append(type(patient.render(app("resources: [a.yaml]\n", a_yaml=many(1), x_yaml=name))))
        time.sleep(0.7)
    patient.close()
    assert kinds == [Rendered, Rendered]
