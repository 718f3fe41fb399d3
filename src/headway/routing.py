"""The route that every API router is built with. It sees an answer before the unit of work commits it."""

from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

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


def called_by(dependant: Dependant) -> Iterator[Callable[..., Any] | None]:
    """Everything that a route depends on, however deep."""
    for below in dependant.dependencies:
        yield below.call
        yield from called_by(below)
