"""The one client for addresses that somebody else has a say in: a sign-in provider's, a webhook's, a preview's.

A name is resolved once, what it resolved to is checked, and that very address is connected to. No redirect is followed,
no proxy of the environment is used, and an answer is bounded in bytes and in seconds. Callers hold no database
connection meanwhile, and give up their place in front of the pool (`admission.step_aside`).
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

import httpx2

from headway.allow_list import Address, AllowList

SECONDS = 10.0
CONNECT_SECONDS = 4.0  # for each address of a name: one that swallows everything leaves time for the next
LIMIT = 256 * 1024
USER_AGENT = "Headway"

Resolve = Callable[[str, int], Awaitable[list[Address]]]


class OutboundError(Exception):
    """It was not asked, or there is no answer to go by. The text is a clause that may follow "could not be asked:"."""


class NotPermitted(OutboundError):
    """The address is none that this server connects to."""


class NoAnswer(OutboundError):
    """Nobody answered, or not whole and in time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status below 300 or above 399, and at most as many bytes as were asked for."""

    status: int
    headers: Mapping[str, str]
    body: bytes


async def resolve(host: str, port: int) -> list[Address]:
    """Every address the name has, in the order in which to try them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    # A link-local address comes with its interface (fe80::1%eth0), which is no part of what is checked.
    return [ipaddress.ip_address(str(address[0]).partition("%")[0]) for *_, address in found]


class CheckedTransport(httpx2.AsyncBaseTransport):
    """Connects to what the name has resolved to and was checked; TLS and Host still speak of the name."""

    def __init__(self, inner: httpx2.AsyncBaseTransport, allowed: AllowList, resolve: Resolve) -> None:
        self.inner, self.allowed, self.resolve = inner, allowed, resolve

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        addresses = [one for one in await self.resolve(host, port) if self.allowed.permits(host, one)]
        if not addresses:
            raise NotPermitted(f"{host} is an address inside a network, and HEADWAY_OUTBOUND_ALLOW does not list it")
        named = request.url
        request.extensions = {**request.extensions, "sni_hostname": host}
        for address in addresses:
            request.url = named.copy_with(host=str(address))
            try:
                return await self.inner.handle_async_request(request)
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                if address == addresses[-1]:
                    raise
        raise AssertionError  # the last address answers or raises

    async def aclose(self) -> None:
        await self.inner.aclose()


class Outbound:
    """Asks other servers. One for the whole application; each request has a connection of its own.

    Args:
        allowed: which addresses may be reached although they are not public.
        resolve: how a name becomes addresses.
    """

    def __init__(self, allowed: AllowList, resolve: Resolve = resolve) -> None:
        self.allowed, self.resolve = allowed, resolve

    async def ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        limit: int = LIMIT,
        seconds: float = SECONDS,
    ) -> Answer:
        """One request, one answer.

        Args:
            form: sent as application/x-www-form-urlencoded.
            limit: bytes of an answer's body; a longer one is not read to its end.
            seconds: for all of it, from the name to the last byte.

        Raises:
            NotPermitted: the URL or the address behind it is none to connect to.
            NoAnswer: no connection, no certificate to trust, too long, too slow, or a redirect.
        """
        host = checked_host(url)
        timeout = httpx2.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS))
        # In a thread: the first one imports and reads files.
        transport = CheckedTransport(await asyncio.to_thread(plain_transport), self.allowed, self.resolve)
        try:
            async with (
                asyncio.timeout(seconds),
                httpx2.AsyncClient(transport=transport, timeout=timeout, trust_env=False) as client,
                # Nothing compressed: some kilobytes can unfold to gigabytes.
                client.stream(
                    method,
                    url,
                    headers={"user-agent": USER_AGENT, "accept-encoding": "identity", **(headers or {})},
                    data=form,
                    follow_redirects=False,
                ) as response,
            ):
                return Answer(response.status_code, response.headers, await body_of(response, host, limit))
        except TimeoutError:
            raise NoAnswer(f"{host} did not answer within {seconds:g} seconds") from None
        except (OSError, httpx2.HTTPError, UnicodeError) as error:
            raise NoAnswer(f"{host} {what_failed(error)}") from error


def checked_host(url: str) -> str:
    """The host of a URL that may be asked.

    Raises:
        NotPermitted: it is not plain http or https, or carries a name and password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotPermitted("that is no address") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise NotPermitted("only http and https addresses are asked")
    if parts.username is not None or parts.password is not None:
        raise NotPermitted("an address with a name and password in it is not asked")
    return parts.hostname


async def body_of(response: httpx2.Response, host: str, limit: int) -> bytes:
    """The body, as far as it is one to read."""
    if 300 <= response.status_code < 400:
        raise NoAnswer(f"{host} sends on to another address, which is not followed")
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise NoAnswer(f"{host} answered in a compression that nobody asked for")
    told = response.headers.get("content-length", "")
    body = bytearray()
    if not (told.isdecimal() and int(told[:18]) > limit):
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > limit:
                break
        else:
            return bytes(body)
    raise NoAnswer(f"{host} answered with more than {limit // 1024} kB")


def what_failed(error: Exception) -> str:
    """The reason as the rest of a sentence; a library's own words go to the log only."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "has a certificate that this server does not trust"
        if isinstance(cause, socket.gaierror | UnicodeError):
            return "is not a name that can be looked up"
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx2.TimeoutException):
        return "did not answer in time"
    return "cannot be connected to" if isinstance(error, httpx2.ConnectError) else "broke off its answer"


def plain_transport() -> httpx2.AsyncBaseTransport:
    """Connections as they are made without a check."""
    return httpx2.AsyncHTTPTransport(verify=trusted(), trust_env=False)


@cache
def trusted() -> ssl.SSLContext:
    """The certificates that this machine trusts, or SSL_CERT_FILE's."""
    return ssl.create_default_context()
