"""A private folder with the files of one build, and the environment of the program that builds it.

The folder holds nothing but the build's own files and symlinks between them; the environment names no
other program, no home and no open proxy. Where the system allows it, the program has no network at all.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

from promoter.render.inputs import Inputs

_CLOSED: Final = "http://127.0.0.1:9"
_PROXIES: Final = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")


@contextmanager
def materialised(inputs: Inputs) -> Iterator[Path]:
    """The root of a temporary tree that holds the inputs; removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="promoter-") as folder:
        # kustomize names files by their resolved paths, and error texts are matched against this root.
        root = Path(folder).resolve() / "repository"
        (root / inputs.entry).mkdir(parents=True)
        made = {root}
        for path, content in inputs.files.items():
            target = root / path
            if target.parent not in made:
                target.parent.mkdir(parents=True, exist_ok=True)
                made.add(target.parent)
            target.write_bytes(content)
        for link, real in inputs.links:
            _link(root, link, real)
        yield root


def _link(root: Path, link: str, real: str) -> None:
    path = root / link
    if path.exists() or path.is_symlink():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(os.path.relpath(root / real, path.parent))


def environment(home: Path, *, remote: bool) -> Mapping[str, str]:
    """The whole environment of an engine's process.

    `remote` (an allowed remote entry) leaves git findable and the proxies as they are; otherwise no
    program is found by name and every proxy points to a closed port.
    """
    tuned = {"HOME": str(home), "GOGC": "off", "GOMAXPROCS": "1", "GOMEMLIMIT": "512MiB"}
    if os.name == "nt":
        tuned["SYSTEMROOT"] = os.environ.get("SYSTEMROOT", "")
    if remote:
        inherited = {name: os.environ[name] for name in ("PATH", *_PROXIES) if name in os.environ}
        return {**tuned, **inherited, "GIT_TERMINAL_PROMPT": "0"}
    return {**tuned, "PATH": "", "NO_PROXY": "", **dict.fromkeys(_PROXIES, _CLOSED)}


@cache
def without_network() -> tuple[str, ...]:
    """The words to put before a command so that it runs in a network namespace of its own.

    Nothing where the system has no such thing or forbids it (containers often do); then the pre-flight and
    the closed proxies are what keeps a build off the network, and Go does not ask a proxy for loopback.
    """
    program, nothing = shutil.which("unshare"), shutil.which("true")
    if program is None or nothing is None:
        return ()
    words = (program, "--map-root-user", "--net", "--")
    try:
        tried = subprocess.run(  # noqa: S603 - both programs were found on PATH
            [*words, nothing], capture_output=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return words if tried.returncode == 0 else ()
