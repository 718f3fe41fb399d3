"""AsyncSession on asyncpg with a sleep that makes each of its promises false."""

import asyncio
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from headway.lab.stacks import async_asyncpg
from headway.lab.stacks.options import Options

SLEEP = 0.25


def create(options: Options) -> ASGIApp:
    """The stack, but everything takes a quarter of a second longer."""
    app: Any = async_asyncpg.create(options)

    async def slowed(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await asyncio.sleep(SLEEP)
        await app(scope, receive, send)

    return slowed
