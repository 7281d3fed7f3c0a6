"""A GitHub on loopback: the API over HTTP, git over smart HTTP, faults on request.

Each exchange is kept in `calls`, and held to GitHub's description when one is given. The server serves
until `close`, which the fixture that started it calls.
"""

import json
import os
import re
import subprocess
import threading
import time
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import github_graphql
from github_api import Answer, Request, answer
from github_merging import merge_when_green, refresh
from github_openapi import Description
from github_shapes import Shapes
from github_state import Token, World

READS = {"GET", "HEAD"}


@dataclass(frozen=True)
class Call:
    """One exchange as it went over the wire; `status` 0 means that no answer was sent."""

    method: str
    path: str
    query: dict[str, str]
    body: object
    status: int
    login: str

    @property
    def writes(self) -> bool:
        if self.path.endswith("/graphql"):
            return isinstance(self.body, dict) and not self.body["query"].startswith("query")
        return self.method not in READS and not self.path.endswith("/git-upload-pack")


@dataclass
class Fault:
    """What goes wrong once with the first call that matches: `kind` is one of KINDS."""

    kind: str
    matches: Callable[[str, str], bool]
    times: int = 1
    header: dict[str, str] = field(default_factory=dict)


# kind → status, message, whether the work is done before the answer is lost
KINDS: dict[str, tuple[int, str, bool]] = {
    "502": (502, "Bad Gateway", False),
    "503": (503, "Service Unavailable", False),
    "409": (409, "Conflict", False),
    "422": (422, "Validation Failed", False),
    "401": (401, "Bad credentials", False),
    "secondary": (403, "You have exceeded a secondary rate limit. Please wait a few minutes.", False),
    "primary": (403, "API rate limit exceeded for user ID 1.", False),
    "429": (429, "You have exceeded a secondary rate limit. Please wait a few minutes.", False),
    "refused": (0, "", False),
    "lost": (0, "", True),
    "lost502": (502, "Bad Gateway", True),
    "slow": (-1, "", True),
    "base-modified": (405, "Base branch was modified. Review and try the merge again.", False),
    "garbage": (200, "<html>", True),
}


