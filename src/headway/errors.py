"""Errors that know their status, and the handlers that send them as application/problem+json (RFC 9457)."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from traceback import walk_tb
from typing import Any, ClassVar

import orjson
import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

log = structlog.get_logger()

SAFE = ("GET", "HEAD")
TOO_LARGE = ("too_large", "That is more than this server takes at once. Send less of it.")
TOO_SLOW = ("too_slow", "The rest of the request did not come in time. Nothing was saved; send it again.")
KNOWN = {
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not take that method."),
    413: TOO_LARGE,
}
UNIQUE_VIOLATION = "23505"
# A time limit, a lock not had in time, a server shutting down or out of connections: all pass by waiting.
# Of what is wrong with a body: one with very many unknown fields must not get an answer longer than itself.
MOST_TOLD = 50
NO_ROOM = "53100"
PASSING = {"57014", "55P03", "57P01", "57P02", "57P03", "53300", "40001", "40P01"}


# What is over when the same is tried once more: a deadlock, a serialization failure, a connection that was ended.
COLLISIONS = {"40001", "40P01"}
ENDED = {"57P01", "57P02", "08000", "08003", "08006"}
AGAIN = "headway.again"
COMMITTING = "committing"  # in a session's info, from where on nobody can say what a lost connection has saved


class Again(Exception):
    """The whole request is worth a second run: nothing of the first was saved. `middleware.OnceMore` sees to it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Problem(Exception):
    """Something the caller can be told: a code for programs, a sentence for people, more fields where they help."""

    status: ClassVar[int] = 400

    def __init__(self, code: str, detail: str, **extra: Any) -> None:
        super().__init__(detail)
        self.code, self.detail, self.extra = code, detail, extra


class Unauthenticated(Problem):
    """Nobody is signed in, or not any more."""

    status = 401


class Forbidden(Problem):
    """It is visible to them, but not theirs to do."""

    status = 403


class NotFound(Problem):
    """It does not exist, or is not theirs to see: one answer for both."""

    status = 404


class Conflict(Problem):
    """What they asked for no longer fits what is there."""

    status = 409


class Gone(Problem):
    """It was here once and will not come back."""

    status = 410


class PreconditionFailed(Problem):
    """If-Match named a version that is no longer the current one."""

    status = 412


class Invalid(Problem):
    """What they sent makes no sense."""

    status = 422


class PreconditionRequired(Problem):
    """A change has to say which version it was based on."""

    status = 428


class TooMany(Problem):
    """Too often in too short a time: `retry_after` says in how many seconds it is worth another try."""

    status = 429


class Busy(Problem):
    """More work than there is room for: `retry_after` says in how many seconds it is worth another try."""

    status = 503


def problem(
    status: int,
    code: str,
    detail: str,
    extra: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The one shape in which errors leave: `{type, title, status, code, detail, …extra}`."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        **(extra or {}),
    }
    return Response(
        orjson.dumps(body, default=str), status, media_type="application/problem+json", headers=dict(headers or {})
    )


def field_of(location: Sequence[str | int]) -> str:
    """`("body", "labels", "add", 0)` as people write it: `labels.add.0`."""
    return ".".join(map(str, location[1:]))


async def on_problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    wait = error.extra.get("retry_after")
    headers = {} if wait is None else {"Retry-After": str(wait)}
    return problem(error.status, error.code, error.detail, error.extra, headers)


async def on_validation_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = [
        {"field": "", "message": f"The body is not JSON: {e['ctx']['error']} at character {e['loc'][-1]}."}
        if e["type"] == "json_invalid"
        else {"field": encodable(field_of(e["loc"])), "message": e["msg"].removeprefix("Value error, ")}
        for e in error.errors()[:MOST_TOLD]
    ]
    first = errors[0]
    detail = f"{first['field']}: {first['message']}" if first["field"] else first["message"]
    return problem(422, "invalid", detail, {"errors": errors})


def encodable(text: str) -> str:
    """A field name from the request, which may hold half a surrogate pair, as something UTF-8 can carry."""
    return text.encode("utf-8", "replace").decode()


