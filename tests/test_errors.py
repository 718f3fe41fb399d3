"""Errors: how a field is named, and which failures are the database's absence."""

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError
from starlette.requests import Request

from headway.errors import AGAIN, Again, field_of, on_database_error, passed


def request(method: str, *, again: bool = True) -> Request:
    scope = {"type": "http", "method": method, "path": "/api/tasks", "headers": [], "query_string": b""}
    return Request({**scope, AGAIN: True} if again else scope)


def failed(sqlstate: str | None, invalidated: bool = False) -> DBAPIError:
    cause = Exception("words of the driver")
    cause.sqlstate = sqlstate  # type: ignore[attr-defined]
    return DBAPIError("SELECT secret", None, cause, connection_invalidated=invalidated)


@pytest.mark.parametrize(
    ("location", "field"),
    [
        (("body", "title"), "title"),
        (("body", "body"), "body"),
        (("query", "query"), "query"),
        (("body", "labels", "add", 0), "labels.add.0"),
        (("header", "if-match"), "if-match"),
        (("body",), ""),
    ],
)
def test_a_field_is_named_as_people_write_it(location: tuple[str | int, ...], field: str) -> None:
    assert field_of(location) == field


@pytest.mark.parametrize(
    ("sqlstate", "invalidated", "method", "code"),
    [
        ("57014", False, "POST", "busy"),
        ("55P03", False, "PATCH", "busy"),
        ("40P01", False, "POST", "busy"),
        ("40001", False, "DELETE", "busy"),
        ("57P01", True, "POST", "busy"),
        ("08006", False, "POST", "lost"),
        ("08006", False, "GET", "busy"),
        (None, True, "PATCH", "lost"),
        (None, True, "GET", "busy"),
    ],
)
async def test_what_passes_by_waiting_is_a_503_that_says_what_became_of_the_change(
    sqlstate: str | None, invalidated: bool, method: str, code: str
) -> None:
    answer = await on_database_error(request(method), failed(sqlstate, invalidated))
    assert answer.status_code == 503
    assert f'"code":"{code}"'.encode() in bytes(answer.body)
    assert ("retry-after" in answer.headers) == (code == "busy")
    assert (b"Nothing was saved" in bytes(answer.body)) == (code == "busy")
    assert b"secret" not in bytes(answer.body)


@pytest.mark.parametrize("sqlstate", ["40P01", "40001"])
async def test_a_collision_is_worth_a_second_run(sqlstate: str) -> None:
    with pytest.raises(Again):
        await on_database_error(request("POST", again=False), failed(sqlstate))


@pytest.mark.parametrize(("sqlstate", "invalidated"), [("57014", False), ("55P03", False), (None, True)])
async def test_what_may_have_been_saved_or_took_its_time_is_not_run_again(
    sqlstate: str | None, invalidated: bool
) -> None:
    answer = await on_database_error(request("POST", again=False), failed(sqlstate, invalidated))
    assert answer.status_code == 503


@pytest.mark.parametrize("sqlstate", ["42P01", "22003", "XX000", None])
async def test_what_will_not_pass_is_left_to_the_last_resort(sqlstate: str | None) -> None:
    with pytest.raises(DBAPIError):
        await on_database_error(request("GET"), failed(sqlstate))


async def test_a_missing_file_of_our_own_is_not_the_databases_absence(tmp_path: object) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        open(f"{tmp_path}/nothing")  # noqa: ASYNC230, PTH123, SIM115
    assert not passed(caught.value, "asyncpg")
    with pytest.raises(FileNotFoundError):
        await on_database_error(request("GET"), caught.value)


async def test_a_missing_socket_is(tmp_path: object) -> None:
    with pytest.raises(OSError) as caught:
        await asyncpg.connect(host=str(tmp_path), database="nothing", user="nobody")
    assert passed(caught.value, "asyncpg", "connect")
    assert (await on_database_error(request("POST"), caught.value)).status_code == 503
