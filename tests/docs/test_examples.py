"""docs/examples: the sync module and its migration answer the same, and the async one keeps its promises."""

import asyncio
import subprocess
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from blockbuster import blockbuster_ctx
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError, InvalidRequestError, MissingGreenlet
from sqlalchemy.orm import lazyload

from tests.docs.conftest import EXAMPLES, REFUSE_AT_COMMIT, Example, Start

BOTH = pytest.mark.parametrize("name", ["notes_sync", "notes_async"])
REQUESTS: list[tuple[str, str, Any]] = [
    ("POST", "/notes", {"title": "one", "tags": ["b", "a", "b"]}),
    ("POST", "/notes", {"title": "two"}),
    ("POST", "/notes", {"title": "one"}),
    ("GET", "/notes/1", None),
    ("GET", "/notes/99", None),
    ("PUT", "/notes/1", {"title": "first", "tags": ["b", "c"]}),
    ("PUT", "/notes/1", {"title": "two", "tags": ["lost"]}),
    ("PUT", "/notes/99", {"title": "none"}),
    ("POST", "/notes", {"title": "three", "tags": ["c"]}),
    ("POST", "/notes", {"tags": []}),
    ("GET", "/notes?limit=2&offset=1", None),
    ("GET", "/notes?limit=0", None),
    ("GET", "/notes", None),
    ("GET", "/tags", None),
]


def without_times(answer: Any) -> Any:
    """The answer with every updated_at replaced by whether it says its zone."""
    if isinstance(answer, list):
        return [without_times(each) for each in answer]
    if isinstance(answer, dict) and "updated_at" in answer:
        return answer | {"updated_at": datetime.fromisoformat(answer["updated_at"]).tzinfo is not None}
    return answer


async def conversation(example: Example) -> list[tuple[int, Any]]:
    answers = []
    for method, path, body in REQUESTS:
        answer = await example.http.request(method, path, json=body)
        answers.append((answer.status_code, without_times(answer.json())))
        assert example.checked_out() == 0
    return answers


async def test_both_answer_the_same(start: Start, sql: psycopg.Connection) -> None:
    async with start("notes_sync") as example:
        before = await conversation(example)
    sql.execute("DROP TABLE tag, note")
    async with start("notes_async") as example:
        after = await conversation(example)
    assert after == before
    assert [status for status, _ in after] == [201, 201, 400, 200, 404, 200, 400, 404, 201, 422, 200, 422, 200, 200]
    assert after[-1] == (200, {"b": 1, "c": 2})


async def test_times_are_the_same_instant_in_another_zone(start: Start, sql: psycopg.Connection) -> None:
    """psycopg hands out times in the session's zone, asyncpg always in UTC."""
    sql.execute("ALTER ROLE current_user IN DATABASE " + sql.info.dbname + " SET timezone = 'Asia/Kathmandu'")
    async with start("notes_sync") as old, start("notes_async") as new:
        await old.http.post("/notes", json={"title": "one"})
        before = (await old.http.get("/notes/1")).json()["updated_at"]
        after = (await new.http.get("/notes/1")).json()["updated_at"]
    sql.execute("ALTER ROLE current_user IN DATABASE " + sql.info.dbname + " RESET timezone")
    assert before.endswith("+05:45") and after.endswith("Z")
    assert datetime.fromisoformat(before) == datetime.fromisoformat(after)
    assert datetime.fromisoformat(after).tzinfo == UTC


@BOTH
async def test_a_conflict_saves_nothing_and_leaves_nothing_checked_out(
    name: str, start: Start, sql: psycopg.Connection
) -> None:
    async with start(name) as example:
        await example.http.post("/notes", json={"title": "one", "tags": ["kept"]})
        await example.http.post("/notes", json={"title": "two"})
        answer = await example.http.put("/notes/1", json={"title": "two", "tags": ["lost"]})
        assert (answer.status_code, answer.json()) == (400, {"detail": "Data conflict"})
        assert example.checked_out() == 0
    saved = sql.execute("SELECT title, name FROM note LEFT JOIN tag ON note_id = id ORDER BY title").fetchall()
    assert saved == [("one", "kept"), ("two", None)]


@BOTH
async def test_a_commit_that_fails_is_not_a_201(name: str, start: Start, sql: psycopg.Connection) -> None:
    async with start(name) as example:
        sql.execute(REFUSE_AT_COMMIT)
        answer = await example.http.post("/notes", json={"title": "one"})
        assert (answer.status_code, answer.json()) == (400, {"detail": "Data conflict"})
        assert example.checked_out() == 0
    assert sql.execute("SELECT count(*) FROM note").fetchone() == (0,)


