import dataclasses
import json
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import anyio
import pytest
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from headway.accounts.models import Person
from headway.errors import Conflict, Forbidden, NotFound
from headway.events.models import ChangeSet, Event
from headway.events.past import happened, state_at
from headway.importers.ground import Names
from headway.importers.models import ImportedThing
from headway.importers.shapes import Board
from headway.importers.trello import read_board
from headway.importers.write import Report, write_board
from headway.importers.write_project import free_key
from headway.projects.models import Project
from headway.settings import Settings
from headway.tasks.models import Task
from tests.factories import Team, User

pytestmark = pytest.mark.anyio

GARDEN = json.loads((Path(__file__).parent / "files" / "garden.json").read_text())


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    engine = create_engine(settings.sync_url, poolclass=NullPool)
    yield engine
    engine.dispose()


def garden(**changes: Any) -> Board:
    return read_board(json.dumps({**GARDEN, **changes}).encode())


async def bring(engine: Engine, team: Team, board: Board, by: User | None = None, **options: Any) -> Report:
    def write() -> Report:
        with Session(engine, expire_on_commit=False) as db, db.begin():
            person = UUID((by or team.owner).id)
            return write_board(db, board, UUID(team.workspace_id), person, **options)

    return await anyio.to_thread.run_sync(write)


async def rows(engine: Engine, statement: Any) -> list[Any]:
    def read() -> list[Any]:
        with Session(engine) as db:
            return list(db.execute(statement).all())

    return await anyio.to_thread.run_sync(read)


async def board_of(team: Team, report: Report, by: User | None = None) -> Any:
    return await team.board({"id": report.project_id}, by)


def states(board: Any) -> dict[str, str]:
    return {state["id"]: state["name"] for state in board["states"]}


def task(board: Any, title: str) -> Any:
    return next(t for t in board["tasks"] if t["title"].startswith(title))


async def test_the_report_says_how_many_of_each_came(engine: Engine, team: Team) -> None:
    report = await bring(engine, team, garden())
    assert report.taken == {
        "lists": 4,
        "labels": 3,
        "members": 3,
        "cards": 7,
        "archived cards": 1,
        "checklist items": 4,
        "comments": 3,
    }
    assert (report.key, report.is_new, report.here_already) == ("GARD", True, {})
    assert report.changed["cards got another number, because theirs was taken"] == 1
    assert report.changed["labels of the same name got a number"] == 1
    assert report.dropped["votes"] == 2


async def test_the_board_looks_like_the_one_at_trello(engine: Engine, team: Team) -> None:
    board = await board_of(team, await bring(engine, team, garden(), key="GDN"))
    assert [(s["name"], s["category"]) for s in board["states"]] == [
        ("Ideas", "backlog"),
        ("Doing", "doing"),
        ("Done", "done"),
        ("Archived", "cancelled"),
        ("Season 2025 (archived)", "cancelled"),
    ]
    assert [(label["name"], label["color"]) for label in sorted(board["labels"], key=lambda one: one["name"])] == [
        ("lime", "green"),
        ("urgent", "red"),
        ("urgent 2", "gray"),
    ]
    names = states(board)
    assert [(t["title"][:15], names[t["state_id"]]) for t in board["tasks"]] == [
        ("Buy a pony", "Archived"),
        ("Water the plot ", "Ideas"),
        ("Plant tomatoes", "Ideas"),
        ("Build a shed", "Doing"),
        ("walls", "Done"),
        ("roof", "Doing"),
        ("Ticked, not mov", "Done"),
        ("Dig", "Done"),
        ("find spade", "Done"),
        ("rest", "Archived"),
        ("Last year's pla", "Season 2025 (archived)"),
        ("Untitled", "Ideas"),
    ]


async def test_a_task_has_its_cards_number_days_people_and_times(engine: Engine, team: Team) -> None:
    board = await board_of(team, await bring(engine, team, garden(), key="GDN"))
    tomatoes = task(board, "Plant tomatoes")
    people = {p["person_id"]: p for p in board["people"]}
    assert tomatoes["human_id"] == "GDN-3"
    assert (tomatoes["start_on"], tomatoes["due_on"]) == ("2021-08-01", "2021-08-20")
    assert [people[one]["name"] for one in tomatoes["assignee_ids"]] == ["Ann Ångström"]
    assert people[tomatoes["assignee_ids"][0]]["placeholder"]
    assert len(tomatoes["label_ids"]) == 2
    assert datetime.fromisoformat(tomatoes["created_at"]) == datetime(2021, 7, 10, 16, 52, 52, tzinfo=UTC)
    assert task(board, "Dig")["completed_at"]
    assert len({t["number"] for t in board["tasks"]}) == len(board["tasks"])
    shed = task(board, "Build a shed")
    assert people[shed["created_by"]]["name"] == "bo"
    assert [t["title"] for t in board["tasks"] if t["parent_id"] == shed["id"]] == ["walls", "roof"]
    new = await team.task({"id": board["project"]["id"]}, "The next one")
    assert new["number"] == max(t["number"] for t in board["tasks"]) + 1


