"""The route that every API router is built with. It sees an answer before the unit of work commits it."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from headway.events.record import recorded

CHANGE_HEADER = "Headway-Change"

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class Route(APIRoute):
    """Says in a header which change set the answer's request made."""

    def get_route_handler(self) -> Handler:
        """FastAPI's own handler, with what every answer of the API gets around it."""
        answer = super().get_route_handler()

        async def handle(request: Request) -> Response:
            response = await answer(request)
            # The unit of work is still open here: FastAPI commits once this has returned, and sends the answer then.
            db: AsyncSession | None = getattr(request.state, "db", None)
            change = recorded(db) if db is not None else None
            if change is not None:
                response.headers[CHANGE_HEADER] = str(change.id)
            return response

        return handle
