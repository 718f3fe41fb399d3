"""Somebody who sees only what is assigned to them, over the socket, the stream and by polling."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from headway.live.sight import Sight, masked
from tests.factories import Team, User
from tests.live.tabs import Tab, tab, topic_of
from tests.live.test_stream import stream

Project = dict[str, Any]
ME, OTHER = "me", "other"
ANYHOW = {"If-Match": "*"}


@pytest.fixture
async def guest(team: Team, project: Project) -> AsyncIterator[User]:
    guest = await team.user("guest")
    await restrict(team, project, guest)
    yield guest


async def restrict(team: Team, project: Project, guest: User, only_assigned: bool = True) -> None:
    body = {"role": "member", "only_assigned": only_assigned}
    await team.owner.put(f"/api/projects/{project['id']}/members/{guest.id}", body)


async def assign(team: Team, task: Any, person: User, add: bool = True) -> None:
    change = {"assignees": {"add" if add else "remove": [person.id]}}
    await retouch(team, task, **change)


async def retouch(team: Team, task: Any, **change: Any) -> None:
    answer = await team.owner.http.patch(f"/api/tasks/{task['id']}", json=change, headers=ANYHOW)
    assert answer.status_code == 200, answer.text


async def revision(team: Team, project: Project) -> int:
    return int((await team.board(project))["revision"])


async def told(viewer: Tab, project: Project, until: int) -> list[Any]:
    """What comes on the project's topic up to a revision: events as (kind, id), others by their type."""
    topic, heard = topic_of(project), list[Any]()
    while True:
        message = await viewer.read()
        if message.get("topic") != topic:
            continue
        event = message["type"] == "event"
        heard.append((message["kind"], message["id"]) if event else message["type"])
        if message["revision"] >= until:
            return heard


async def test_what_is_hidden_is_passed_over_and_what_is_theirs_is_told(
    address: str, team: Team, project: Project, guest: User
) -> None:
    hidden = await team.task(project, "secret")
    theirs = await team.task(project, assignee_ids=[guest.id])
    async with tab(address, guest) as viewer:
        begin = (await viewer.follow(topic_of(project)))["revision"]
        for task in (hidden, theirs):
            await retouch(team, task, title="secret" if task is hidden else "Told")
            comment = await team.owner.post(f"/api/tasks/{task['id']}/comments", {"body": "secret"})
            await team.owner.delete(f"/api/comments/{comment['id']}")
        label = await team.owner.post(f"/api/projects/{project['id']}/labels", {"name": "bug"})
        await team.owner.delete(f"/api/tasks/{hidden['id']}")
        end = await revision(team, project)
        heard = [one for one in await told(viewer, project, end) if one != "skip"]
        assert [kind for kind, _ in heard] == [
            "task.changed", "comment.created", "comment.deleted", "label.created",
        ]  # fmt: skip
        assert [heard[0][1], heard[-1][1]] == [theirs["id"], label["id"]]
        events = viewer.events[topic_of(project)]
        assert hidden["id"] not in str(events)
        assert events[0]["revision"] > begin + 1


async def test_a_task_comes_into_sight_whole_and_leaves_it_without_a_word_more(
    address: str, team: Team, project: Project, guest: User
) -> None:
    task = await team.task(project, "Come and go", description="All of it")
    topic = topic_of(project)
    async with tab(address, guest) as viewer:
        at = (await viewer.follow(topic))["revision"]
        await assign(team, task, guest)
        came = await viewer.event(topic, at + 1)
        assert (came["kind"], came["before"]) == ("task.created", None)
        whole = await guest.get(f"/api/tasks/{task['id']}")
        assert came["after"] == whole
        await retouch(team, task, title="Seen")
        assert (await viewer.event(topic, at + 2))["after"]["title"] == "Seen"
        await retouch(team, task, title="secret", assignees={"remove": [guest.id]})
        gone = await viewer.event(topic, at + 3)
        assert (gone["kind"], gone["before"], gone["after"]) == ("task.deleted", {"id": task["id"]}, None)
        await retouch(team, task, title="secret too")
        assert await viewer.until(type="skip") == {"type": "skip", "topic": topic, "revision": at + 4}


