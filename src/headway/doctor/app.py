"""Checks of the app at work: it is started in this process and gets real requests. Nothing it writes is committed."""

import asyncio
import inspect
import time
from collections.abc import Iterator
from typing import Any

import httpx2
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from starlette.types import Message, Receive, Scope, Send

from headway.app import create_app
from headway.clock import new_id
from headway.doctor.database import spare_connections
from headway.doctor.findings import Finding
from headway.doctor.trial import PREFIX, Create, Trial, trial
from headway.doctor.watch import Stalls, recurring, watched
from headway.postgres.outside import connected
from headway.routing import called_by
from headway.settings import EXTRA_CONNECTIONS, Settings

GROUP = "App"
ROUNDS = 3
BLOCKED, BUSY = 0.05, 0.25  # seconds of the loop's thread waiting, and working, at a stretch
AT_ONCE = 100
QUIET = 5.0  # seconds for sessions to be closed


def examine_app(settings: Settings, create: Create = create_app) -> list[Finding]:
    """Raises CannotStart where the database cannot be reached."""
    return asyncio.run(_examine(settings, create))


async def _examine(settings: Settings, create: Create) -> list[Finding]:
    async with connected(settings) as db:
        # A busy server's last connections are not for trying things.
        room = max(1, await spare_connections(db) - EXTRA_CONNECTIONS - 1)
        small = settings.model_copy(update={"chores": False, "pool_size": min(settings.pool_size, room)})
        async with trial(small, db, create) as tried:
            return [
                all_async(tried.app),
                await no_blocking_call(tried),
                await rollback(tried, db),
                await many_at_once(tried),
                await sessions(tried),  # last: it counts what the others have opened
            ]


def all_async(app: FastAPI) -> Finding:
    """Endpoints and what they depend on are `async def`: anything else takes one of forty threads for its time."""
    calls = {call for dependant in dependants(app.routes) for call in (dependant.call, *called_by(dependant)) if call}
    sync = sorted(f"{call.__module__}.{call.__qualname__}" for call in calls if not is_async(call))
    if sync:
        figure = f"{len(sync)} of {len(calls)} endpoints and dependencies block a thread: {sync[0]}"
        return Finding("Code", "Endpoints", "warning", figure, "Make it async def, and await what it calls.")
    return Finding("Code", "Endpoints", "ok", f"all {len(calls)} endpoints and dependencies are async")


def is_async(call: Any) -> bool:
    return inspect.iscoroutinefunction(call) or inspect.isasyncgenfunction(call)


def dependants(routes: Any) -> Iterator[Dependant]:
    """What FastAPI calls for each route; routers that were included are looked into."""
    for route in routes:
        if hasattr(route, "original_router"):
            yield from dependants(route.original_router.routes)
        elif isinstance(getattr(route, "dependant", None), Dependant):
            yield route.dependant


async def no_blocking_call(tried: Trial) -> Finding:
    """Every kind of read, three times over. What blocks does so each time; what the machine did to us does not."""
    await read_all(tried)  # the first time fills caches
    rounds: list[Stalls] = []
    for _ in range(ROUNDS):
        async with watched() as stalls:
            await read_all(tried)
        rounds.append(stalls)
    blocked, where = recurring([one.waiting for one in rounds])
    if blocked >= BLOCKED:
        figure = f"blocked for {milliseconds(blocked)} in {where}"
        return Finding(GROUP, "Event loop", "wrong", figure, "Await it, or hand it to asyncio.to_thread.")
    busy, where = recurring([one.computing for one in rounds])
    if busy >= BUSY:
        figure = f"computed for {milliseconds(busy)} in {where}"
        return Finding(GROUP, "Event loop", "warning", figure, "Others wait meanwhile: ask for less at once there.")
    each, once = (pick(one.longest for one in rounds) for pick in (min, max))
    figure = f"longest stall {milliseconds(each)}, in {ROUNDS} × {len(tried.reads)} requests"
    if once >= BLOCKED:
        figure += f"; one of {milliseconds(once)} did not recur"
    return Finding(GROUP, "Event loop", "ok", figure)


async def read_all(tried: Trial) -> None:
    for path in tried.reads:
        await tried.http.get(path)
        await asyncio.sleep(0)  # without I/O, all of them would be one turn of the loop


