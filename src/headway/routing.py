"""The route that every API router is built with. It sees an answer before the unit of work commits it."""

from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, APIRouter
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope

from headway.errors import Invalid
from headway.events.record import recorded
from headway.idempotency.commands import Replayed, keep_answer
from headway.idempotency.keys import HEADER, PARAMETER, hands_out_a_secret, read_key

CHANGE_HEADER = "Headway-Change"

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class Route(APIRoute):
    """Says in a header which change set a request made, and keeps what was answered under an Idempotency-Key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "POST" in (self.methods or ()) and read_key in called_by(self.dependant):
            extra = self.openapi_extra or {}
            self.openapi_extra = {**extra, "parameters": [*extra.get("parameters", ()), PARAMETER]}

    def get_route_handler(self) -> Handler:
        """FastAPI's own handler, with what every answer of the API gets around it."""
        answer = super().get_route_handler()
        called = set(called_by(self.dependant))

        async def handle(request: Request) -> Response:
            if request.method == "POST" and HEADER in request.headers and read_key not in called:
                detail = f"This address takes no {HEADER}: keys belong to whoever is signed in. Send it without."
                raise Invalid("idempotency.not_here", detail)
            try:
                response = await answer(request)
            except Replayed as before:
                return before.answer
            # The unit of work is still open here: FastAPI commits once this has returned, and sends the answer then.
            db: AsyncSession | None = getattr(request.state, "db", None)
            if db is not None:
                change = recorded(db)
                if change is not None:
                    response.headers[CHANGE_HEADER] = str(change.id)
                await keep_answer(db, response, secret=hands_out_a_secret in called)
            return response

        return handle


class Router(APIRouter):
    """What a domain's routes are on. It passes by what is none of its addresses.

    FastAPI tries the routes of all routers one by one, which takes longer than all else about a small request.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(route_class=Route, **options)
        self._shapes: tuple[int, frozenset[tuple[int, str]]] = 0, frozenset()

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """FastAPI's own answer, where the address looks like one of them."""
        if len(self.routes) != self._shapes[0]:
            self._shapes = len(self.routes), frozenset(shape_of(getattr(route, "path", "")) for route in self.routes)
        return super().matches(scope) if shape_of(scope["path"]) in self._shapes[1] else (Match.NONE, {})


def shape_of(path: str) -> tuple[int, str]:
    """How many parts an address has, and the first one, which is never a parameter; all of them are below /api."""
    parts = path.removeprefix("/api").strip("/").split("/")
    return len(parts), parts[0]


def called_by(dependant: Dependant) -> Iterator[Callable[..., Any] | None]:
    """Everything that a route depends on, however deep."""
    for below in dependant.dependencies:
        yield below.call
        yield from called_by(below)
