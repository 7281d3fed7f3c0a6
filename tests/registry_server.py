"""A registry on loopback: the OCI distribution specification 1.1 as far as it is read, and a token server.

`pushed` is what it holds; `guard` is how it asks for a login; `faults` gives the next answers of a path.
Each request is kept in `calls` as it came, with its `Authorization`.
"""

import json
import threading
import time
from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

INDEX = "application/vnd.oci.image.index.v1+json"
TOKEN = "token-of-this-run"


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]

    @property
    def signed(self) -> str:
        return self.headers.get("authorization", "")


@dataclass
class Fault:
    """What one request gets instead: a status with headers, after `pause` seconds."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0.0
    body: bytes = b""


class RegistryServer:
    """The running server. `guard` is `open`, `basic` or `bearer`; `login` may read, None: anybody."""

    def __init__(self, guard: str = "open", login: tuple[str, str] | None = None) -> None:
        self.guard, self.login = guard, login
        self.pushed: dict[tuple[str, str], bytes] = {}
        self.calls: list[Call] = []
        self.faults: list[tuple[Callable[[Call], bool], Fault]] = []
        self.says_digest = True
        self.knows_head = True
        self.realm = ""
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                server.answer(self)

            def do_HEAD(self) -> None:
                server.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.host = f"127.0.0.1:{self._http.server_port}"

    def close(self) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def push(self, repository: str, tag: str, content: bytes = b"") -> str:
        """The digest of a manifest that is now there, by tag and by digest."""
        body = content or json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": [tag]}).encode()
        digest = f"sha256:{sha256(body).hexdigest()}"
        self.pushed[repository, tag] = self.pushed[repository, digest] = body
        return digest

    def fault(
        self, status: int, *, at: str = "", times: int = 1, pause: float = 0.0, **headers: str
    ) -> None:
        """The next requests whose path contains `at` get this instead."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.faults += [(lambda call: at in call.path, Fault(status, named, pause))] * times

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        split = urlsplit(handler.path)
        headers = {name.lower(): value for name, value in handler.headers.items()}
        call = Call(handler.command, split.path, dict(parse_qsl(split.query)), headers)
        self.calls.append(call)
        fault = self._fault(call)
        if fault is not None:
            time.sleep(fault.pause)
        status, said, body = (
            (fault.status, fault.headers, fault.body)
            if fault is not None and fault.status
            else self._reply(call)
        )
        try:
            handler.send_response(status)
            for name, value in said.items():
                handler.send_header(name, value)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            if call.method != "HEAD":
                handler.wfile.write(body)
        except OSError:
            handler.close_connection = True

    def _fault(self, call: Call) -> Fault | None:
        found = next((each for each in self.faults if each[0](call)), None)
        if found is not None:
            self.faults.remove(found)
        return found[1] if found else None

    def _reply(self, call: Call) -> tuple[int, dict[str, str], bytes]:
        if call.path == "/token":
            return self._token(call)
        parts = call.path.removeprefix("/v2/").split("/manifests/")
        if len(parts) != 2:
            return 404, {}, b""
        if not self._welcome(call):
            return 401, {"WWW-Authenticate": self._challenge(parts[0])}, _error("UNAUTHORIZED")
        return self._manifest(call, parts[0], parts[1])

    def _manifest(self, call: Call, repository: str, reference: str) -> tuple[int, dict[str, str], bytes]:
        if call.method == "HEAD" and not self.knows_head:
            return 405, {}, b""
        body = self.pushed.get((repository, reference))
        if body is None or INDEX not in call.headers.get("accept", ""):
            return 404, {"Content-Type": "application/json"}, _error("MANIFEST_UNKNOWN")
        digest = {"Docker-Content-Digest": f"sha256:{sha256(body).hexdigest()}"} if self.says_digest else {}
        return 200, {"Content-Type": INDEX, **digest}, body

    def _welcome(self, call: Call) -> bool:
        if self.guard == "bearer":
            return call.signed == f"Bearer {TOKEN}"
        return self.guard == "open" or call.signed == self._basic()

    def _basic(self) -> str:
        return f"Basic {b64encode(':'.join(self.login or ()).encode()).decode()}"

    def _challenge(self, repository: str) -> str:
        if self.guard == "basic":
            return 'Basic realm="registry"'
        realm = self.realm or f"http://{self.host}/token"
        return f'Bearer realm="{realm}",service="registry",scope="repository:{repository}:pull"'

    def _token(self, call: Call) -> tuple[int, dict[str, str], bytes]:
        if self.login is not None and call.signed != self._basic():
            return 401, {}, _error("UNAUTHORIZED")
        return 200, {"Content-Type": "application/json"}, json.dumps({"token": TOKEN}).encode()


def _error(code: str) -> bytes:
    return json.dumps({"errors": [{"code": code, "message": "no", "detail": {}}]}).encode()