async def test_descriptions_and_comments_are_rendered_and_keep_their_days(engine: Engine, team: Team) -> None:
    board = await board_of(team, await bring(engine, team, garden()))
    tomatoes = await team.owner.get(f"/api/tasks/{task(board, 'Plant tomatoes')['id']}")
    assert "<strong>Two rows</strong>" in tomatoes["description_html"]
    comments = (await team.owner.get(f"/api/tasks/{tomatoes['id']}/comments"))["items"]
    assert [c["body_html"] for c in comments] == [
        "<p>First &lt;b&gt;hi&lt;/b&gt;</p>\n",
        "<p>Second, <em>with</em> emphasis</p>\n",
    ]
    assert comments[0]["created_at"].startswith("2021-08-02T09:00:00")


async def test_a_placeholder_has_nothing_to_sign_in_with(engine: Engine, team: Team) -> None:
    report = await bring(engine, team, garden())
    things = select(ImportedThing.entity_id).where(
        ImportedThing.kind == "member", ImportedThing.workspace_id == UUID(team.workspace_id)
    )
    people = await rows(engine, select(Person.email, Person.password_hash, Person.placeholder, Person.is_admin)
                        .where(Person.id.in_(things)))  # fmt: skip
    assert people == [(None, None, True, False)] * 3
    assert report.taken["members"] == 3


async def test_a_second_run_creates_nothing_and_leaves_edits_alone(engine: Engine, team: Team) -> None:
    first = await bring(engine, team, garden())
    board = await board_of(team, first)
    edited = task(board, "Plant tomatoes")
    await team.owner.patch(f"/api/tasks/{edited['id']}", {"version": 1, "title": "Plant beans"})
    before = await board_of(team, first)
    counts = [await rows(engine, select(func.count()).select_from(t)) for t in (Task, Event, ChangeSet, ImportedThing)]

    second = await bring(engine, team, garden())

    assert (second.taken, second.is_new, second.key) == ({}, False, first.key)
    assert second.here_already == {
        "lists": 4, "labels": 3, "members": 3, "cards": 8, "checklist items": 4, "comments": 3,
    }  # fmt: skip
    assert await board_of(team, first) == before
    again = [await rows(engine, select(func.count()).select_from(t)) for t in (Task, Event, ChangeSet, ImportedThing)]
    assert again == counts


async def test_a_newer_export_adds_only_what_is_new(engine: Engine, team: Team) -> None:
    old = {**GARDEN, "cards": GARDEN["cards"][:3], "checklists": [], "actions": GARDEN["actions"][1:]}
    first = await bring(engine, team, garden(**old))
    deleted = task(await board_of(team, first), "Water")
    await team.owner.delete(f"/api/tasks/{deleted['id']}")

    second = await bring(engine, team, garden())

    assert second.taken == {"lists": 1, "cards": 4, "archived cards": 1, "checklist items": 4, "comments": 1}
    board = await board_of(team, first)
    titles = Counter(t["title"] for t in board["tasks"])
    assert not [t for t, n in titles.items() if n > 1]
    assert not [t for t in titles if t.startswith("Water")]
    shed = task(board, "Build a shed")
    assert {t["title"] for t in board["tasks"] if t["parent_id"] == shed["id"]} == {"walls", "roof"}


async def test_a_card_that_was_moved_between_boards_stays_where_it_came_in(engine: Engine, team: Team) -> None:
    await bring(engine, team, garden(cards=GARDEN["cards"][:1], actions=[]))
    report = await bring(engine, team, garden(id="another"))
    assert report.dropped["cards that came before and were deleted here, or are in another project"] == 1
    assert report.dropped["new comments and checklist items of such cards"] == 2
    assert not [t for t in (await board_of(team, report))["tasks"] if t["title"] == "Plant tomatoes"]


async def test_a_project_deleted_since_comes_in_afresh_under_another_key(engine: Engine, team: Team) -> None:
    first = await bring(engine, team, garden())
    await team.owner.delete(f"/api/projects/{first.project_id}")
    second = await bring(engine, team, garden())
    assert (second.is_new, second.key, second.taken["cards"]) == (True, "GARD2", 7)
    assert second.here_already == {"members": 3}


async def test_states_and_labels_deleted_since_do_not_come_back(engine: Engine, team: Team) -> None:
    first = await bring(engine, team, garden(cards=GARDEN["cards"][:1], checklists=[], actions=[]))
    board = await board_of(team, first)
    doing = next(s for s in board["states"] if s["name"] == "Doing")
    await team.owner.delete(f"/api/states/{doing['id']}")
    await bring(engine, team, garden())
    board = await board_of(team, first)
    assert "Doing" not in states(board).values()
    assert states(board)[task(board, "Build a shed")["state_id"]] == "Ideas"


