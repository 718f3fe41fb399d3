"""Holds what people were told against what is written down, after everybody has stopped."""

from collections import Counter, defaultdict
from typing import Any, NamedTuple

import psycopg

from tests.promises.crowd import Crowd
from tests.promises.stage import Stage

HAPPENED = """
    SELECT revision, change_set_id::text AS change, kind, entity_id::text AS id, before, after
    FROM happened WHERE topic = %s ORDER BY revision, position
"""
TEXTS = "SELECT id::text, description FROM task WHERE project_id = %s AND deleted_at IS NULL"
COMMENTS = """
    SELECT c.id::text, c.body FROM comment c JOIN task t ON t.id = c.task_id
    WHERE t.project_id = %s AND c.deleted_at IS NULL AND t.deleted_at IS NULL
"""


class Happened(NamedTuple):
    """One row of the history."""

    revision: int
    change: str
    kind: str
    id: str
    before: Any
    after: Any


class Books(NamedTuple):
    """The history of the project, and what stands in it now beside the board."""

    history: list[Happened]
    texts: dict[str, str]
    comments: dict[str, str]


def read_books(stage: Stage) -> Books:
    """Straight from the database."""
    with psycopg.connect(stage.server.database_address()) as db:
        history = [Happened(*row) for row in db.execute(HAPPENED, [stage.topic])]
        texts: dict[str, str] = dict(db.execute(TEXTS, [stage.project_id]).fetchall())
        comments: dict[str, str] = dict(db.execute(COMMENTS, [stage.project_id]).fetchall())
    return Books(history, texts, comments)


async def check(crowd: Crowd) -> None:
    """Nothing acknowledged is lost or doubled, no stale write got in, every refusal was true, and the state is the sum
    of the history."""
    books = read_books(crowd.stage)
    board = await crowd.stage.owner.get(f"/api/projects/{crowd.stage.project_id}/board")
    each_is_there_once(crowd, books)
    no_stale_write_got_in(crowd, books)
    every_refusal_was_true(crowd, books)
    lists_have_only_grown(crowd, books)
    the_state_is_the_sum(books, board)


def each_is_there_once(crowd: Crowd, books: Books) -> None:
    tokens: Counter[str] = Counter()
    changes = defaultdict(list)
    for row in books.history:
        changes[row.change].append(row)
        after = row.after or {}
        tokens[after.get("title", "")] += 1
        tokens[after.get("body", "")] += 1
        if row.kind == "task.changed" and "description" in after:
            tokens[after["description"].rpartition("\n")[2]] += 1
    for deed in crowd.deeds:
        told_by_token = deed.kind in ("append", "create", "comment") or "title" in deed.sent
        if deed.was_done:
            assert deed.answer is not None
            if told_by_token:
                assert tokens[deed.token] == 1, (tokens[deed.token], deed)
            if deed.answer.change is None:  # it was so already
                assert deed.kind in ("edit", "move"), deed
                continue
            (row,) = changes[deed.answer.change]
            assert row.id == (deed.answer.body["id"]), deed
            for name, value in deed.sent.items():
                assert name == "after_id" or (row.after.get(name, value) == value), (row, deed)
        elif told_by_token:
            assert tokens[deed.token] <= (0 if deed.was_refused else 1), (tokens[deed.token], deed)


def versions(books: Books) -> dict[str, list[Happened]]:
    """The changes of each task, in order."""
    found = defaultdict(list)
    for row in books.history:
        if row.kind == "task.changed":
            found[row.id].append(row)
    return found


def no_stale_write_got_in(crowd: Crowd, books: Books) -> None:
    changes = versions(books)
    for one in changes.values():
        numbers = [row.after["version"] for row in one]
        assert numbers == list(range(2, len(numbers) + 2)), "each change is the next version"
    for deed in crowd.deeds:
        if not deed.was_done or deed.version is None or deed.answer is None or deed.answer.change is None:
            continue
        (mine,) = [row for row in changes[deed.about] if row.change == deed.answer.change]
        if deed.kind == "append":
            assert mine.after["version"] == deed.version + 1, deed
            continue
        put_back: set[str] = set()
        for row in changes[deed.about]:
            if deed.version < row.after["version"] < mine.after["version"]:
                both = deed.sent.keys() & mine.after.keys() & row.after.keys()
                # What two others changed and changed back is as they saw it.
                lost = {name for name in both - put_back if mine.before[name] != row.before[name]}
                put_back |= both
                assert not lost, (deed, row)


def every_refusal_was_true(crowd: Crowd, books: Books) -> None:
    changes = versions(books)
    for deed in crowd.deeds:
        if not deed.was_refused:
            continue
        assert deed.answer is not None
        assert deed.version is not None, deed
        body = deed.answer.body
        assert deed.answer.status == (412 if deed.kind == "append" else 409), deed
        assert body["detail"], deed
        assert body["current"]["version"] > deed.version, deed
        if deed.kind == "append":
            continue
        assert body["conflicts"], deed
        for conflict in body["conflicts"]:
            name = conflict["field"]
            assert conflict["yours"] == deed.sent[name], deed
            theirs = [
                row
                for row in changes[deed.about]
                if deed.version < row.after["version"] <= body["current"]["version"] and name in row.after
            ]
            assert theirs, deed
            assert theirs[-1].after[name] == conflict["theirs"], deed


def lists_have_only_grown(crowd: Crowd, books: Books) -> None:
    for task, version, seen in crowd.reads:
        assert books.texts[task].startswith(seen), (task, version)
    for task in crowd.tasks:
        lines = books.texts[task].split("\n")
        assert len(lines) == len(set(lines))
    told = {deed.token: deed for deed in crowd.deeds if deed.kind == "append"}
    for task in crowd.tasks:
        assert all(told[line].about == task for line in books.texts[task].split("\n") if line)


def the_state_is_the_sum(books: Books, board: dict[str, Any]) -> None:
    things: dict[str, dict[str, Any]] = {}
    for row in books.history:
        if not row.kind.startswith(("task.", "comment.")):
            continue
        if row.after is None:
            del things[row.id]
        elif row.before is None:
            assert row.id not in things
            things[row.id] = dict(row.after)
        else:
            assert row.before == {name: things[row.id].get(name) for name in row.before}, row
            things[row.id] |= row.after
    tasks = {task["id"]: task for task in board["tasks"]}
    assert things.keys() == tasks.keys() | books.comments.keys()
    for task_id, task in tasks.items():
        assert {name: things[task_id][name] for name in task} == task
        assert things[task_id]["description"] == books.texts[task_id]
    for comment_id, body in books.comments.items():
        assert things[comment_id]["body"] == body
