"""Apps with one thing wrong in them, as somebody in a hurry might have written it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from headway.app import create_app
from headway.doctor.trial import Trial, trial
from headway.postgres.outside import connected
from headway.settings import Settings

PLANTED = "/api/planted"


@asynccontextmanager
async def tried(settings: Settings, change: Callable[[FastAPI], Any] = lambda app: None) -> AsyncIterator[Trial]:
    """The app on trial after `change`; of its own addresses only /health is read, and the planted one."""

    def create(settings: Settings) -> FastAPI:
        app = create_app(settings)
        change(app)
        return app

    async with connected(settings) as db, trial(settings, db, create) as trying:
        trying.reads = ["/health", PLANTED]
        yield trying


def planted(endpoint: Callable[..., Any]) -> Callable[[FastAPI], None]:
    """A change that adds the endpoint."""
    return lambda app: app.add_api_route(PLANTED, endpoint)
