"""/health, /ready and /metrics: outside of the API, so that no line in front of the pool keeps them waiting."""

import hmac
import ipaddress
from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from headway.address import client_address
from headway.errors import NotFound, TooMany, Unauthenticated
from headway.operations.exposition import CONTENT_TYPE, Figures, exposed
from headway.operations.measured import PEER
from headway.operations.state import Operations
from headway.throttle import throttle

router = APIRouter(tags=["operations"])

# Wrong tokens from one address, and the seconds in which they are forgotten.
TRIES, FORGOTTEN = 10, 60.0
# What a proxy adds: with one of these, the peer is not who asks.
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


@router.get("/health")
async def health() -> dict[str, str]:
    """Answers as long as the process does; asks nothing of the database."""
    return {"status": "ok"}


class Readiness(BaseModel):
    """How the server is, check by check."""

    status: Literal["ready", "not_ready"]
    checks: dict[str, str]


@router.get(
    "/ready",
    response_model=Readiness,
    responses={503: {"model": Readiness, "description": "Not now; `checks` says what is missing."}},
)
async def ready(request: Request) -> Response:
    """Whether requests should be sent here: 200, or 503 while something is missing or the server is stopping."""
    found = await checks(request)
    is_ready = all(one in ("ok", "newer") for one in found.values())
    return JSONResponse({"status": "ready" if is_ready else "not_ready", "checks": found}, 200 if is_ready else 503)


async def checks(request: Request) -> dict[str, str]:
    """Each thing that has to be so, and how it is."""
    hub: Any = request.app.state.hub
    operations: Operations = request.app.state.operations
    # A process that stops does not ask any more: whoever sends requests here has to hear of it at once.
    if hub.closing:
        return {"server": "stopping"}
    migrations = await operations.probe.migrations()
    return {
        "server": "ok",
        "database": "no_answer" if migrations is None else "ok",
        "migrations": migrations or "unknown",  # newer ones are fine: an upgrade goes on beside us
        "live": "ok" if hub.is_well else "failing",
    }


@router.get("/metrics", include_in_schema=False)
async def metrics(request: Request) -> Response:
    """The figures of every process of this server, as Prometheus reads them."""
    operations: Operations = request.app.state.operations
    may_read(request, operations)
    probe = operations.probe
    needed = operations.settings.connections_needed()
    figures = Figures(await operations.workers(), await probe.figures(), await probe.jobs(), needed)
    return Response(exposed(figures), media_type=CONTENT_TYPE)


def may_read(request: Request, operations: Operations) -> None:
    """Lets pass who has the token, or, on a server that only this machine knows, who is on this machine.

    Raises:
        NotFound: metrics are off, or not for whoever asks.
        Unauthenticated: the token is missing or wrong.
        TooMany: wrong tokens came from this address again and again.
    """
    settings = operations.settings
    if settings.metrics == "loopback":
        if settings.is_loopback and is_near(request):
            return
    elif settings.metrics == "token" and settings.metrics_token:
        check_token(request, settings.metrics_token)
        return
    raise NotFound("metrics.off", "Metrics are not to be had here. See HEADWAY_METRICS in the documentation.")


def is_near(request: Request) -> bool:
    """Whether the peer itself is on this machine, and speaks for nobody else."""
    peer = request.scope.get(PEER)
    try:
        on_this_machine = peer is not None and ipaddress.ip_address(peer[0]).is_loopback
    except ValueError:
        return False
    return on_this_machine and not any(name in request.headers for name in FORWARDED)


def check_token(request: Request, token: str) -> None:
    """Compares in constant time; only wrong ones are counted, by address."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    buckets, place = throttle.get(), client_address.get() or ""
    wait = buckets.take("metrics", place, TRIES, FORGOTTEN) if buckets else 0
    if wait:
        raise TooMany("metrics.too_many", "Too many wrong tokens. Wait a moment.", retry_after=wait)
    if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), token.encode()):
        raise Unauthenticated("metrics.token", "Send the server's HEADWAY_METRICS_TOKEN as a bearer token.")
    if buckets:
        buckets.give_back("metrics", place)
