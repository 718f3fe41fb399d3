"""Simple writes by one statement: the same answers, events and refusals as by their routes, and nothing lost."""

import asyncio
import random
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import orjson
import pytest
from asyncpg import connect
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from headway.accounts.models import Person, SignIn
from headway.accounts.session import COOKIE
from headway.clock import in_json, now
from headway.hot import statements
from headway.tasks import one_statement
from tests.accounts.conftest import client_of
from tests.factories import Team, User

ANYTHING: Any = {"if-match": "*"}
# What differs from one task to the next.
OWN = {"id", "number", "human_id", "rank", "created_at", "updated_at"}
CHANGES: list[dict[str, Any]] = [
    {"title": " Mend the jib "},
    {"description": "It is *torn*.\n\n- [ ] sew\n"},
    {"priority": 3, "start_on": "2027-01-01", "due_on": "2027-01-09"},
    {"start_on": None},
    {"title": "Mend the jib", "priority": 0, "due_on": None, "description": ""},
    {"title": "Ümläute 船 🚤", "priority": 3},
    {"title": "Ümläute 船 🚤"},
]
WRONG: list[Any] = [
    {"title": ""}, {"title": None}, {"titel": "x"}, {"priority": 5}, {"start_on": "tomorrow"}, {"title": "a\x00b"},
    {"start_on": "2027-02-01", "due_on": "2027-01-01"}, [], "words", 1, None,
]  # fmt: skip


def by_route(user: User) -> dict[str, str]:
    """A cookie that is there twice is nothing for the layer."""
    return {"cookie": f"{COOKIE}={user.cookie}; {COOKIE}={user.cookie}"}


async def events(team: Team, of: str) -> list[dict[str, Any]]:
    """What is on record about a task, oldest first."""
    statement = text(
        "SELECT e.kind, e.before, e.after, c.means, c.person_id, c.token_id, c.why, c.undoes, e.topic"
        " FROM event e JOIN change_set c ON c.id = e.change_set_id WHERE e.entity_id = :id ORDER BY e.revision"
    )
    async with team.app.state.database.reading() as db:
        return [dict(row) for row in (await db.execute(statement, {"id": of})).mappings()]


def alike(told: Any) -> Any:
    """Without what is each task's own."""
    return [told[name] for name in told if name not in OWN], list(told)