async def rollback(tried: Trial, db: Any) -> Finding:
    """Three requests that write a row and then fail, each in its own way; looked for from another connection."""
    marks = {how: new_id() for how in ("refusal", "constraint", "crash")}
    took = []
    for how, mark in marks.items():
        started = time.perf_counter()
        await tried.http.post(f"{PREFIX}/fail", params={"how": how, "mark": str(mark)})
        took.append(time.perf_counter() - started)
    await tried.quiet(QUIET)
    rows = await db.fetch("DELETE FROM workspace WHERE id = ANY($1) RETURNING id", list(marks.values()))
    figure = f"{len(marks)} failed writes left {len(rows)} rows; {milliseconds(max(took))} at most"
    if rows:
        left = ", ".join(how for how, mark in marks.items() if mark in {row["id"] for row in rows})
        fix = f"After a {left} the unit of work committed (now removed): see headway.db.Database.unit_of_work."
        return Finding(GROUP, "Rollback", "wrong", figure, fix)
    return Finding(GROUP, "Rollback", "ok", figure)


async def many_at_once(tried: Trial) -> Finding:
    """A hundred reads at the same moment, through the pool: all are answered."""
    path = tried.reads[-1]

    async def read() -> tuple[int, float]:
        started = time.perf_counter()
        answer = await tried.http.get(path)
        return answer.status_code, time.perf_counter() - started

    started = time.perf_counter()
    answers = await asyncio.gather(*(read() for _ in range(AT_ONCE)))
    took = time.perf_counter() - started
    bad = [status for status, _ in answers if status != 200]
    pool = tried.app.state.settings.pool_size
    figure = (
        f"{'all' if not bad else AT_ONCE - len(bad)} answered in {milliseconds(took)}, "
        f"mean {milliseconds(sum(each for _, each in answers) / AT_ONCE)}; pool {pool}"
    )
    if bad:
        fix = f"{bad[0]}s: raise HEADWAY_POOL_SIZE, or see what keeps the database busy."
        return Finding(GROUP, "100 at once", "wrong", figure, fix)
    return Finding(GROUP, "100 at once", "ok", figure)


async def sessions(tried: Trial) -> Finding:
    """Whatever became of a request, its session is closed, its connection is back, and its commit came first."""
    for path in ("/api/nothing", f"/api/tasks/{new_id()}", "/api/tasks/no-id"):
        await tried.http.get(path)
    await tried.http.post(f"/api/tasks/{new_id()}/comments", json={"body": "?"})
    await abandon(tried, "GET", 30)
    await abandon(tried, "POST", 0.1)
    order = await commit_and_answer(tried)
    quiet = await tried.quiet(QUIET)
    opened, closed = tried.database.opened, tried.database.closed
    figure = f"{opened} opened, {closed} closed; {tried.checked_out} connections held"
    if not quiet:
        fix = "Something keeps a session: open it with Db, Database.reading() or Database.unit_of_work()."
        return Finding(GROUP, "Sessions", "wrong", figure, fix)
    if order != ["commit", "answer"]:
        fix = 'Depend on it with scope="function", so that a failed commit is never a success.'
        return Finding(GROUP, "Sessions", "wrong", f"in a write came {', then '.join(order) or 'neither'}", fix)
    return Finding(GROUP, "Sessions", "ok", figure)


async def abandon(tried: Trial, method: str, seconds: float) -> None:
    """Leaves a request while it waits for the database."""
    request = asyncio.create_task(tried.http.request(method, f"{PREFIX}/wait", params={"seconds": seconds}))
    await tried.until(lambda: bool(tried.checked_out) or request.done())
    request.cancel()
    await asyncio.gather(request, return_exceptions=True)


async def commit_and_answer(tried: Trial) -> list[str]:
    """In which order a write commits and answers."""
    order: list[str] = []

    async def noted(scope: Scope, receive: Receive, send: Send) -> None:
        async def note(message: Message) -> None:
            if message["type"] == "http.response.start":
                order.append("answer")
            await send(message)

        await tried.app({**scope, "state": {**scope.get("state", {}), "order": order}}, receive, note)

    transport = httpx2.ASGITransport(app=noted, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=tried.http.base_url) as http:
        await http.post(f"{PREFIX}/commit")
    return order


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:,.{0 if seconds >= 0.1 else 1}f} ms"