async def test_the_archive_is_made_anew_when_something_needs_it(engine: Engine, team: Team) -> None:
    first = await bring(engine, team, garden())
    ids = {name: one for one, name in states(await board_of(team, first)).items()}
    await team.owner.delete(f"/api/states/{ids['Archived']}?move_to={ids['Done']}")
    assert (await bring(engine, team, garden())).taken == {}
    late = {"id": "late", "name": "Late", "idList": GARDEN["lists"][0]["id"], "closed": True}
    for _ in range(2):
        await bring(engine, team, garden(cards=[*GARDEN["cards"], late]))
        board = await board_of(team, first)
        assert list(states(board).values()).count("Archived") == 1
        assert states(board)[task(board, "Late")["state_id"]] == "Archived"


async def test_viewers_get_one_event_and_the_workspace_hears_of_the_project(engine: Engine, team: Team) -> None:
    report = await bring(engine, team, garden())
    events = await team.owner.get("/api/events", topic=f"project:{report.project_id}", after=0)
    assert [(e["kind"], e["revision"], e["means"], e["by"]) for e in events["events"]] == [
        ("reload", 1, "import", team.owner.id)
    ]
    news = await team.viewer.get("/api/events", topic=f"workspace:{team.workspace_id}", after=0)
    assert Counter(e["kind"] for e in news["events"]) == {"member.joined": 3, "project.created": 1}
    created = next(e for e in news["events"] if e["kind"] == "project.created")
    listed = await team.viewer.get(f"/api/workspaces/{team.workspace_id}/projects")
    assert {**created["after"], "role": "viewer", "only_assigned": False} == listed["projects"][0]
    mine = await team.owner.get("/api/events", topic=f"person:{team.owner.id}", after=0)
    assert [e["kind"] for e in mine["events"]] == ["access.changed"]


async def test_a_failure_in_the_middle_leaves_nothing(engine: Engine, team: Team) -> None:
    board = garden()
    one = board.cards[-1]
    broken = dataclasses.replace(board, cards=(*board.cards[:-1], dataclasses.replace(one, title="\x00")))
    counted = (Task, Project, Person, Event, ChangeSet, ImportedThing)
    before = [await rows(engine, select(func.count()).select_from(table)) for table in counted]
    with pytest.raises(Exception, match="NUL"):
        await bring(engine, team, broken)
    assert [await rows(engine, select(func.count()).select_from(table)) for table in counted] == before
    assert (await bring(engine, team, board)).is_new


async def test_two_imports_at_once_make_one_project(engine: Engine, team: Team) -> None:
    reports: list[Report] = []

    async def one() -> None:
        reports.append(await bring(engine, team, garden()))

    async with anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(one)
    assert sorted(r.is_new for r in reports) == [False, False, True]
    assert len({r.project_id for r in reports}) == 1


async def test_others_go_on_working_while_an_import_writes(engine: Engine, team: Team) -> None:
    project = await team.project()
    written, go_on = anyio.Event(), threading.Event()

    def halfway(_: int) -> None:
        anyio.from_thread.run_sync(written.set)
        assert go_on.wait(60)

    async with anyio.create_task_group() as group:
        group.start_soon(partial(bring, engine, team, garden(), advance=halfway))
        await written.wait()
        try:
            one = await team.task(project, "Meanwhile")
            await team.project(name="Meanwhile too")
        finally:
            go_on.set()
    assert one["number"] == 1


async def test_a_private_import_is_seen_by_its_importer_and_the_owner_only(engine: Engine, team: Team) -> None:
    report = await bring(engine, team, garden(), team.member, visibility="private")
    assert len((await board_of(team, report, team.member))["tasks"]) == 12
    assert (await team.viewer.http.get(f"/api/projects/{report.project_id}")).status_code == 404
    assert (await team.admin.http.get(f"/api/projects/{report.project_id}")).status_code == 404
    news = await team.viewer.get("/api/events", topic=f"workspace:{team.workspace_id}", after=0)
    assert "project.created" not in [e["kind"] for e in news["events"]]


async def test_who_may_not_make_projects_may_not_import(engine: Engine, team: Team) -> None:
    with pytest.raises(Forbidden):
        await bring(engine, team, garden(), team.viewer)
    with pytest.raises(NotFound):
        await bring(engine, team, garden(), team.stranger)
    await bring(engine, team, garden())
    with pytest.raises(Forbidden):
        await bring(engine, team, garden(), team.viewer)


