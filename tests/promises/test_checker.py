"""The checker itself: a history in order passes, and each kind of wrong is seen."""

from collections.abc import Callable
from typing import Any, cast

import pytest

from tests.promises.checker import (
    Books,
    Happened,
    each_is_there_once,
    every_refusal_was_true,
    lists_have_only_grown,
    no_stale_write_got_in,
    the_state_is_the_sum,
)
from tests.promises.crowd import Crowd, Deed
from tests.promises.stage import Answer

MADE = {"id": "a", "title": "List", "description": "", "version": 1}
FIELDS = ("id", "title", "version")


def answer(status: int, change: str | None = None, **body: Any) -> Answer:
    return Answer(status, {"id": "a", **body}, change, False, 1, 0.0)


def scene() -> tuple[Crowd, Books, dict[str, Any]]:
    """One appends, one retitles, one is told that the title has changed, one that the version has."""
    crowd = Crowd(cast(Any, None), [], seed=0)
    crowd.tasks, crowd.reads = ["a"], [("a", 1, ""), ("a", 2, "one")]
    title = {"field": "title", "yours": "three", "theirs": "two"}
    refused = answer(409, detail="!", current={"version": 3}, conflicts=[title])
    crowd.deeds = [
        Deed("append", "one", "a", {"description": "one"}, 1, answer(200, "c2")),
        Deed("edit", "two", "a", {"title": "two"}, 1, answer(200, "c3")),
        Deed("edit", "three", "a", {"title": "three"}, 2, refused),
        Deed("append", "four", "a", {"description": "four"}, 1, answer(412, detail="!", current={"version": 3})),
        Deed("edit", "five", "a", {"title": "five"}, 3),
    ]
    history = [
        Happened(1, "c1", "task.created", "a", None, dict(MADE)),
        Happened(2, "c2", "task.changed", "a", {"description": "", "version": 1}, {"description": "one", "version": 2}),
        Happened(3, "c3", "task.changed", "a", {"title": "List", "version": 2}, {"title": "two", "version": 3}),
    ]
    return crowd, Books(history, {"a": "one"}, {}), {"tasks": [{"id": "a", "title": "two", "version": 3}]}


def hold(crowd: Crowd, books: Books, board: dict[str, Any]) -> None:
    each_is_there_once(crowd, books)
    no_stale_write_got_in(crowd, books)
    every_refusal_was_true(crowd, books)
    lists_have_only_grown(crowd, books)
    the_state_is_the_sum(books, board)


def lose(crowd: Crowd, books: Books, board: dict[str, Any]) -> None:
    """The last change never happened, though it was acknowledged."""
    del books.history[2]
    board["tasks"][0] |= {"title": "List", "version": 2}


def double(crowd: Crowd, books: Books, board: dict[str, Any]) -> None:
    """It happened twice."""
    books.history.append(
        Happened(4, "c4", "task.changed", "a", {"title": "two", "version": 3}, {"title": "two", "version": 4})
    )
    board["tasks"][0] |= {"version": 4}


def let_a_stale_write_in(crowd: Crowd, books: Books, board: dict[str, Any]) -> None:
    crowd.deeds[2].answer = answer(200, "c4")
    books.history.append(
        Happened(4, "c4", "task.changed", "a", {"title": "two", "version": 3}, {"title": "three", "version": 4})
    )
    board["tasks"][0] |= {"title": "three", "version": 4}
    del crowd.deeds[4]


def refuse_without_reason(crowd: Crowd, books: Books, board: dict[str, Any]) -> None:
    crowd.deeds[2].version = 3


def do_what_was_refused(crowd: Crowd, books: Books, board: dict[str, Any]) -> None:
    books.history[2].after["title"] = crowd.deeds[2].token
    board["tasks"][0]["title"] = crowd.deeds[2].token


def show_something_else(crowd: Crowd, books: Books, board: dict[str, Any]) -> None:
    board["tasks"][0]["title"] = "something else"


def forget_what_was_read(crowd: Crowd, books: Books, board: dict[str, Any]) -> None:
    crowd.reads.append(("a", 2, "zero"))


def test_a_history_in_order_passes() -> None:
    hold(*scene())


@pytest.mark.parametrize(
    "wrong",
    [
        lose,
        double,
        let_a_stale_write_in,
        refuse_without_reason,
        do_what_was_refused,
        show_something_else,
        forget_what_was_read,
    ],
)
def test_what_is_wrong_is_seen(wrong: Callable[[Crowd, Books, dict[str, Any]], None]) -> None:
    crowd, books, board = scene()
    wrong(crowd, books, board)
    with pytest.raises((AssertionError, ValueError)):
        hold(crowd, books, board)