async def test_others_share_what_they_get_and_lose_nothing(
    address: str, team: Team, project: Project, guest: User
) -> None:
    async with tab(address, guest) as restricted, tab(address, team.member) as whole:
        begin = (await restricted.follow(topic_of(project)))["revision"]
        await whole.follow(topic_of(project))
        for number in range(5):
            await team.task(project, f"secret {number}")
        end = await revision(team, project)
        assert (await told(restricted, project, end))[-1] == "skip"
        await whole.event(topic_of(project), end)
        assert whole.revisions(topic_of(project)) == list(range(begin + 1, end + 1))
        assert restricted.revisions(topic_of(project)) == []


async def test_a_change_of_very_many_is_a_reload_and_what_follows_is_judged_by_it(
    address: str, team: Team, project: Project, guest: User
) -> None:
    tasks = [await team.task(project, f"Task {n}") for n in range(201)]
    topic = topic_of(project)
    async with tab(address, guest) as viewer:
        await viewer.follow(topic)
        bulk = {"items": [{"id": one["id"]} for one in tasks], "change": {"assignees": {"add": [guest.id]}}}
        await team.owner.post(f"/api/projects/{project['id']}/tasks/bulk", bulk, 200)
        await viewer.until(type="reload", topic=topic)
        following = await viewer.until(type="following", topic=topic)
        await retouch(team, tasks[7], title="Theirs now")
        event = await viewer.event(topic, following["revision"] + 1)
        assert event["after"]["title"] == "Theirs now"


async def test_who_is_behind_begins_with_the_snapshot(address: str, team: Team, project: Project, guest: User) -> None:
    topic = topic_of(project)
    known = (await guest.get(f"/api/projects/{project['id']}/board"))["revision"]
    async with tab(address, guest) as viewer:
        assert (await viewer.follow(topic, known))["revision"] == known
    await team.task(project, "secret")
    async with tab(address, guest) as viewer:
        await viewer.say(type="follow", topics={topic: known})
        assert (await viewer.read()) == {"type": "reload", "topic": topic, "revision": known + 1}


async def test_whoever_is_restricted_or_freed_while_they_look_begins_with_the_snapshot(
    address: str, team: Team, project: Project
) -> None:
    guest, topic = await team.user("guest"), topic_of(project)
    hidden = await team.task(project, "secret")
    async with tab(address, guest) as viewer:
        await viewer.follow(topic)
        async with asyncio.timeout(5):  # promised: 1 s
            await restrict(team, project, guest)
            await viewer.until(type="reload", topic=topic)
        await viewer.until(type="following", topic=topic)
        await retouch(team, hidden, title="secret too")
        await viewer.until(type="skip", topic=topic)
        assert "secret too" not in str(viewer.events)
        await restrict(team, project, guest, only_assigned=False)
        await viewer.until(type="reload", topic=topic)
        at = (await viewer.until(type="following", topic=topic))["revision"]
        await retouch(team, hidden, title="Open")
        assert (await viewer.event(topic, at + 1))["after"]["title"] == "Open"