async def test_a_key_that_is_taken_is_refused(engine: Engine, team: Team) -> None:
    project = await team.project()
    with pytest.raises(Conflict, match="exists already"):
        await bring(engine, team, garden(), key=project["key"])
    first = await bring(engine, team, garden(), key="GDN")
    with pytest.raises(Conflict, match="already project GDN"):
        await bring(engine, team, garden(), key="OTHER")
    assert (await bring(engine, team, garden(), key="GDN")).project_id == first.project_id


async def test_another_board_of_the_same_people_shares_their_placeholders(engine: Engine, team: Team) -> None:
    await bring(engine, team, garden())
    report = await bring(engine, team, garden(id="another", cards=[], lists=[], labels=[], checklists=[], actions=[]))
    assert report.here_already == {"members": 2}
    assert [s["name"] for s in (await board_of(team, report))["states"]] == ["To do"]


async def test_a_large_board_comes_in_whole_and_in_order(engine: Engine, team: Team) -> None:
    cards = [
        {"id": f"c{n}", "name": f"Card {n}", "idList": GARDEN["lists"][n % 3]["id"], "pos": n, "idShort": n}
        for n in range(1, 3_001)
    ]
    seen: list[int] = []
    board = garden(cards=cards, checklists=[], actions=[])
    report = await bring(engine, team, board, advance=seen.append)
    assert report.taken["cards"] == 3_000
    assert sum(seen) >= 3_000
    tasks = (await board_of(team, report))["tasks"]
    assert [t["number"] for t in tasks if t["number"] % 3 == 0] == list(range(3, 3_001, 3))
    kinds = await rows(engine, select(Event.kind).where(Event.topic == f"project:{report.project_id}"))
    assert kinds == [("reload",)]


@pytest.mark.parametrize(
    ("name", "taken", "key"),
    [
        ("Test Board Name", set(), "TBN"),
        ("Roadmap", set(), "ROAD"),
        ("Garden 2026 🌱", set(), "GARD"),
        ("Über uns", {"UU"}, "UU2"),
        ("登录", set(), "BOARD"),
        ("", {"BOARD", "BOARD2"}, "BOARD3"),
        ("a b c d e f g h i j k", set(), "ABCDEF"),
    ],
)
def test_a_key_is_made_of_the_boards_name(name: str, taken: set[str], key: str) -> None:
    assert free_key(name, taken) == key


def test_names_are_numbered_until_they_are_free_and_never_too_long() -> None:
    names = Names({"a", "a 2"}, 5)
    found = [names.free(name) for name in ("a", "a", "abcde", "abcde")]
    assert found == ["a 3", "a 4", "abcde", "abc 2"]


async def test_history_knows_each_thing_that_came_in(engine: Engine, team: Team) -> None:
    report = await bring(engine, team, garden())
    board = await board_of(team, report)
    topic = f"project:{report.project_id}"
    told = await rows(engine, select(happened).where(happened.c.topic == topic))
    kinds = Counter(row.kind for row in told)
    assert kinds["task.created"] == len(board["tasks"])
    assert kinds["comment.created"] == report.taken["comments"]
    assert (kinds["project.created"], kinds["state.created"]) == (1, len(board["states"]))
    assert {row.revision for row in told} == {board["revision"]}
    then = await rows(engine, select("*").select_from(state_at(topic, board["revision"], "task")))
    rows_then = {str(row.entity_id): {**row.data} for row in then}
    assert [row.pop("checklist") for row in rows_then.values()] == [[]] * len(rows_then)
    assert rows_then == {one["id"]: one for one in board["tasks"]}


async def test_people_create_and_move_while_a_board_comes_in_again(engine: Engine, team: Team) -> None:
    report = await bring(engine, team, garden())
    project = {"id": report.project_id}
    mine = await team.task(project, "Before")
    more = {**GARDEN, "cards": [*GARDEN["cards"], {**GARDEN["cards"][0], "id": "f" * 24, "idShort": 900}]}
    held, going_on = threading.Event(), threading.Event()

    def stop_once(_: int) -> None:
        held.set()
        assert going_on.wait(30)

    def slowly() -> Report:
        with Session(engine, expire_on_commit=False) as db, db.begin():
            board = read_board(json.dumps(more).encode())
            return write_board(db, board, UUID(team.workspace_id), by, advance=stop_once)

    by = UUID(team.owner.id)
    async with anyio.create_task_group() as group:
        group.start_soon(anyio.to_thread.run_sync, slowly)
        await anyio.to_thread.run_sync(partial(held.wait, 30))
        # The import has its numbers and has written the task; it holds what it holds until its commit.
        new = await team.task(project, "Meanwhile")
        moved = await team.owner.post(f"/api/tasks/{mine['id']}/move", {"before_id": None}, status=200)
        going_on.set()
    board = await team.board(project)
    assert {new["id"], moved["id"]} < {one["id"] for one in board["tasks"]}
    assert len({one["number"] for one in board["tasks"]}) == len(board["tasks"])
