"""A server with a sign-in provider, and somebody in front of a browser."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
from blockbuster import blockbuster_ctx
from fastapi import FastAPI

from headway.app import create_app
from headway.settings import Settings
from tests.accounts.conftest import client_of, with_password
from tests.factories import Team, User
from tests.oidc.provider import CLIENT_ID, CLIENT_SECRET, Provider

RETURN = "/sign-in/return"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider().listening() as provider:
        yield provider


@pytest.fixture
def oidc_settings(settings: Settings, provider: Provider) -> Settings:
    return settings_for(settings, provider)


def settings_for(settings: Settings, provider: Provider, **more: Any) -> Settings:
    """A server that knows the provider."""
    return Settings(
        database_url=settings.database_url,
        pool_size=settings.pool_size,
        chores=False,
        outbound_allow="127.0.0.1",
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT_ID,
        oidc_client_secret=CLIENT_SECRET,
        oidc_name="Example",
        **more,
    )


@pytest.fixture
async def app(oidc_settings: Settings) -> AsyncIterator[FastAPI]:
    async with started(oidc_settings) as app:
        yield app


@asynccontextmanager
async def started(settings: Settings) -> AsyncIterator[FastAPI]:
    """The app that ships; it has to hand back every connection and close every session it opened."""
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        with blockbuster_ctx("headway"):
            yield app
        database = app.state.database
        assert database.engine.sync_engine.pool.checkedout() == 0
        assert database.opened == database.closed


@pytest.fixture
async def open_app(settings: Settings, provider: Provider) -> AsyncIterator[FastAPI]:
    """The same, and the provider may make accounts."""
    async with started(settings_for(settings, provider, oidc_sign_up=True)) as app:
        yield app


@dataclass
class Browser:
    """One browser: Headway's cookies, and a way to the provider and back."""

    http: httpx2.AsyncClient

    async def start(self, path: str = "start", **body: Any) -> str:
        """The provider's address, as the button gets it."""
        answer = await self.http.post(f"/api/oidc/{path}", json=body)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["url"])

    async def visit(self, url: str) -> dict[str, str]:
        """Signs in at the provider. The parameters that it sends back with."""
        async with httpx2.AsyncClient() as outside:
            answer = await outside.get(url)
        assert answer.status_code == 302, answer.text
        parts = urlsplit(answer.headers["location"])
        assert parts.path == RETURN
        back = dict(parse_qsl(parts.query))
        return {name: value for name, value in back.items() if name in ("code", "state", "iss", "error")}

    async def finish(self, back: dict[str, str]) -> httpx2.Response:
        return await self.http.post("/api/oidc/finish", json=back)

    async def sign_in(self, **body: Any) -> httpx2.Response:
        """The whole way, there and back."""
        return await self.finish(await self.visit(await self.start(**body)))

    async def link(self, password: str) -> httpx2.Response:
        return await self.finish(await self.visit(await self.start("link", password=password)))


@pytest.fixture
async def browser(app: FastAPI) -> AsyncIterator[Browser]:
    """Nobody is signed in with it yet."""
    async with client_of(app) as client:
        yield Browser(client)


@pytest.fixture
async def other_browser(app: FastAPI) -> AsyncIterator[Browser]:
    async with client_of(app) as client:
        yield Browser(client)


@pytest.fixture
async def ada(app: FastAPI) -> AsyncIterator[User]:
    """Somebody signed in with an account and the usual password."""
    async with AsyncExitStack() as stack:
        yield await with_password(app, stack, "ada")


@pytest.fixture
async def grace(app: FastAPI) -> AsyncIterator[User]:
    """Somebody else."""
    async with AsyncExitStack() as stack:
        yield await with_password(app, stack, "grace")


__all__ = ["Team"]