async def test_a_cancelled_request_rolls_back_and_hands_its_connection_back(
    start: Start, sql: psycopg.Connection
) -> None:
    async with start("notes_async") as example:
        await example.http.post("/notes", json={"title": "one"})
        with sql.transaction():
            sql.execute("UPDATE note SET title = 'mine'")
            request = asyncio.create_task(example.http.put("/notes/1", json={"title": "theirs"}))
            await until_somebody_waits(sql)
            request.cancel()
            with pytest.raises(asyncio.CancelledError):
                await request
            assert example.checked_out() == 0
    assert sql.execute("SELECT title FROM note").fetchall() == [("mine",)]


async def until_somebody_waits(sql: psycopg.Connection) -> None:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with asyncio.timeout(10):
        while sql.execute(waiting).fetchone() == (0,):
            # Within a transaction the view is a snapshot.
            sql.execute("SELECT pg_stat_clear_snapshot()")
            await asyncio.sleep(0)


async def test_nothing_blocks_the_loop(start: Start) -> None:
    async with start("notes_async") as example:
        with blockbuster_ctx(example.module):
            assert [status for status, _ in await conversation(example)].count(200) == 5


async def test_twice_as_many_at_once_as_the_pool_holds_are_all_answered(start: Start) -> None:
    async with start("notes_async") as example:
        await example.http.post("/notes", json={"title": "one", "tags": ["a"]})
        answers = await asyncio.gather(*(example.http.get("/notes") for _ in range(40)))
        assert {answer.status_code for answer in answers} == {200}
        assert example.checked_out() == 0


async def test_a_relationship_nobody_loaded_says_so(start: Start) -> None:
    """With the sync module's lazy="select" the message names no relationship."""
    async with start("notes_async") as example:
        await example.http.post("/notes", json={"title": "one"})
        note_class = example.module.Note
        async with example.module.AsyncSessionLocal() as db:
            note = await db.get(note_class, 1)
            with pytest.raises(InvalidRequestError, match=r"'Note\.tags' is not available due to lazy='raise'"):
                _ = note.tags
        async with example.module.AsyncSessionLocal() as db:
            note = await db.get(note_class, 1, options=[lazyload(note_class.tags)])
            with pytest.raises(MissingGreenlet, match="greenlet_spawn has not been called"):
                _ = note.tags


@pytest.mark.parametrize(("name", "statements"), [("notes_sync", 4), ("notes_async", 2)])
async def test_a_page_of_three_notes_costs_a_statement_each_until_it_says_what_it_loads(
    name: str, statements: int, start: Start
) -> None:
    async with start(name) as example:
        for title in ("one", "two", "three"):
            await example.http.post("/notes", json={"title": title, "tags": ["a"]})
        seen: list[str] = []
        engine = getattr(example.module.engine, "sync_engine", example.module.engine)
        event.listen(engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
        await example.http.get("/notes")
        assert len(seen) == statements


async def test_in_the_sync_module_reading_a_relationship_can_raise_the_conflict(start: Start) -> None:
    """A lazy load flushes first: the constraint speaks at a read, outside of the try around the commit."""
    async with start("notes_sync") as example:
        await example.http.post("/notes", json={"title": "one"})
        await example.http.post("/notes", json={"title": "two"})
        with example.module.SessionLocal() as db:
            note = db.get(example.module.Note, 1)
            note.title = "two"
            with pytest.raises(IntegrityError):
                _ = note.tags


async def test_after_a_commit_an_expired_entity_needs_an_await(start: Start) -> None:
    async with start("notes_async") as example:
        await example.http.post("/notes", json={"title": "one"})
        make = example.module.AsyncSessionLocal
        async with make() as kept, make(expire_on_commit=True) as expired:
            note = await kept.get(example.module.Note, 1)
            gone = await expired.get(example.module.Note, 1)
            await kept.commit()
            await expired.commit()
            assert note.title == "one"
            with pytest.raises(MissingGreenlet):
                _ = gone.title


async def test_without_eager_defaults_an_update_would_end_in_missing_greenlet(start: Start) -> None:
    async with start("notes_async") as example:
        await example.http.post("/notes", json={"title": "one"})
        example.module.Note.__mapper__.eager_defaults = "auto"  # what SQLAlchemy ships
        async with example.module.AsyncSessionLocal() as db:
            note = await db.get(example.module.Note, 1)
            note.title = "first"
            await db.flush()
            with pytest.raises(MissingGreenlet):
                _ = note.updated_at


def test_the_diff_is_the_difference() -> None:
    names = ["notes_sync.py", "notes_async.py"]
    labels = [word for name in names for word in ("--label", name)]
    made = subprocess.run(["diff", "-u", *labels, *names], cwd=EXAMPLES, capture_output=True, text=True, check=False)
    assert made.stdout == (EXAMPLES / "notes.diff").read_text()
    assert made.stdout.rstrip() in (EXAMPLES.parent / "async-guide.md").read_text()
