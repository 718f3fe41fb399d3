"""The app with a mail server beside it; its jobs are done when a test says so."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from sqlalchemy import delete, text, update

from headway.accounts.models import Tries
from headway.app import create_app
from headway.jobs.models import Job
from headway.settings import Settings
from tests.letters.postbox import Postbox


@asynccontextmanager
async def mailing_app(settings: Settings, box: Postbox) -> AsyncIterator[FastAPI]:
    """The app, with an empty queue, and nothing counted yet."""
    mail = {"smtp_url": f"smtp://127.0.0.1:{box.port}", "mail_from": "Headway <headway@example.org>"}
    app = create_app(settings.model_copy(update=mail))
    async with app.router.lifespan_context(app):
        async with app.state.database.unit_of_work() as db:
            await db.execute(delete(Job))
            await db.execute(delete(Tries))
        yield app
        database = app.state.database
        assert database.engine.sync_engine.pool.checkedout() == 0
        assert database.opened == database.closed


async def let_time_pass(app: FastAPI) -> None:
    """Whatever waits to be tried again is due."""
    async with app.state.database.unit_of_work() as db:
        await db.execute(update(Job).values(run_after=text("clock_timestamp()")))
