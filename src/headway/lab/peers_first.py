"""The one question before any load: does an address answer what can be measured? Asked with the generator's client."""

import asyncio
import re
import ssl
from collections.abc import Sequence
from urllib.parse import urljoin, urlsplit

import aiohttp
from yarl import URL

from headway.console import CannotStart
from headway.lab.load.sending import limit_to, new_session
from headway.lab.peers_given import Peer
from headway.lab.peers_schemas import TIME_LIMIT, First

LARGEST = 32 * 2**20
PASSWORD = re.compile(rb"<input\b[^>]*\btype\s*=\s*[\"']?password\b", re.IGNORECASE)


class _Unfit(Exception):
    """A clause that follows the address: what is the matter, and what to do."""


def ask_all(peers: Sequence[Peer]) -> list[First]:
    """What each of them answers to one GET.

    Raises:
        CannotStart: some gave no answer that could be measured; every such one is told with what to do about it.
    """
    answers = asyncio.run(_ask_all(peers))
    unfit = [f"{one.name} ({one.url}) {it}." for one, it in zip(peers, answers, strict=True) if isinstance(it, _Unfit)]
    if unfit:
        raise CannotStart(" ".join([*unfit, "No load was sent."]))
    return [one for one in answers if isinstance(one, First)]


async def _ask_all(peers: Sequence[Peer]) -> list[First | _Unfit]:
    return list(await asyncio.gather(*(_ask(peer) for peer in peers)))


async def _ask(peer: Peer) -> First | _Unfit:
    try:
        async with (
            new_session(1) as session,
            session.get(
                URL(peer.url, encoded=True), headers=peer.headers, timeout=limit_to(TIME_LIMIT), allow_redirects=False
            ) as response,
        ):
            _must_be_fine(peer, response.status, response.headers.get("Location", ""))
            body = await _whole(response)
            kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    except _Unfit as unfit:
        return unfit
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return _Unfit(_words(error))
    if kind == "text/html" and PASSWORD.search(body):
        return _Unfit(f"answers with a page that asks for a password. {_signed_in(peer)}")
    return First(status=response.status, bytes=len(body), kind=kind)


async def _whole(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for some in response.content.iter_any():
        body += some
        if len(body) > LARGEST:
            raise _Unfit(f"answers with more than {LARGEST >> 20} MB. Give an address that answers with less")
    return bytes(body)


def _must_be_fine(peer: Peer, status: int, location: str) -> None:
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        # What follows a '?' may be somebody's secret.
        to = urlsplit(urljoin(peer.url, location))._replace(query="", fragment="")
        where = "".join(one for one in to.geturl() if one.isprintable())
        raise _Unfit(f"redirects ({status}) to {where}. Give that address; or, if it is a sign-in: {_signed_in(peer)}")
    if status in (401, 403):
        raise _Unfit(f"refuses ({status}). {_signed_in(peer)}")
    if status == 404:
        raise _Unfit("does not exist there (404). Check the address; some answer so to who is not signed in")
    if status == 429:
        raise _Unfit("limits how often it is asked (429). Ask its owner to lift that for the measurement")
    where_to_look = "Its own log says why" if status >= 500 else "Try the address and the headers with one request"
    raise _Unfit(f"answers {status} instead of 2xx. {where_to_look}")


def _signed_in(peer: Peer) -> str:
    return (
        "Send what a signed-in browser or a token sends: "
        f"--header '{peer.name}=Cookie: …' or --header '{peer.name}=Authorization: Bearer …'"
    )


def _words(error: Exception) -> str:
    match error:
        case aiohttp.ClientConnectorCertificateError():
            why = error.certificate_error
            said = why.verify_message if isinstance(why, ssl.SSLCertVerificationError) else "it is not for this host"
            return (
                f"has a certificate that is not trusted here: {said.rstrip('.')}. If it comes from an authority of "
                "your own, name that one's certificate in SSL_CERT_FILE"
            )
        case aiohttp.ClientSSLError():
            return "does not speak https as it should. Is it http://, or another port?"
        case aiohttp.ClientConnectorDNSError():
            return "has a host whose name is not known here. Check its spelling"
        case TimeoutError():
            return f"has not answered within {TIME_LIMIT:.0f} s. Try the address in a browser"
        case aiohttp.ClientConnectorError():
            return "cannot be reached. Check host and port, and that it is running"
        case _:
            return "broke off, or does not speak HTTP. Check the port, and whether it is https://"