async def test_whoever_is_restricted_while_they_catch_up_does_not_go_live_as_before(
    app: FastAPI, address: str, team: Team, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest, topic = await team.user("guest"), topic_of(project)
    hidden = await team.task(project, "secret")
    hub, go_on, waiting = app.state.hub, asyncio.Event(), asyncio.Event()
    read = hub._next_allowed

    async def slowly(viewer: Any, places: Any, reach: Any) -> Any:
        rows = await read(viewer, places, reach)
        if topic in places and viewer.me.person_id == UUID(guest.id) and not waiting.is_set():
            waiting.set()
            await go_on.wait()
        return rows

    monkeypatch.setattr(hub, "_next_allowed", slowly)
    async with tab(address, guest) as viewer:
        await viewer.say(type="follow", topics={topic: None})
        await waiting.wait()
        await restrict(team, project, guest)
        await viewer.until(type="event", topic=f"person:{guest.id}", kind="access.changed")
        go_on.set()
        await viewer.until(type="following", topic=topic)
        await retouch(team, hidden, title="secret too")
        await viewer.until(type="skip", topic=topic)
        assert "secret" not in str(viewer.events)


async def test_whoever_is_freed_while_they_catch_up_is_told_all_of_it(
    app: FastAPI, address: str, team: Team, project: Project, guest: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic, hub = topic_of(project), app.state.hub
    hidden = await team.task(project, "secret")
    look, freed = hub._look, False

    async def freed_before(viewer: Any, of: str, place: Any) -> Any:
        nonlocal freed
        if of == topic and not freed:
            freed = True
            await restrict(team, project, guest, only_assigned=False)
        return await look(viewer, of, place)

    monkeypatch.setattr(hub, "_look", freed_before)
    # That it was done has not been heard of yet.
    monkeypatch.setattr(hub, "_look_anew", lambda *_: None)
    async with tab(address, guest) as viewer:
        at = (await viewer.follow(topic))["revision"]
        assert freed
        await retouch(team, hidden, title="Open")
        assert (await viewer.event(topic, at + 1))["after"]["title"] == "Open"


async def test_a_stream_names_what_it_passes_over(address: str, team: Team, project: Project, guest: User) -> None:
    topic = topic_of(project)
    at = await revision(team, project)
    async with stream(address, guest, topic) as events:
        reading = asyncio.create_task(events.event())
        while not reading.done():  # "now" is somewhere after the answer has begun
            await team.task(project, assignee_ids=[guest.id])
        assert '"kind" : "task.created"' in (await reading)["data"]
        hidden = await team.task(project, "secret")
        end = await revision(team, project)
        while (event := await events.event())["id"] != str(end):
            assert "event" not in event
        assert event == {"id": str(end), "event": "skip", "data": "{}"}
        await assign(team, hidden, guest)
        assert '"kind":"task.created"' in (await events.event())["data"]
    async with stream(address, guest, topic, last=at) as events:
        assert (await events.event())["event"] == "reload"


async def test_a_page_holds_what_was_theirs_then(team: Team, project: Project, guest: User) -> None:
    topic, at = topic_of(project), await revision(team, project)
    task = await team.task(project, "secret before")
    await retouch(team, task, title="Known")
    await assign(team, task, guest)
    await retouch(team, task, title="Theirs")
    comment = await team.owner.post(f"/api/tasks/{task['id']}/comments", {"body": "Theirs"})
    await assign(team, task, guest, add=False)
    await retouch(team, task, title="secret after")
    await team.owner.patch(f"/api/comments/{comment['id']}", {"version": 1, "body": "secret word"})
    end = await revision(team, project)
    for after in range(at, end + 1):
        page = await guest.get("/api/events", topic=topic, after=after)
        assert page["revision"] == end and not page["more"]
        assert "secret" not in str(page["events"])
        # Between coming and going it was theirs: told is only what may still be known of it.
        assert [one["revision"] for one in page["events"] if one["revision"] <= after] == []
    page = await guest.get("/api/events", topic=topic, after=at + 3)
    assert [one["kind"] for one in page["events"]] == ["task.changed", "comment.created", "task.deleted"]
    await assign(team, task, guest)
    page = await guest.get("/api/events", topic=topic, after=end)
    assert [one["kind"] for one in page["events"]] == ["task.created"]
    assert page["events"][0]["after"]["title"] == "secret after"


async def test_presence_does_not_say_where_others_are_that_they_do_not_see(
    address: str, team: Team, project: Project, guest: User
) -> None:
    hidden = await team.task(project, "secret")
    topic = topic_of(project)
    async with tab(address, team.owner) as owner, tab(address, guest) as viewer:
        await owner.follow(topic)
        await viewer.follow(topic)
        await owner.say(type="here", topic=topic, task_id=hidden["id"], typing=True)
        while not (people := (await viewer.until(type="presence", topic=topic))["people"]):
            pass
        assert [(one["person_id"], one["task_id"], one["typing"]) for one in people] == [(team.owner.id, None, False)]
        listed = await guest.get(f"/api/projects/{project['id']}/presence")
        assert [(one["task_id"], one["typing"]) for one in listed["people"]] == [(None, False)]
        whole = await team.member.get(f"/api/projects/{project['id']}/presence")
        assert [one["task_id"] for one in whole["people"]] == [hidden["id"]]


async def test_what_came_makes_their_board_whatever_happens_and_however_often_they_are_cut_off(
    address: str, team: Team, project: Project, guest: User
) -> None:
    topic, path, chance = topic_of(project), f"/api/projects/{project['id']}", random.Random(7)
    fold: dict[str, Any] = {}
    everybody = [guest, team.member]

    async def act() -> None:
        tasks = (await team.board(project))["tasks"]
        one = chance.choice(tasks) if tasks else None
        acts: list[Callable[[], Awaitable[Any]]] = [
            lambda: team.task(project, f"New {chance.random()}", assignee_ids=[chance.choice(everybody).id])
        ]
        if one:
            who = chance.choice(everybody)
            acts += [
                lambda: retouch(team, one, title=f"Again {chance.random()}"),
                lambda: assign(team, one, who),
                lambda: assign(team, one, who, add=False),
                lambda: team.owner.post(f"/api/tasks/{one['id']}/move", {}, 200),
                lambda: team.owner.delete(f"/api/tasks/{one['id']}"),
                lambda: team.owner.post(f"/api/tasks/{one['id']}/comments", {"body": "Hello"}),
            ]
        await chance.choice(acts)()

    async def snapshot() -> int:
        board = await guest.get(f"{path}/board")
        fold.clear()
        fold.update({task["id"]: task for task in board["tasks"]})
        return int(board["revision"])

    at = await snapshot()
    for _ in range(12):
        async with tab(address, guest) as viewer:
            await viewer.say(type="follow", topics={topic: at})
            behind = False
            while (message := await viewer.read())["type"] != "following":
                behind = behind or message["type"] == "reload"
            at = await snapshot() if behind else at
            at = max(at, message["revision"])
            for _ in range(12):
                await act()
            end = await revision(team, project)
            while at < end:
                message = await viewer.read()
                if message.get("topic") != topic or message["revision"] <= at:
                    continue
                assert message["type"] == "skip" or message["revision"] == at + 1, "a gap"
                at = message["revision"]
                if message["type"] == "event" and message["kind"].startswith("task."):
                    if message["after"] is None:
                        del fold[message["id"]]
                    else:
                        fold.setdefault(message["id"], {}).update(message["after"])
            board = {task["id"]: task for task in (await guest.get(f"{path}/board"))["tasks"]}
            assert fold.keys() == board.keys()
            assert all({name: fold[one][name] for name in task} == task for one, task in board.items())
            await act()


EVENTS = st.lists(
    st.tuples(st.sampled_from(["created", "changed", "deleted", "comment"]), st.sampled_from("abc"),
              st.none() | st.lists(st.sampled_from([ME, OTHER]), unique=True)),
    max_size=30,
)  # fmt: skip


@given(EVENTS)
def test_a_sight_is_what_looking_at_every_step_would_show(steps: list[Any]) -> None:
    sight, there = Sight(ME, set()), dict[str, list[str]]()
    for verb, task, assignees in steps:
        event: tuple[str, Any, Any]
        before = task in there and ME in there[task]
        if verb == "created" and task not in there:
            there[task] = assignees or []
            event = ("task.created", None, {"assignee_ids": there[task]})
        elif verb == "deleted" and task in there:
            event = ("task.deleted", {"assignee_ids": there.pop(task)}, None)
        elif verb == "changed" and task in there:
            event = ("task.changed", {}, {"title": "x"})
            if assignees is not None:
                event = ("task.changed", {"assignee_ids": there[task]}, {"assignee_ids": assignees})
                there[task] = assignees
        elif verb == "comment" and task in there:
            event = ("comment.created", None, {})
        else:
            continue
        after = task in there and ME in there[task]
        said = {"kind": event[0], "id": task, "before": event[1], "after": event[2]}
        verdict = sight.judge(said, {task: task})
        assert sight.tasks == {one for one, people in there.items() if ME in people}
        if verb in ("created", "deleted", "comment"):
            assert verdict == ("show" if before or after else "hide")
        else:
            assert verdict == {(0, 0): "hide", (0, 1): "enter", (1, 0): "leave", (1, 1): "show"}[before, after]


def test_what_nobody_has_thought_of_is_hidden() -> None:
    sight = Sight(ME, {"a"})
    for kind in ("reaction.created", "attachment.created", "task_link.created"):
        assert sight.judge({"kind": kind, "id": "a", "before": None, "after": {}}, {}) == "hide"
    assert masked("[]", set()) == "[]"