class GitHubServer:
    """The running server; `world` is what it knows, `api` and `web` its addresses."""

    def __init__(self, folder: Path, description: Description | None = None) -> None:
        self.world = World(folder)
        self.calls: list[Call] = []
        self.drift: list[str] = []
        self.faults: list[Fault] = []
        self.slow = 0.05
        self.description = description
        self.lock = threading.RLock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._http.github = self
        self._http.daemon_threads = True
        self.web = f"http://127.0.0.1:{self._http.server_port}"
        self.api = f"{self.web}/api/v3"
        self.shapes = Shapes(self.world, self.api, self.web)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(5)

    def fault(self, kind: str, method: str = "", path: str = "", times: int = 1, **header: str) -> None:
        """Makes the next `times` calls that match go wrong; empty method and path match every API call."""
        headers = {name.replace("_", "-"): value for name, value in header.items()}
        self.faults.append(
            Fault(kind, lambda m, p: method in {"", m} and re.search(path, p) is not None, times, headers)
        )

    def fault_at(self, kind: str, index: int, **header: str) -> None:
        """Makes the call with this number (from 0, counted from now) go wrong."""
        seen = iter(range(1_000_000))
        headers = {name.replace("_", "-"): value for name, value in header.items()}
        self.faults.append(Fault(kind, lambda _m, _p: next(seen) == index, 1, headers))

    def writes(self) -> list[Call]:
        """The calls that could have changed something."""
        return [call for call in self.calls if call.writes]

    def token_of(self, header: str) -> Token | None:
        """The token that an Authorization header carries."""
        kind, _, secret = header.partition(" ")
        if kind.lower() == "basic":
            secret = b64decode(secret).decode().partition(":")[2]
        return self.world.tokens.get(secret)

    def next_fault(self, method: str, path: str) -> Fault | None:
        for fault in self.faults:
            if fault.times > 0 and fault.matches(method, path):
                fault.times -= 1
                return fault
        return None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    # One segment an answer: without this the two writes of a small answer wait for an ACK.
    wbufsize = -1

    @property
    def github(self) -> GitHubServer:
        return self.server.github

    def log_message(self, *_: object) -> None:
        pass

    def _serve(self) -> None:
        url = urlsplit(self.path)
        content = self._content()
        if re.match(r"/[^/]+/[^/]+\.git/", url.path):
            self._git(url.path, url.query, content)
        elif url.path.startswith("/api/"):
            path = url.path.removeprefix("/api/v3").removeprefix("/api")
            self._rest(path, dict(parse_qsl(url.query, keep_blank_values=True)), content)
        else:
            self._send(Answer({"message": "Not Found"}, 404))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - http.server looks for these names

    def _content(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            pieces = []
            while size := int(self.rfile.readline().strip() or b"0", 16):
                pieces.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(pieces)
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _rest(self, path: str, query: dict[str, str], content: bytes) -> None:
        body = json.loads(content) if content else None
        fault = self.github.next_fault(self.command, path)
        status, message, done = KINDS[fault.kind] if fault else (-1, "", True)
        with self.github.lock:
            given = self._answered(path, query, body) if done else None
            code = status if status >= 0 else given.status if given else 0
            header = self.headers.get("Authorization", "")
            token = self.github.token_of(header)
            login = token.user.login if token else ""
            self.github.calls.append(Call(self.command, path, query, body, code, login))
            if given is not None and self.github.description is not None:
                self.github.drift += self._drift(path, query, body, given)
        if status == 0:
            self.close_connection = True
            self.connection.shutdown(2)
        elif fault and fault.kind == "slow":
            time.sleep(self.github.slow)
            self._send(given or Answer())
        elif fault and fault.kind == "garbage":
            self._raw(200, b"<html>", {"Content-Type": "text/html"})
        elif fault:
            self._send(Answer({"message": message}, status, dict(fault.header)))
        else:
            self._send(given or Answer())

    def _drift(self, path: str, query: dict[str, str], body: object, given: Answer) -> list[str]:
        """What in the exchange is not as GitHub describes it."""
        if path == "/graphql":
            return list(github_graphql.problems(body, given.body))
        return self.github.description.problems(self.command, path, query, body, given.status, given.body)

    def _answered(self, path: str, query: dict[str, str], body: object) -> Answer:
        header = self.headers.get("Authorization", "")
        token = self.github.token_of(header)
        if header and token is None and not self._is_app(header):
            return Answer({"message": "Bad credentials", "status": "401"}, 401)
        request = Request(
            self.command, path, query, body or {}, token, self.github.world, self.github.shapes
        )
        if token is not None:
            token.used += 1
        found = answer(request)
        if token is not None:
            left = self.github.world.hourly - token.used
            found.headers |= {
                "X-RateLimit-Limit": str(self.github.world.hourly),
                "X-RateLimit-Remaining": str(left),
                "X-RateLimit-Reset": str(int(time.time()) + 3600),
                "X-RateLimit-Resource": "core",
            }
        return found

    def _is_app(self, header: str) -> bool:
        """Whether the header carries a JWT that one of our Apps signed."""
        import jwt

        secret = header.partition(" ")[2]
        for _, public in self.github.world.apps.values():
            try:
                jwt.decode(secret, public, algorithms=["RS256"])
            except jwt.InvalidTokenError:
                continue
            return True
        return False

    def _git(self, path: str, query: str, content: bytes) -> None:
        match = re.fullmatch(r"/([^/]+/[^/]+)\.git(/.*)", path)
        assert match is not None
        full = self.github.world.renamed.get(match[1], match[1])
        token = self.github.token_of(self.headers.get("Authorization", ""))
        pushes = "git-receive-pack" in path or "git-receive-pack" in query
        self.github.calls.append(
            Call(self.command, path, dict(parse_qsl(query)), None, 200, token.user.login if token else "")
        )
        if full not in self.github.world.repos:
            self._raw(404, b"Repository not found.", {})
        elif token is None and pushes:
            self._raw(401, b"", {"WWW-Authenticate": 'Basic realm="GitHub"'})
        elif pushes and token and token.rights.get("contents") != "write":
            self._raw(403, b"Write access to repository not granted.", {})
        else:
            repo = self.github.world.repos[full]
            self._backend(repo.git, match[2], query, content)
            with self.github.lock:
                if pushes and self.command == "POST":
                    refresh(self.github.world, repo)
                    merge_when_green(self.github.world, repo)

    def _backend(self, git: Path, path: str, query: str, content: bytes) -> None:
        environment = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(git),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(content)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "REMOTE_USER": "git",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": "/dev/null",
        }
        done = subprocess.run(
            ["git", "http-backend"],
            input=content,
            capture_output=True,
            env=environment,
            check=False,
            timeout=60,
        )
        head, _, rest = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
        status = int(headers.pop("Status", "200").split()[0])
        self._raw(status, rest, headers)

    def _send(self, given: Answer) -> None:
        content = b"" if given.body is None else json.dumps(given.body).encode()
        self._raw(given.status, content, {"Content-Type": "application/json", **given.headers})

    def _raw(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() != "content-length":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()
