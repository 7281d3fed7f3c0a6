"""Asks registries over HTTP, as the OCI distribution specification 1.1 says.

Must not send a login to anybody but the registry it belongs to and the token server that this registry
names, nor over plain http except to this machine. Callers may rely on this: every failure is an answer
`unknown` with what to do, no answer repeats what a server wrote, and each image is asked for once.
"""

from hashlib import sha256
from typing import Final

from promoter.images.reference import is_digest
from promoter.model import Image, Presence, Published, unknown
from promoter.registry.address import Address, address_of, is_safe
from promoter.registry.challenge import Challenge, basic, challenge_in
from promoter.registry.exchange import Exchange, Reply, TroubleError
from promoter.registry.login import Logins

OK: Final = 200
_ACCEPT: Final = (
    "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, "
    "application/vnd.docker.distribution.manifest.list.v2+json, "
    "application/vnd.docker.distribution.manifest.v2+json"
)
_NOT_BY_HEAD: Final = frozenset({405, 501})
"""What servers say that only know GET."""
_LARGEST: Final = 16 << 20


class HttpRegistry:
    """Every registry, each asked with its own login. Answers are kept for as long as this lives."""

    def __init__(self, logins: Logins, seconds: float = 15.0) -> None:
        self._logins = logins
        self._exchange = Exchange(seconds)
        self._answers: dict[Address, Published] = {}
        self._signed: dict[tuple[str, str], str] = {}

    def look(self, image: Image) -> Published:
        """Whether the image is there; `unknown`, with what to do, when the registry does not say."""
        address = address_of(image)
        if address is None:
            return unknown(f"{image} names no repository in a registry")
        if address not in self._answers:
            try:
                self._answers[address] = self._asked(address)
            except TroubleError as trouble:
                self._answers[address] = unknown(f"{address.registry} {trouble}")
        return self._answers[address]

    def close(self) -> None:
        """Close the connections."""
        self._exchange.close()

    def _asked(self, address: Address) -> Published:
        reply = self._signed_in(address, "HEAD")
        if reply.status in _NOT_BY_HEAD:
            reply = self._signed_in(address, "GET")
        if reply.status == OK:
            return Published(Presence.THERE, self._digest(address, reply))
        return self._refused(address, reply)

    def _digest(self, address: Address, reply: Reply) -> str:
        """What the reference stands for: the server should say it, and else the manifest's bytes do."""
        if is_digest(address.reference):
            return address.reference
        said = reply.headers.get("docker-content-digest", "")
        if is_digest(said):
            return said
        content = reply.body or self._signed_in(address, "GET").body
        return f"sha256:{sha256(content).hexdigest()}" if content else ""

    def _signed_in(self, address: Address, method: str) -> Reply:
        """The reply after meeting the registry's challenge, if it has one that we can meet."""
        place = address.host, address.repository
        reply = self._send(address, method, self._signed.get(place, ""))
        if reply.status != 401 or reply.is_elsewhere:  # noqa: PLR2004 - HTTP's own number
            return reply
        challenge = challenge_in(reply.headers.get("www-authenticate", ""))
        signature = self._signature(address, challenge) if challenge else ""
        if not signature:
            return reply
        self._signed[place] = signature
        return self._send(address, method, signature)

    def _send(self, address: Address, method: str, signature: str) -> Reply:
        headers = {"Accept": _ACCEPT}
        return self._exchange.send(method, address.manifest, headers, signature, largest=_LARGEST)

    def _signature(self, address: Address, challenge: Challenge) -> str:
        """The `Authorization` header that the challenge asks for; empty when we have none to give."""
        login = self._logins.of(address.registry)
        if challenge.scheme == "basic":
            return basic(login) if login else ""
        if not is_safe(challenge.realm, address.manifest):
            raise TroubleError("asks for the login at an address that is not https, where it is not sent")
        signed = basic(login) if login else ""
        query = challenge.query(address.repository)
        reply = self._exchange.send("GET", challenge.realm, {}, signed, query=query)
        if reply.status == 401 or reply.status == 403:  # noqa: PLR1714, PLR2004 - HTTP's own numbers
            return ""
        token = reply.field("token") or reply.field("access_token")
        if reply.status != OK or not token:
            raise TroubleError(
                f"gives no token (its token server answered {reply.status}); try again later"
            )
        return f"Bearer {token}"

    def _refused(self, address: Address, reply: Reply) -> Published:
        name = f"{address.registry}/{address.repository}"
        match reply.status:
            case 404:
                what = f"{name} has no {address.reference}"
                return Published(Presence.ABSENT, reason=f"{what}; was it pushed, under this name?")
            case 401 | 403:
                return unknown(self._unwelcome(address))
            case 429:
                wait = reply.headers.get("retry-after", "")
                when = f"in {wait} seconds" if wait.isdecimal() else "later"
                return unknown(f"{address.registry} answers too many requests (429); try again {when}")
            case status:
                return unknown(f"{address.registry} answered {status} for {name}; try again later")

    def _unwelcome(self, address: Address) -> str:
        registry, repository = address.registry, address.repository
        if self._logins.of(registry) is not None:
            return f"{registry} does not let our login read {repository}, or has no such repository"
        return f"{registry} wants a login for {repository}: {self._logins.advice(registry)}"