@pytest.fixture
def written(team: Team, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What has been done by one statement."""
    done: list[str] = []
    for name in ("add_task", "change_words"):
        whole = getattr(one_statement, name)

        async def noted(*arguments: Any, whole: Any = whole, name: str = name, **more: Any) -> Any:
            told = await whole(*arguments, **more)
            if told is not None:
                done.append(name)
            return told

        monkeypatch.setattr(one_statement, name, noted)
    return done


async def test_a_task_by_one_statement_is_the_one_that_the_route_makes(team: Team, written: list[str]) -> None:
    project = await team.project()
    path = f"/api/projects/{project['id']}/tasks"
    for new in ({"title": "x"}, {"title": " Ü ", "description": "*a*\n" * 400, "priority": 2, "due_on": "2027-01-01"}):
        plain = await team.member.http.post(path, json=new, headers=by_route(team.member))
        assert not written
        quick = await team.member.http.post(path, json=new)
        assert written == ["add_task"]
        written.clear()
        assert (plain.status_code, quick.status_code) == (201, 201)
        assert alike(quick.json()) == alike(plain.json())
        assert quick.json()["number"] == plain.json()["number"] + 1
        assert quick.json()["rank"] > plain.json()["rank"]
        assert plain.headers.keys() == quick.headers.keys()
        assert quick.headers["etag"] == plain.headers["etag"] == '"v1"'
        assert quick.json() == await team.viewer.get(f"/api/tasks/{quick.json()['id']}")
        (first,), (second,) = [await events(team, task.json()["id"]) for task in (quick, plain)]
        assert first.pop("after") == quick.json()
        assert second.pop("after") == plain.json()
        assert first == second


async def test_new_words_by_one_statement_are_those_that_the_route_writes(team: Team, written: list[str]) -> None:
    project = await team.project()
    quick, plain = await team.task(project, "Sails"), await team.task(project, "Sails")
    written.clear()
    for match in (ANYTHING, {"if-match": "latest"}, {}):
        for change in CHANGES:
            answers = []
            for task, headers in ((quick, dict[str, str]()), (plain, by_route(team.member))):
                version = (await team.member.get(f"/api/tasks/{task['id']}"))["version"]
                sent = {"if-match": f'"v{version}"'} if match.get("if-match") == "latest" else match
                body = change if match else {**change, "version": version}
                answers.append(
                    await team.member.http.patch(f"/api/tasks/{task['id']}", json=body, headers={**sent, **headers})
                )
            one, other = answers
            assert (one.status_code, other.status_code) == (200, 200), one.text
            assert alike(one.json()) == alike(other.json())
            assert one.headers["etag"] == other.headers["etag"]
            assert ("headway-change" in one.headers) is ("headway-change" in other.headers)
            assert one.json() == await team.viewer.get(f"/api/tasks/{quick['id']}")
    assert written.count("change_words") > len(CHANGES)
    for a, b in zip(await events(team, quick["id"]), await events(team, plain["id"]), strict=True):
        for half in ("before", "after"):
            first, second = (event.pop(half) for event in (a, b))
            assert alike(first or {}) == alike(second or {})
        assert a == b


async def test_what_is_wrong_is_refused_in_the_words_of_the_route(team: Team, written: list[str]) -> None:
    project = await team.project()
    task = await team.task(project, "Sails")
    written.clear()
    for body in WRONG:
        for method, path in (("POST", f"/api/projects/{project['id']}/tasks"), ("PATCH", f"/api/tasks/{task['id']}")):
            for headers in (dict[str, str](), ANYTHING):
                one = await team.member.http.request(method, path, json=body, headers=headers)
                other = await team.member.http.request(method, path, json=body, headers=headers | by_route(team.member))
                assert (one.status_code, one.json()) == (other.status_code, other.json())
                assert one.status_code in (422, 428), body
    for content, kind in ((b"{", "application/json"), (b'{"title": "x"}', "text/plain"), (b"", "application/json")):
        for headers in (dict[str, str](), by_route(team.member)):
            answer = await team.member.http.patch(
                f"/api/tasks/{task['id']}", content=content, headers={"content-type": kind, **ANYTHING, **headers}
            )
            assert answer.status_code == 422
    assert not written


@pytest.mark.parametrize("who", ["viewer", "stranger"])
async def test_who_may_not_is_refused(team: Team, written: list[str], who: str) -> None:
    project = await team.project()
    task = await team.task(project, "Sails")
    written.clear()
    user, status = (team.viewer, 403) if who == "viewer" else (team.stranger, 404)
    await user.patch(f"/api/tasks/{task['id']}", {"title": "x"}, status, **ANYTHING)
    await user.post(f"/api/projects/{project['id']}/tasks", {"title": "x"}, status)
    assert not written


async def test_a_token_writes_only_with_the_scope_for_it_and_is_on_record(team: Team, written: list[str]) -> None:
    project = await team.project()
    task = await team.task(project, "Sails")
    written.clear()
    token = await team.owner.post("/api/tokens", {"name": "reads", "scopes": ["read"]})
    async with client_of(team.app) as http:
        http.headers["authorization"] = f"Bearer {token['token']}"
        for _ in range(2):
            answer = await http.patch(f"/api/tasks/{task['id']}", json={"title": "x"}, headers=ANYTHING)
            assert answer.status_code == 403
        assert not written
    token = await team.owner.post("/api/tokens", {"name": "writes", "scopes": ["read", "write"]})
    async with client_of(team.app) as http:
        http.headers["authorization"] = f"Bearer {token['token']}"
        for n in range(2):  # the first time it is noted that the token was used
            answer = await http.patch(
                f"/api/tasks/{task['id']}", json={"title": f"x{n}"}, headers={**ANYTHING, "headway-client": "cli"}
            )
            assert answer.status_code == 200
    assert written == ["change_words"]
    assert [(e["means"], str(e["token_id"])) for e in await events(team, task["id"])][1:] == [("cli", token["id"])] * 2


async def test_who_is_suspended_or_signed_out_writes_no_more(team: Team, written: list[str]) -> None:
    project = await team.project()
    task = await team.task(project, "Sails", by=team.member)
    written.clear()
    async with team.app.state.database.unit_of_work() as db:
        await db.execute(update(Person).where(Person.id == team.member.id).values(suspended_at=now()))
        await db.execute(update(SignIn).where(SignIn.person_id == team.admin.id).values(expires_at=now()))
    for user in (team.member, team.admin):
        await user.patch(f"/api/tasks/{task['id']}", {"title": "x"}, 401, **ANYTHING)
        await user.post(f"/api/projects/{project['id']}/tasks", {"title": "x"}, 401)
    assert not written


async def test_who_sees_a_part_changes_that_part_and_adds_what_is_theirs(team: Team) -> None:
    project = await team.project()
    mine, other = await team.task(project, "Mine"), await team.task(project, "Other")
    role = {"role": "member", "only_assigned": True}
    await team.owner.put(f"/api/projects/{project['id']}/members/{team.member.id}", role)
    await team.owner.patch(f"/api/tasks/{mine['id']}", {"assignees": {"add": [team.member.id]}}, **ANYTHING)
    await team.member.patch(f"/api/tasks/{mine['id']}", {"title": "x"}, **ANYTHING)
    await team.member.patch(f"/api/tasks/{other['id']}", {"title": "x"}, 404, **ANYTHING)
    added = await team.member.post(f"/api/projects/{project['id']}/tasks", {"title": "x"})
    assert added["assignee_ids"] == [team.member.id]


@pytest.mark.pool
async def test_of_many_at_once_none_is_lost_and_each_has_a_number_and_a_version(team: Team, written: list[str]) -> None:
    project = await team.project()
    task = await team.task(project, "Sails")
    path = f"/api/projects/{project['id']}/tasks"
    added = [user.post(path, {"title": f"{n}"}) for n in range(20) for user in (team.owner, team.admin, team.member)]
    tasks = await asyncio.gather(*added)
    assert sorted(one["number"] for one in tasks) == list(range(task["number"] + 1, task["number"] + 61))
    assert len({one["rank"] for one in tasks}) == 60
    written.clear()

    async def change(user: User, n: int) -> int:
        return int((await user.patch(f"/api/tasks/{task['id']}", {"title": f"{n}"}, **ANYTHING))["version"])

    versions = await asyncio.gather(*(change(user, n) for n in range(20) for user in (team.owner, team.admin)))
    told = await events(team, task["id"])
    assert sorted(versions)[-1] == told[-1]["after"]["version"]
    assert [e["after"]["version"] for e in told] == list(range(1, len(told) + 1))
    for earlier, later in pairwise(told[1:]):
        assert later["before"]["title"] == earlier["after"]["title"]
    async with team.app.state.database.reading() as db:
        statement = text("SELECT revision FROM event WHERE topic = :topic ORDER BY revision")
        revisions = (await db.scalars(statement, {"topic": f"project:{project['id']}"})).all()
    assert revisions == list(range(revisions[0], revisions[0] + len(revisions)))


async def test_two_who_change_different_words_of_one_version_both_have_them(team: Team) -> None:
    project = await team.project()
    task = await team.task(project, "Sails")
    bodies: list[dict[str, Any]] = [{"title": "Sheets"}, {"priority": 4}, {"due_on": "2027-01-01"}]
    path = f"/api/tasks/{task['id']}"
    await asyncio.gather(*(team.member.patch(path, {**body, "version": task["version"]}) for body in bodies))
    now_there = await team.member.get(path)
    for body in bodies:
        assert body.items() <= now_there.items()
    assert now_there["version"] == task["version"] + 3
    await team.member.patch(path, {"title": "Shrouds", "version": task["version"]}, 409)


async def test_nothing_is_done_to_what_has_gone_since_it_was_looked_at(
    team: Team, written: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project = await team.project()
    task = await team.task(project, "Sails")
    written.clear()
    look_up = statements.look_up

    async def then_gone(*arguments: Any) -> Any:
        found = await look_up(*arguments)
        async with team.app.state.database.unit_of_work() as db:
            await db.execute(text("UPDATE task SET deleted_at = now()"))
            await db.execute(text("UPDATE project SET deleted_at = now()"))
        return found

    monkeypatch.setattr(statements, "look_up", then_gone)
    await team.member.patch(f"/api/tasks/{task['id']}", {"title": "x"}, 404, **ANYTHING)
    async with team.app.state.database.unit_of_work() as db:
        await db.execute(text("UPDATE project SET deleted_at = NULL"))
    await team.member.post(f"/api/projects/{project['id']}/tasks", {"title": "x"}, 404)
    assert not written
    assert len(await events(team, task["id"])) == 1
    of_nothing = text(
        "SELECT count(*) FROM change_set c WHERE NOT EXISTS (SELECT FROM event WHERE change_set_id = c.id)"
    )
    async with team.app.state.database.reading() as db:
        assert await db.scalar(of_nothing) == 0


@pytest.mark.pool
async def test_connections_that_were_closed_while_nobody_used_them_are_nobodys_trouble(team: Team) -> None:
    project = await team.project()
    task = await team.task(project, "Sails")
    path = f"/api/tasks/{task['id']}"
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND state = 'idle'"
    for n in range(3):
        async with asyncio.TaskGroup() as several:  # so that there are some
            for user in (team.owner, team.admin, team.member):
                several.create_task(user.patch(path, {"title": f"{n} {user.name}"}, **ANYTHING))
        raw = await connect(team.app.state.settings.plain_url)
        await raw.execute(f"{end} AND datname = current_database() AND application_name = 'headway'")
        await raw.close()
        await asyncio.sleep(0.05 * n)
        await team.owner.get(path)  # brings back the connection of the look-ups
        for _ in range(4):
            await team.owner.patch(path, {"title": f"again {n} {_}"}, **ANYTHING)


@pytest.mark.parametrize("saved", [0, 1])
async def test_what_was_cut_off_is_done_once_and_nobody_is_told_what_nobody_knows(
    team: Team, monkeypatch: pytest.MonkeyPatch, saved: int
) -> None:
    project = await team.project()
    task = await team.task(project, "Sails")
    tries = 0

    def cut_off(whole: Any) -> Any:
        async def once(*arguments: Any, **more: Any) -> Any:
            nonlocal tries
            tries += 1
            told = await whole(*arguments, **more) if tries > 1 or saved else None
            if tries == 1:
                raise DBAPIError("", {}, Exception(), connection_invalidated=True)
            return told

        return once

    for name in ("add_task", "change_words"):
        monkeypatch.setattr(one_statement, name, cut_off(getattr(one_statement, name)))
    answers = []
    for method, path in (("PATCH", f"/api/tasks/{task['id']}"), ("POST", f"/api/projects/{project['id']}/tasks")):
        tries = 0
        answer = await team.member.http.request(method, path, json={"title": "x"}, headers=ANYTHING)
        answers.append((answer.status_code, answer.json().get("code")))
        assert tries == 2
    assert answers == ([(503, "lost")] * 2 if saved else [(200, None), (201, None)])
    tasks = (await team.board(project))["tasks"]
    assert [(one["title"], one["version"]) for one in tasks] == [("x", 2), ("x", 1)]
    assert len(await events(team, task["id"])) == 2


async def test_viewers_are_told_at_once_of_what_was_saved_and_of_nothing_else(
    team: Team, written: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project = await team.project()
    task = await team.task(project, "Sails")
    rung: list[int] = []
    monkeypatch.setattr(team.app.state.database, "after_commit", lambda: rung.append(len(written)))
    written.clear()
    await team.member.patch(f"/api/tasks/{task['id']}", {"title": "x"}, **ANYTHING)
    await team.task(project, "Sheets")
    assert rung == [1, 2]
    await team.member.patch(f"/api/tasks/{task['id']}", {"title": "x"}, **ANYTHING)
    await team.viewer.patch(f"/api/tasks/{task['id']}", {"title": "y"}, 403, **ANYTHING)
    assert rung == [1, 2]


async def test_moments_are_written_as_postgresql_writes_them(team: Team) -> None:
    dice = random.Random(7)
    fractions = [0, 1, 10, 100_000, 120_000, 999_999, 500, *(dice.randrange(10**6) for _ in range(50))]
    moments = [datetime(2026, 1, 2, 3, 4, 5 * (n % 12), fraction, UTC) for n, fraction in enumerate(fractions)]
    async with team.app.state.database.reading() as db:
        for at in moments:
            told = await db.scalar(text("SELECT to_json(CAST(:at AS timestamptz))::text"), {"at": at})
            assert orjson.loads(str(told)) == in_json(at)
