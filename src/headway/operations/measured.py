"""The outermost layer: gives each request an id, counts and times it, and writes its line in the log."""

import re
from time import perf_counter
from typing import Literal

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from headway.clock import new_id
from headway.errors import route_of
from headway.operations.tally import GONE, Tally
from headway.settings import Settings

log = structlog.get_logger()

ID = b"x-request-id"
SANE = re.compile(rb"[A-Za-z0-9._-]{8,64}\Z")
SLOW = 1.0  # seconds from which a request is worth a line of its own
# Asked every few seconds by machines: counted, but written down only when they fail.
QUIET = frozenset({"/health", "/ready", "/metrics"})
PEER = "headway.peer"

Lines = Literal["all", "slow", "off"]


def log_lines(settings: Settings) -> Lines:
    """Which requests are written down. A console is for people, who want to see what stands out."""
    return settings.log_requests or ("all" if settings.log == "json" else "slow")


class Measured:
    """Times are from the request's headers to the answer's: what comes after goes at the client's pace.

    Args:
        lines: which requests are written down: all, those that failed or took long, or none.
    """

    def __init__(self, app: ASGIApp, tally: Tally, lines: Lines) -> None:
        self.app, self.tally, self.lines = app, tally, lines

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = perf_counter()
        name = given_id(scope) or new_id().hex.encode()
        scope[PEER] = scope.get("client")  # before anybody's word about it is heard
        status, took = GONE, 0.0

        async def send_with_id(message: Message) -> None:
            nonlocal status, took
            if message["type"] == "http.response.start":
                status, took = message["status"], perf_counter() - began
                message["headers"] = [*message.get("headers", ()), (ID, name)]
            await send(message)

        token = structlog.contextvars.bind_contextvars(request_id=name.decode())
        try:
            await self.app(scope, receive, send_with_id)
        finally:
            structlog.contextvars.reset_contextvars(**token)
            now = perf_counter()
            took = took or now - began
            route = route_of(scope)
            self.tally.add(scope["method"], route, status, took, now)
            if self.lines != "off" and (self.lines == "all" or took > SLOW or status >= 500):
                write(name, scope, route, status, took)


def given_id(scope: Scope) -> bytes | None:
    """The id that a proxy has given the request, if it is one that cannot upset a log."""
    for header, value in scope["headers"]:
        if header == ID:
            return value if SANE.match(value) else None
    return None


def write(name: bytes, scope: Scope, route: str, status: int, took: float) -> None:
    """One line for a request. No path, no query string, no headers: those are where secrets travel."""
    if route in QUIET and status < 400:
        return
    about = {"request_id": name.decode(), "method": scope["method"], "route": route, "status": status}
    person = scope.get("state", {}).get("person_id")
    if person is not None:
        about["person"] = str(person)
    log.info("request", **about, ms=round(took * 1000, 1))
