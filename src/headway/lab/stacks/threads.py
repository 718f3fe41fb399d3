"""How many threads FastAPI has for def endpoints."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from anyio.to_thread import current_default_thread_limiter


def with_threads(count: int | None) -> Callable[[Any], AbstractAsyncContextManager[None]]:
    """A lifespan that sets the number; None leaves FastAPI's 40."""

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[None]:
        if count:
            current_default_thread_limiter().total_tokens = count
        yield

    return lifespan
