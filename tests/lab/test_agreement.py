"""When two answers are the same."""

import json
from typing import Any

import pytest

from headway.lab.agreement import compare

TASK = {
    "id": "a",
    "number": 3,
    "title": "Mend the sail",
    "updated_at": "2026-01-02T10:00:00Z",
    "version": 1,
    "assignees": [{"id": "p1", "name": "Ada"}, {"id": "p2", "name": "Bo"}],
    "labels": [],
}


def told(request: str, other: Any, does_more: str | None = None) -> str | None:
    """What is said of another stack's answer, beside TASK."""
    answers = {"first": {request: json.dumps(TASK).encode()}, "other": {request: json.dumps(other).encode()}}
    one = compare(answers, {"other": does_more})[-1]
    assert (one.stack, one.agrees) == ("other", one.differs is None)
    return one.differs


@pytest.mark.parametrize(
    ("request_", "other", "differs"),
    [
        ("get", TASK, None),
        ("get", dict(reversed(TASK.items())), None),
        ("get", TASK | {"updated_at": "2026-01-02T15:45:00+05:45"}, None),
        ("get", TASK | {"updated_at": "2026-01-02T10:00:01Z"}, "updated_at"),
        ("get", TASK | {"title": "Mend the sails"}, "title: 'Mend the sails' instead of 'Mend the sail'"),
        ("get", TASK | {"assignees": TASK["assignees"][::-1]}, "assignees.0.id"),  # type: ignore[index]
        ("get", TASK | {"labels": [{"id": "l"}]}, "labels: 1 instead of 0"),
        ("get", TASK | {"extra": 1}, "extra: only one of them has it"),
        ("get", TASK | {"id": "b"}, "id"),
        ("create", TASK | {"id": "b", "number": 4, "updated_at": "2026-01-03T10:00:00Z"}, None),
        ("update", TASK | {"version": 2, "updated_at": "2026-01-03T10:00:00Z"}, None),
        ("update", TASK | {"version": 2, "title": "x"}, "title"),
        ("get", {"status": 500}, "refused with 500"),
    ],
)
def test_answers_agree_when_they_mean_the_same(request_: str, other: Any, differs: str | None) -> None:
    found = told(request_, other)
    assert found == differs if differs is None else found is not None and found.startswith(differs)


def test_a_much_longer_answer_is_not_the_same() -> None:
    answers = {"first": {"get": b'{"a":1}'}, "other": {"get": b'{ "a" : 1 }'}}
    assert compare(answers)[-1].differs == "11 bytes, first sent 7"


def test_who_does_more_is_compared_by_what_both_have() -> None:
    own = {"id": "a", "title": "Mend the sail", "assignee_ids": ["p1", "p2"], "label_ids": [], "comments": 5}
    assert told("get", own, "signs in") is None
    assert "assignee_ids" in (told("get", own | {"assignee_ids": ["p2"]}, "signs in") or "")
    assert told("get", {"else": 1}, "signs in") == "the body: nothing in common"
    assert told("get", {"status": 403}, "signs in") == "refused with 403"


def test_stacks_that_all_fail_do_not_agree() -> None:
    failed = {"get": b'{"status": 500}'}
    assert [one.agrees for one in compare({"first": failed, "other": failed})] == [False, False]
