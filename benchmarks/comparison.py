"""Measures how many lines each tool changes to move one version in one kustomization.

Every peer is installed from PyPI into a virtual environment of its own and run on the same files; what
cannot be installed is said. `--write` puts the table between the markers of docs/comparison.md.
"""

import argparse
import base64
import difflib
import http.server
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "comparison.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
FILE = "kustomization.yaml"
IMAGE = "ghcr.io/acme/shop"
TEXT = """\
# Production of the shop. Ask #team-shop before changing replicas.
---
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: shop

resources:
- ../../base
- ingress.yaml   # only here

images:
- name: ghcr.io/acme/shop
  newTag: 1.4.1   # moved by the release train
- name: ghcr.io/acme/shop-worker
  newTag: 1.4.1

patches:
- target: {kind: Deployment, name: shop}
  patch: |-
    - op: replace
      path: /spec/replicas
      value: 6

labels: [{pairs: {tier: prod}, includeSelectors: false}]
# end
"""


@dataclass(frozen=True)
class Scene:
    """One file, and the move that is asked for."""

    name: str
    text: str
    old: str
    new: str


SCENES = (
    Scene("`1.4.1` → `1.4.2`", TEXT, "1.4.1", "1.4.2"),
    Scene('`"1.10"` → `1.11`', TEXT.replace("1.4.1 ", '"1.10" '), '"1.10"', "1.11"),
    Scene("the same, CRLF", TEXT.replace("\n", "\r\n"), "1.4.1", "1.4.2"),
)


@dataclass(frozen=True)
class Peer:
    """One tool: its package on PyPI (empty for this project) and how it is run in a folder.

    `beside` is what it needs at another version than pip would choose today.
    """

    name: str
    package: str
    run: Callable[[Path, Path, Scene], None]
    beside: str = ""


def program(*command: str, folder: Path, **environment: str) -> None:
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise RuntimeError(lines[-1].strip() if lines else f"exit code {done.returncode}")


def promoter(_: Path, folder: Path, scene: Scene) -> None:
    author = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "PYTHONPATH": str(ROOT)}
    who = {f"GIT_{role}_{what}": "a@b.c" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    (folder / "base").mkdir()
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "begin")):
        program("git", *words, folder=folder, **author, **who)
    asked = ("rollback", "--in", "./", "--to", scene.new, "--image", IMAGE)
    program(
        sys.executable, "-m", "promoter", *asked, "--write", "--unproven", folder=folder, **author, **who
    )


def lennybot(python: Path, folder: Path, scene: Scene) -> None:
    """Its action as `lennybot apply` runs it; the command itself asks GitHub for the version."""
    code = (
        "from types import SimpleNamespace as S\n"
        "from lennybot.actions.update_image_tag import UpdateImageTagAction as A\n"
        f"S = S(image={IMAGE!r}, kustomize_path={FILE!r}, tag_pattern=None)\n"
        f"A('shop', '', {scene.new!r}, S).run()\n"
    )
    program(str(python), "-c", code, folder=folder)


def lennybot_yaml(python: Path, folder: Path, scene: Scene) -> None:
    """Its other action, which takes a path into the file."""
    code = (
        "from types import SimpleNamespace as S\n"
        "from lennybot.actions.update_yaml import UpdateYamlAction as A\n"
        f"A('shop', '', {scene.new!r}, S(target_file={FILE!r}, yaml_path='images[0].newTag',"
        " value_pattern=None)).run()\n"
    )
    program(str(python), "-c", code, folder=folder)


def nautikos(python: Path, folder: Path, scene: Scene) -> None:
    manifests = [{"path": FILE, "type": "kustomize"}]
    config = {"environments": [{"name": "prod", "manifests": manifests}]}
    (folder / "nautikos.yaml").write_text(yaml.safe_dump(config))
    program(str(python.parent / "nautikos"), IMAGE, scene.new, folder=folder)


def gitopscli(python: Path, folder: Path, scene: Scene) -> None:
    """Its editor as `gitopscli deploy` runs it; the command itself clones from a Git provider."""
    code = (
        "from gitopscli.io_api.yaml_util import update_yaml_file\n"
        f"update_yaml_file({FILE!r}, 'images.[0].newTag', {scene.new!r})\n"
    )
    program(str(python), "-c", code, folder=folder)


