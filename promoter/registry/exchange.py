"""One question to a server and its answer: time limits, redirects, sizes, and failures in our words.

Must not know registries. Callers may rely on this: a signature goes to the server that was named and to
no other, also when that one points elsewhere; `.netrc` is never read; nothing is asked over plain http
except of this machine, and that never through a proxy; whatever fails is a TroubleError.
"""

import json
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from promoter.frozen import frozen
from promoter.registry.address import is_loopback, is_safe, same_origin

if TYPE_CHECKING:
    from requests import PreparedRequest, Response

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS: Final = 5
_CONNECTING: Final = 5.0
_SMALL: Final = 1 << 20
_PIECE: Final = 1 << 16


class TroubleError(Exception):
    """Why there is no answer, as the end of a sentence that begins with the server's name."""


@frozen
class Reply:
    """An answer: `headers` by lower-case name; `is_elsewhere` when another server gave it."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    is_elsewhere: bool = False

    def field(self, name: str) -> str:
        """The text of a field of the JSON object that the body is; empty when there is none."""
        try:
            read = json.loads(self.body)
        except ValueError:
            return ""
        found = read.get(name) if isinstance(read, dict) else None
        return found if isinstance(found, str) and found.isascii() and found.isprintable() else ""


class Exchange:
    """The connections of one run; `seconds` is how long an answer may take."""

    def __init__(self, seconds: float) -> None:
        import requests

        self._seconds = seconds
        self._session = requests.Session()
        self._session.headers["User-Agent"] = "promoter"

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        signature: str,
        *,
        query: Mapping[str, str] | None = None,
        largest: int = _SMALL,
    ) -> Reply:
        """The answer to a request, redirects followed; raises TroubleError when there is none.

        `signature` is the `Authorization` header for the server of `url`, empty for none.
        """
        first, place = url, url
        for _ in range(_MOST_REDIRECTS):
            own = signature if same_origin(first, place) else ""
            with self._one(method, place, headers, own, query) as response:
                if response.status_code not in _REDIRECTS:
                    named = {name.lower(): value for name, value in response.headers.items()}
                    body = self._body(response, largest) if method == "GET" else b""
                    return Reply(response.status_code, named, body, not same_origin(first, place))
                place, query = _joined(place, response.headers.get("Location", "")), None
            if not is_safe(place, first):
                raise TroubleError("points to an address that is not https, which is not asked")
        raise TroubleError(f"points elsewhere {_MOST_REDIRECTS} times in a row")

    def _one(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        signature: str,
        query: Mapping[str, str] | None,
    ) -> "Response":
        from requests import RequestException, exceptions
        from urllib3.exceptions import HTTPError

        def signed(request: "PreparedRequest") -> "PreparedRequest":
            # An own signer, even of nothing, keeps requests from looking into ~/.netrc.
            request.headers.pop("Authorization", None)
            if signature:
                request.headers["Authorization"] = signature
            return request

        try:
            return self._session.request(
                method,
                url,
                headers=dict(headers),
                params=dict(query or {}),
                auth=signed,
                timeout=(min(_CONNECTING, self._seconds), self._seconds),
                allow_redirects=False,
                stream=True,
                proxies={"http": "", "https": ""} if is_loopback(url) else None,
            )
        except exceptions.SSLError:
            raise TroubleError(
                "has a certificate that is not trusted here; REQUESTS_CA_BUNDLE can name its issuer's"
            ) from None
        except exceptions.Timeout:
            raise self._late() from None
        except (RequestException, HTTPError, ValueError):
            raise TroubleError("could not be reached; is the name right, and the network open?") from None

    def _body(self, response: "Response", largest: int) -> bytes:
        """The bytes of a body that is neither too large nor too slow."""
        from requests import RequestException
        from urllib3.exceptions import HTTPError

        content, end = bytearray(), time.monotonic() + self._seconds
        try:
            for piece in response.iter_content(_PIECE):
                content += piece
                if len(content) > largest:
                    raise TroubleError(f"sent more than {largest} bytes")
                if time.monotonic() > end:
                    raise self._late()
        except (RequestException, HTTPError):
            raise TroubleError("broke off its answer; try again later") from None
        return bytes(content)

    def _late(self) -> TroubleError:
        return TroubleError(f"did not answer within {self._seconds:g} seconds; try again later")


def _joined(url: str, location: str) -> str:
    """Where a redirect points; empty when that is no URL."""
    try:
        return urljoin(url, location)
    except ValueError:
        return ""
