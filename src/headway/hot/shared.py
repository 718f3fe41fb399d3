"""Shared look-ups: callers who ask for the same kind of thing at the same time share one statement."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import Context
from typing import Generic, TypeVar

Key = TypeVar("Key")
Found = TypeVar("Found")

# More in one statement saves nothing, and keeps the first waiting for the last.
MOST = 200


class Shared(Generic[Key, Found]):
    """One event loop's look-ups of one kind.

    Whoever comes joins a batch that has not been sent yet, so nobody is told anything older than by a statement of
    their own.

    Args:
        look_up: finds many keys with one statement; what is not in its answer does not exist.
        at_once: how many statements may be under way.
    """

    def __init__(self, look_up: Callable[[Sequence[Key]], Awaitable[Mapping[Key, Found]]], at_once: int) -> None:
        self._look_up, self._at_once = look_up, at_once
        self._waiting: dict[Key, list[asyncio.Future[Found | None]]] = {}
        self._under_way = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def find(self, key: Key) -> Found | None:
        """What there is under the key.

        Raises:
            whatever the look-up raised for the batch.
        """
        loop = asyncio.get_running_loop()
        asked: asyncio.Future[Found | None] = loop.create_future()
        self._waiting.setdefault(key, []).append(asked)
        if self._under_way < self._at_once:
            self._under_way += 1
            # In a context of its own: it works for many requests, and is part of none.
            task = loop.create_task(self._send(), context=Context())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await asked

    async def _send(self) -> None:
        try:
            while self._waiting:
                await self._send_batch()
        finally:
            # With no step of the loop since nobody was waiting: whoever comes next begins anew.
            self._under_way -= 1

    async def _send_batch(self) -> None:
        if len(self._waiting) <= MOST:
            batch, self._waiting = self._waiting, {}
        else:
            batch = {key: self._waiting.pop(key) for key in list(self._waiting)[:MOST]}
        try:
            found = await self._look_up(list(batch))
        except Exception as error:  # noqa: BLE001 - each of them is told
            for asked in (one for ones in batch.values() for one in ones):
                if not asked.done():
                    asked.set_exception(error)
        else:
            for key, ones in batch.items():
                for asked in ones:
                    if not asked.done():
                        asked.set_result(found.get(key))