def image_replacer(python: Path, folder: Path, scene: Scene) -> None:
    """The whole command, against a server on loopback that speaks the two calls of GitHub it makes."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = base64.b64encode((folder / FILE).read_bytes()).decode()
            self.answer({"content": content, "sha": "0"})

        def do_PUT(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            (folder / FILE).write_bytes(base64.b64decode(body["content"]))
            self.answer({})

        def answer(self, body: dict[str, str]) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        target = {"repository": "acme/gitops", "branch": "main", "file": FILE}
        (folder / "config.json").write_text(json.dumps({"gitops-image-replacer": [target]}))
        program(
            str(python.parent / "gitops-image-replacer"),
            "--apply",
            "--config=config.json",
            f"--api=http://127.0.0.1:{server.server_port}",
            f"{IMAGE}:{scene.new}",
            folder=folder,
            GITHUB_TOKEN="none",
        )
    finally:
        server.shutdown()
        server.server_close()


PEERS = (
    Peer("promoter", "", promoter),
    Peer("lennybot `image-tag-update`", "lennybot", lennybot),
    Peer("lennybot `update-yaml`", "lennybot", lennybot_yaml),
    # With click 8.2 its typer passes a text for the switch, and the command never writes.
    Peer("nautikos", "nautikos", nautikos, "click<8.2"),
    Peer("gitopscli", "gitopscli", gitopscli),
    Peer("gitops-image-replacer", "gitops-image-replacer", image_replacer),
)


def installed(package: str, beside: str, folder: Path) -> tuple[Path, str]:
    """The interpreter of an environment that has the package, and its version. Raises RuntimeError."""
    home = folder / package
    python = home / "bin" / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
        program(
            str(python), "-m", "pip", "install", "--quiet", package, *filter(None, [beside]), folder=folder
        )
    code = f"from importlib.metadata import version; print(version({package!r}))"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"no distribution of {package} could be installed")
    return python, done.stdout.strip()


def measured(peer: Peer, python: Path, scene: Scene) -> str:
    """`+1 -1`, with what else went wrong, or why the tool could not do it."""
    folder = Path(tempfile.mkdtemp(prefix="comparison-"))
    try:
        (folder / FILE).write_bytes(scene.text.encode())
        peer.run(python, folder, scene)
        return judged(scene, (folder / FILE).read_bytes().decode())
    except RuntimeError as error:
        return f"failed: {error}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def judged(scene: Scene, after: str) -> str:
    before = scene.text.split("\n")
    lines = list(difflib.unified_diff(before, after.split("\n"), lineterm="", n=0))[2:]
    lines = [line for line in lines if line[:1] in "+-"]
    added = sum(line.startswith("+") for line in lines)
    counted = f"+{added} -{len(lines) - added}"
    notes = []
    if scene.text.count("#") != after.count("#"):
        notes.append("comments lost")
    try:
        parsed = next(document for document in yaml.safe_load_all(after) if document)
        tag = next((each["newTag"] for each in parsed["images"] if each["name"] == IMAGE), None)
    except yaml.YAMLError:
        return f"{counted}, the file does not parse"
    if tag != scene.new:
        wrong = "the tag did not change" if str(tag) == scene.old.strip('"') else f"the tag is {tag!r}"
        notes.append("the entry's name was overwritten" if tag is None else wrong)
    return ", ".join((counted, *notes))


def table(folder: Path) -> str:
    rows = [("Tool", "Version", *(scene.name for scene in SCENES)), ("---",) * (2 + len(SCENES))]
    for peer in PEERS:
        python, version = Path(sys.executable), "this one"
        if peer.package:
            try:
                python, version = installed(peer.package, peer.beside, folder)
            except RuntimeError:
                reason = f"not measured: pip finds no distribution of `{peer.package}`"
                rows.append((peer.name, "", reason, *("",) * (len(SCENES) - 1)))
                continue
        rows.append((peer.name, version, *(measured(peer, python, scene) for scene in SCENES)))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--environments", type=Path, help="keep the virtual environments in this folder")
    parser.add_argument("--write", action="store_true", help="put the table into docs/comparison.md")
    options = parser.parse_args()
    folder = options.environments or Path(tempfile.mkdtemp(prefix="peers-"))
    try:
        made = table(folder)
    finally:
        if options.environments is None:
            shutil.rmtree(folder, ignore_errors=True)
    print(made)
    if options.write:
        head, _, rest = DOCUMENT.read_text().partition(BEGIN)
        DOCUMENT.write_text(f"{head}{BEGIN}\n\n{made}\n\n{END}{rest.partition(END)[2]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
