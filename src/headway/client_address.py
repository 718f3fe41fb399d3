"""Who is at the other end: the peer, or whom a proxy of ours says it speaks for. Nobody else is believed."""

from collections.abc import Iterator, Sequence

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from headway.address import Address, Network, client_address, parse_address
from headway.throttle import Throttle, throttle

log = structlog.get_logger()

MOST_HOPS = 20


class ClientAddress:
    """Puts the client's address into the scope and where `limits` and `audit` find it, for this request alone.

    Args:
        proxies: whose X-Forwarded-For, or Forwarded where that is missing, is believed (HEADWAY_TRUSTED_PROXIES).
    """

    def __init__(self, app: ASGIApp, proxies: Sequence[Network]) -> None:
        self.app, self.proxies = app, tuple(proxies)
        self.throttle = Throttle()
        self._told = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        peer = scope.get("client")
        found = self._client(peer[0], Headers(scope=scope)) if peer else None
        if peer and found is not None and found != peer[0]:
            scope["client"] = (found, 0)
        tokens = client_address.set(found), throttle.set(self.throttle)
        try:
            await self.app(scope, receive, send)
        finally:
            client_address.reset(tokens[0])
            throttle.reset(tokens[1])

    def _client(self, peer: str, headers: Headers) -> str:
        """The address furthest from us that somebody we trust vouches for."""
        address = parse_address(peer)
        if address is None:
            return peer
        if not self._is_ours(address):
            if not self._told and "x-forwarded-for" in headers:
                self._told = True
                # A proxy nobody told us of makes everybody one client, and they share one limit.
                log.warning("address.untrusted_proxy", peer=peer, hint="set HEADWAY_TRUSTED_PROXIES if it is yours")
            return str(address)
        # From right to left: each proxy wrote down whom it saw. What stands left of a stranger is the stranger's word.
        for told in hops(headers):
            before = parse_address(told)
            if before is None:
                break
            address = before
            if not self._is_ours(address):
                break
        return str(address)

    def _is_ours(self, address: Address) -> bool:
        return any(address in network for network in self.proxies)


def hops(headers: Headers) -> Iterator[str]:
    """Whom the proxies say they had the request from, the nearest first."""
    told = headers.getlist("x-forwarded-for")
    if told:
        yield from ",".join(told).split(",")[: -MOST_HOPS - 1 : -1]
        return
    for element in ",".join(headers.getlist("forwarded")).split(",")[: -MOST_HOPS - 1 : -1]:
        pairs = (pair.partition("=") for pair in element.split(";"))
        yield next((value for name, _, value in pairs if name.strip().lower() == "for"), "")
