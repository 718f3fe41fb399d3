"""Sending one request and naming what became of it. Bodies are read to their last byte and not looked at."""

import errno
import random
import time
from dataclasses import dataclass
from itertools import accumulate

import aiohttp
import orjson
from multidict import CIMultiDict
from yarl import URL

from headway.lab.load.jobs import Request
from headway.lab.load.tally import Outcome

KINDS = {
    errno.ECONNREFUSED: "refused",
    errno.ECONNRESET: "reset",
    errno.EPIPE: "reset",
    errno.EMFILE: "files",
    errno.ENFILE: "files",
}


def new_session(connections: int = 0) -> aiohttp.ClientSession:
    """Keeps its connections; 0 is as many as it takes. No cookies, no redirects, nothing unpacked."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=connections, keepalive_timeout=300),
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=("Accept-Encoding", "User-Agent"),
        auto_decompress=False,
    )


def limit_to(seconds: float) -> aiohttp.ClientTimeout:
    # aiohttp rounds time-outs up to whole seconds above its threshold.
    return aiohttp.ClientTimeout(total=max(0.001, seconds), ceil_threshold=seconds + 1)


@dataclass(frozen=True)
class _Prepared:
    name: str
    method: str
    urls: list[URL]
    headers: CIMultiDict[str]
    bodies: list[bytes] | None
    expects: frozenset[int]


class Sender:
    """Picks the requests of a job by weight, the same ones in the same order for the same seed.

    aiohttp tries a GET once again whose kept connection the server had closed; its latency includes both.
    """

    def __init__(self, address: str, requests: list[Request], headers: dict[str, str], seed: int) -> None:
        self._prepared = [_prepare(address, request, headers) for request in requests]
        self._weights = list(accumulate(request.weight for request in requests))
        self._random = random.Random(seed)  # noqa: S311 - a reproducible choice, no secret

    async def send(self, session: aiohttp.ClientSession, seconds: float) -> Outcome:
        """Never raises for what a server or a network can do."""
        (request,) = self._random.choices(self._prepared, cum_weights=self._weights)
        url = self._random.choice(request.urls)
        body = self._random.choice(request.bodies) if request.bodies else None
        sent, size, failure, gave_up = time.perf_counter(), 0, None, False
        try:
            async with session.request(
                request.method,
                url,
                headers=request.headers,
                data=body,
                timeout=limit_to(seconds),
                allow_redirects=False,
            ) as response:
                size = len(await response.read())
            if response.status not in request.expects:
                failure = str(response.status)
        except TimeoutError:
            gave_up = True
        except (aiohttp.ClientError, OSError) as error:
            failure = kind_of(error)
        return Outcome(request.name, sent, time.perf_counter(), size, failure, gave_up)


def _prepare(address: str, request: Request, headers: dict[str, str]) -> _Prepared:
    bodies = [orjson.dumps(body) for body in request.bodies] if request.bodies else None
    kind = {"Content-Type": "application/json"} if bodies else {}
    return _Prepared(
        name=request.name,
        method=request.method,
        urls=[URL(address + path, encoded=True) for path in request.paths],
        headers=CIMultiDict({**kind, **headers, **request.headers}),
        bodies=bodies,
        expects=frozenset(request.expects),
    )


def kind_of(error: Exception) -> str:
    """In one word: refused, reset, closed (before or within the answer), files (too many open), or the error's name."""
    if isinstance(error, aiohttp.ServerDisconnectedError | aiohttp.ClientPayloadError):
        return "closed"
    number = error.errno if isinstance(error, OSError) else None
    return KINDS.get(number or 0, type(error).__name__)