async def on_http_exception(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code, detail = KNOWN.get(error.status_code, ("http", str(error.detail)))
    return problem(error.status_code, code, detail, headers=error.headers or {})


def constraint_of(error: IntegrityError) -> str | None:
    """The name of the constraint that said no."""
    return getattr(getattr(error.orig, "__cause__", None), "constraint_name", None)


async def on_integrity_error(_: Request, error: Exception) -> Response:
    """A constraint said no. The unit of work has already rolled back; the database's own words stay here."""
    assert isinstance(error, IntegrityError)
    constraint = constraint_of(error) or "a database constraint"
    duplicate = getattr(error.orig, "sqlstate", None) == UNIQUE_VIOLATION
    detail = f"Data conflict: {constraint}. " + (
        "Something with the same value already exists." if duplicate else "The data breaks a rule; nothing was saved."
    )
    return problem(409 if duplicate else 400, "data_conflict", detail, {"constraint": constraint})


async def on_database_error(request: Request, error: Exception) -> Response:
    """The database is away, busy or shutting down: try again; anything else is ours to look into."""
    state = getattr(getattr(error, "orig", None), "sqlstate", None) or ""
    refused = state in {*PASSING, NO_ROOM} or isinstance(error, PoolTimeout) or passed(error, "asyncpg", "connect")
    lost = getattr(error, "connection_invalidated", False) or isinstance(error, OperationalError)
    if not (refused or lost or is_stale(error) or state.startswith("08") or passed(error, "asyncpg")):
        raise error
    if AGAIN not in request.scope and (why := passing(request, error, state)):
        raise Again(why) from error
    if state == NO_ROOM:
        log.error("database.disk_full", route=route_of(request.scope))
        detail = "The server's disk is full. Nothing was saved. Tell whoever runs this server, and try again later."
        return problem(503, "disk_full", detail, headers={"Retry-After": "30"})
    log.warning("database.unavailable", route=route_of(request.scope), kind=type(error).__name__, sqlstate=state)
    if refused or request.method in SAFE or commit_begun(request) is False:
        detail = "The database did not answer in time. Nothing was saved; try again."
        return problem(503, "busy", detail, headers={"Retry-After": "1"})
    return lost_in_the_middle()


def lost_in_the_middle() -> Response:
    """Cut off, perhaps in the commit itself: whoever tries again blindly may do it twice."""
    detail = "The connection to the database was lost. Look whether your change is there before you try again."
    return problem(503, "lost", detail)


def route_of(scope: Scope) -> str:
    """The path of the route that a request came to, with the names of its parameters; for logs and metrics.

    Never the address that was asked for: that is the client's word, without end and possibly a secret.
    """
    path: str | None = getattr(scope.get("route"), "path", None)
    if path is None:
        return "/assets" if scope["path"].startswith("/assets/") else "(none)"
    # A router's routes do not know the prefix that they were included with.
    return f"/api{path}" if scope["path"].startswith("/api/") else path


def passing(request: Request, error: Exception, state: str) -> str | None:
    """Why running the whole request again is safe and worth it; None where it is not.

    A commit that failed for a collision has saved nothing. One that lost its connection may have.
    """
    if state in COLLISIONS:
        return state
    if is_stale(error):
        return "stale statement"
    cut = passed(error, "asyncpg") and not passed(error, "asyncpg", "connect")
    ended = state in ENDED or getattr(error, "connection_invalidated", False) or cut
    return "connection lost" if ended and commit_begun(request) is False else None


def commit_begun(request: Request) -> bool | None:
    """Whether the request's unit of work had come to its commit; None where it is not known to have one."""
    db = getattr(request.state, "db", None)
    return None if db is None else COMMITTING in db.info


def is_stale(error: Exception) -> bool:
    """Whether a prepared statement outlived the tables it was made for. SQLAlchemy has dropped it by now."""
    return type(getattr(error, "orig", None)).__name__ == "InvalidCachedStatementError"


def passed(error: Exception, package: str, function: str | None = None) -> bool:
    """Whether an OSError came up through a package. A missing file of our own is not the database's absence."""
    return isinstance(error, OSError) and any(
        frame.f_globals.get("__name__", "").partition(".")[0] == package and function in (None, frame.f_code.co_name)
        for frame, _ in walk_tb(error.__traceback__)
    )


def install(app: FastAPI) -> None:
    """Registers every handler; what none of them takes becomes a 500 in `middleware.LastResort`."""
    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(RequestValidationError, on_validation_error)
    app.add_exception_handler(HTTPException, on_http_exception)
    app.add_exception_handler(IntegrityError, on_integrity_error)
    app.add_exception_handler(DBAPIError, on_database_error)
    app.add_exception_handler(PoolTimeout, on_database_error)
    app.add_exception_handler(OSError, on_database_error)
