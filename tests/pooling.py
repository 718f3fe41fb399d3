"""P13: a request has one connection at a time, and does not sit on a transaction. Watched in every test of the app."""

import time
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from headway.admission import at_work

# Five times the promised second.
IDLE_SECONDS = 5.0


class Watch:
    """What the pool's events say of the requests of one app; `broken` is a sentence for each rule they broke."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.broken: list[str] = []
        self._holding: dict[object, Any] = {}
        event.listen(engine.sync_engine.pool, "checkout", self._checkout)
        event.listen(engine.sync_engine.pool, "checkin", self._checkin)
        event.listen(engine.sync_engine, "before_cursor_execute", self._before)
        event.listen(engine.sync_engine, "after_cursor_execute", self._after)
        event.listen(engine.sync_engine, "commit", self._end)

    def _checkout(self, _: Any, record: Any, __: Any) -> None:
        request = at_work()
        record.info["request"] = request
        record.info.pop("last", None)
        if request is None:  # the hub, a chore, or a test's own statement
            return
        if request in self._holding:
            self.broken.append("A request took a second connection while it held one.")
        self._holding[request] = record

    def _checkin(self, _: Any, record: Any) -> None:
        request = record.info.pop("request", None)
        if request is not None:
            self._holding.pop(request, None)

    def _before(self, connection: Any, *_: Any) -> None:
        self._end(connection)

    def _after(self, connection: Any, *_: Any) -> None:
        connection.info["last"] = time.monotonic()

    def _end(self, connection: Any) -> None:
        last = connection.info.get("last")
        idle = 0.0 if last is None else time.monotonic() - last
        if connection.info.get("request") is not None and idle > IDLE_SECONDS:
            self.broken.append(f"A request sat on its connection for {idle:.1f} s without using it.")
