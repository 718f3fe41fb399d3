"""What a filter finds, beside a plain reading of the same filter over what the API says of each task."""

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from random import Random
from typing import Any

import pytest

from headway.clock import now
from headway.search.parse import day_of, parse, printed
from headway.search.tree import PRIORITIES, AllOf, AnyOf, Field, Filter, Not, Term, Words
from headway.text import sort_key
from tests.factories import Team, User
from tests.search.test_search import found

Json = dict[str, Any]
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    ":": lambda a, b: a == b,
}
TITLES = ("Paint", "Mend", "登录")
ZONE = timezone(timedelta(hours=14))
WORDS = ("fence", "paint", "PAINT", "the fence", "fe", "zz", "登录", "100%")
DAYS = ("today", "tomorrow", "yesterday", "2d", "-1w", "1y", "2020-01-01")


def holds(tree: Filter, task: Json, me: str, today: date) -> bool:
    """Whether the filter means this task: the plain reading."""
    if isinstance(tree, Words):
        return any(tree.text.lower() in text.lower() for text in (task["title"], task["description"], *task["said"]))
    if isinstance(tree, Not):
        return not holds(tree.what, task, me, today)
    if isinstance(tree, AllOf):
        return all(holds(part, task, me, today) for part in tree.parts)
    if isinstance(tree, AnyOf):
        return any(holds(part, task, me, today) for part in tree.parts)
    return any(has(tree, value, task, me, today) for value in tree.values)


def has(term: Term, value: str, task: Json, me: str, today: date) -> bool:
    """Whether the task's field is this."""
    compare = COMPARE[term.compared]
    match term.field:
        case Field.due | Field.start:
            day = task[f"{term.field}_on"]
            return (
                day is None if value == "none" else bool(day) and compare(date.fromisoformat(day), day_of(value, today))
            )
        case Field.created | Field.updated | Field.completed:
            at = task[f"{term.field}_at"]
            if value == "none" or at is None:
                return bool(value == "none" and at is None)
            return compare(datetime.fromisoformat(at).astimezone(ZONE).date(), day_of(value, today))
        case Field.estimate:
            estimate = task["estimate"]
            return estimate is None if value == "none" else estimate is not None and compare(estimate, float(value))
        case Field.priority:
            return compare(task["priority"], PRIORITIES.index(value))
        case Field.project:
            return bool(task["project_key"] == value)
        case Field.state:
            return value.lower() in (task["state_name"].lower(), task["state_category"])
        case Field.label:
            return not task["labels"] if value == "none" else sort_key(value) in map(sort_key, task["labels"])
        case Field.is_:
            closed = task["state_category"] in ("done", "cancelled")
            late = bool(task["due_on"]) and date.fromisoformat(task["due_on"]) < today
            blocked = bool(set(task["blocked_by_ids"]) & task["those_open"])
            kinds = {"open": not closed, "closed": closed, "overdue": late and not closed, "blocked": blocked}
            return kinds.get(value, task["parent_id"] is not None)
        case Field.assignee | Field.by:
            people = task["assignees"] if term.field is Field.assignee else task["makers"]
            if value == "none":
                return not people
            return any(
                who == me if value == "me" else f" {sort_key(value)}" in f" {sort_key(name)}" for who, name in people
            )


def one(luck: Random, team: Team, keys: list[str]) -> Filter:
    """Any one condition."""
    value: dict[Field, tuple[str, ...]] = {
        Field.assignee: ("me", "none", "mem", "owner", "zoe"),
        Field.by: ("me", "none", "own"),
        Field.completed: (*DAYS, "none"),
        Field.created: DAYS,
        Field.due: (*DAYS, "none"),
        Field.estimate: ("0", "1", "2.5", "8", "none"),
        Field.is_: ("open", "closed", "overdue", "subtask", "blocked"),
        Field.label: ("bug", "Café", "CAFE", "none", "nothing"),
        Field.priority: PRIORITIES,
        Field.project: (*keys, "NONE"),
        Field.start: (*DAYS, "none"),
        Field.state: ("done", "todo", "In Progress", "in progress", "nowhere"),
        Field.updated: DAYS,
    }
    field = luck.choice([None, *Field])
    if field is None:
        return Words(luck.choice(WORDS))
    compared = luck.choice(list(COMPARE)) if set(value[field]) & {"today", "high", "2.5"} else ":"
    count = luck.randint(1, 2) if compared == ":" else 1
    choices = [v for v in value[field] if compared == ":" or field is Field.priority or v != "none"]
    return Term(field, compared, tuple(luck.choice(choices) for _ in range(count)))


def some(luck: Random, team: Team, keys: list[str], depth: int = 0) -> Filter:
    """Any filter, two deep at most."""
    kind = luck.choice(["one", "one", "not", "all", "all", "any"]) if depth < 2 else "one"
    if kind == "one":
        return one(luck, team, keys)
    if kind == "not":
        inside = some(luck, team, keys, depth + 1)
        return inside if isinstance(inside, Not) else Not(inside)
    parts = tuple(some(luck, team, keys, depth + 1) for _ in range(luck.randint(2, 3)))
    return AllOf(parts) if kind == "all" else AnyOf(parts)


async def fill(team: Team) -> list[str]:
    """Two projects of tasks that differ in all that a filter asks; the keys of the projects."""
    luck, keys = Random(7), []
    for _ in range(2):
        project = await team.project()
        board = await team.board(project)
        labels = [
            await team.owner.post(f"/api/projects/{project['id']}/labels", {"name": name, "color": "red"})
            for name in ("Bug", "café")
        ]
        keys.append(project["key"])
        last: Json | None = None
        for number in range(15):
            day = date.today() + timedelta(days=luck.randint(-3, 3))
            body: Json = {
                "title": f"{luck.choice(TITLES)} {luck.choice(['the fence', 'a gate', '100% of it'])}",
                "description": luck.choice(["", "Not the Fence", "like paint"]),
                "priority": luck.randint(0, 4),
                "state_id": luck.choice(board["states"])["id"],
                "label_ids": [label["id"] for label in labels if luck.random() < 0.4],
                "assignee_ids": [who.id for who in (team.owner, team.member) if luck.random() < 0.4],
                "due_on": luck.choice([None, day.isoformat()]),
                "start_on": luck.choice([None, (day - timedelta(days=1)).isoformat()]),
                "estimate": luck.choice([None, None, 1, 2.5, 8]),
                "parent_id": last["id"] if last and luck.random() < 0.3 else None,
            }
            blocker = last and last["id"]
            last = await team.task(project, by=luck.choice([team.owner, team.member]), **body)
            if blocker and luck.random() < 0.4:
                waits = {"version": 1, "blocked_by": {"add": [blocker]}}
                await team.owner.patch(f"/api/tasks/{last['id']}", waits)
            if number % 5 == 0:
                await team.member.post(f"/api/tasks/{last['id']}/comments", {"body": "What about the fence?"})
    return keys


async def everything(team: Team, by: User) -> list[Json]:
    """All tasks with what a filter can ask of them, as the API tells it."""
    rows = (await by.get(f"/api/workspaces/{team.workspace_id}/search", q="-project:NONE", limit=200))["items"]
    boards = {row["project_id"]: await by.get(f"/api/projects/{row['project_id']}/board") for row in rows}
    those_open = {row["id"] for row in rows if row["completed_at"] is None}
    for row in rows:
        row["those_open"] = those_open
        board = boards[row["project_id"]]
        names = {person["person_id"]: person["name"] for person in board["people"]}
        row["labels"] = [label["name"] for label in board["labels"] if label["id"] in row["label_ids"]]
        row["assignees"] = [(who, names[who]) for who in row["assignee_ids"]]
        row["makers"] = [(row["created_by"], names[row["created_by"]])]
        row["description"] = (await by.get(f"/api/tasks/{row['id']}"))["description"]
        row["said"] = [said["body"] for said in (await by.get(f"/api/tasks/{row['id']}/comments"))["items"]]
    return rows  # type: ignore[no-any-return]


@pytest.mark.parametrize("seed", range(3))
async def test_a_filter_finds_what_a_plain_reading_finds(team: Team, seed: int) -> None:
    keys = await fill(team)
    me = (team.owner, team.member, team.viewer)[seed]
    tasks = await everything(team, me)
    assert len(tasks) == 30
    luck, hits = Random(seed), 0
    for _ in range(120):
        tree = some(luck, team, keys)
        asked = {"q": printed(tree), "limit": 200, "utc_offset": 14 * 60}
        answer = await me.get(f"/api/workspaces/{team.workspace_id}/search", **asked)
        today = now().astimezone(ZONE).date()
        meant = {task["human_id"] for task in tasks if holds(tree, task, me.id, today)}
        assert {item["human_id"] for item in answer["items"]} == meant, printed(tree)
        assert parse(printed(tree)) == tree
        hits += 0 < len(meant) < len(tasks)
    assert hits > 40


async def test_a_filter_finds_nothing_that_one_may_not_see(team: Team) -> None:
    private = await team.project(visibility="private", key="HID")
    label = await team.owner.post(f"/api/projects/{private['id']}/labels", {"name": "secret", "color": "red"})
    await team.task(private, "plan", label_ids=[label["id"]], assignee_ids=[team.owner.id])
    for words in ("label:secret", "project:HID", "assignee:owner", "is:open", "-label:none"):
        assert await found(team.owner, team, words) == ["plan"], words
        assert await found(team.member, team, words) == [], words


async def test_who_sees_only_what_is_assigned_to_them_finds_only_that(team: Team) -> None:
    project = await team.project()
    path = f"/api/projects/{project['id']}/members/{team.member.id}"
    await team.owner.put(path, {"role": "member", "only_assigned": True})
    await team.task(project, "theirs", assignee_ids=[team.member.id])
    await team.task(project, "hidden")
    assert await found(team.member, team, "is:open") == ["theirs"]
    assert await found(team.member, team, "-assignee:me") == []


async def test_a_mistake_is_pointed_at_and_nothing_is_asked(team: Team) -> None:
    answer = await team.viewer.http.get(f"/api/workspaces/{team.workspace_id}/search", params={"q": "登 due<soon"})
    assert answer.status_code == 422
    problem = answer.json()
    assert (problem["code"], problem["at"], problem["end"]) == ("search.syntax", 6, 10)
    assert problem["detail"].startswith("due cannot be 'soon'. Write a day such as")


async def test_the_day_is_that_of_whoever_asks(team: Team) -> None:
    project = await team.project()
    await team.task(project, "now")
    here = now().astimezone(timezone(timedelta(minutes=-720))).date()
    there = now().astimezone(timezone(timedelta(minutes=839))).date()
    assert await found(team.owner, team, f"created:{here}", utc_offset=-720) == ["now"]
    assert await found(team.owner, team, f"created:{there}", utc_offset=839) == ["now"]
    assert await found(team.owner, team, "created:today", utc_offset=839) == ["now"]
    assert (here, await found(team.owner, team, f"created:{here}", utc_offset=839)) == (here, ["now"] * (here == there))


async def completed(by: User, team: Team, text: str, at: int | None = None) -> tuple[str, list[str]]:
    """What would be replaced, and by what."""
    asked = {"q": text, "at": len(text) if at is None else at}
    answer = await by.get(f"/api/workspaces/{team.workspace_id}/search/completions", **asked)
    return text[answer["begins"] : answer["ends"]], [item["text"] for item in answer["items"]]


async def test_fields_and_their_values_are_completed_where_one_writes(team: Team) -> None:
    project = await team.project(key="HW", name="Homework")
    for name in ("needs review", 'the "big" one', "a,b"):
        await team.owner.post(f"/api/projects/{project['id']}/labels", {"name": name, "color": "red"})
    for text, written, offered in (
        ("a", "a", ["assignee:"]),
        ("x -st", "st", ["start:", "state:"]),
        ("(pri", "pri", ["priority:"]),
        ("priority>=h", "h", ["high"]),
        ("is:", "", ["open", "closed", "overdue", "subtask", "blocked"]),
        ("due<to", "to", ["today", "tomorrow"]),
        ("due:n", "n", ["none"]),
        ("label:NEE", "NEE", ['"needs review"']),
        ('label:bug,"needs r', '"needs r', ['"needs review"']),
        ("label:th", "th", []),
        ("label:a", "a", ['"a,b"']),
        ("state:do", "do", ["doing", "Done"]),
        ("project:home", "home", ["HW"]),
        ("assignee:m", "m", ["me", "Member"]),
        ("", "", []),
        ('"fi', "", []),
        ("zzz:a", "", []),
    ):
        assert await completed(team.viewer, team, text) == (written, offered), text
    assert await completed(team.viewer, team, "label:nothing is:open", at=6) == (
        "nothing",
        ["none", '"a,b"', '"needs review"'],
    )


async def test_what_one_may_not_see_is_not_offered(team: Team) -> None:
    private = await team.project(visibility="private", key="HID", name="Hidden")
    await team.owner.post(f"/api/projects/{private['id']}/labels", {"name": "secret", "color": "red"})
    for text in ("label:se", "project:HI"):
        assert (await completed(team.owner, team, text))[1] != []
        assert (await completed(team.member, team, text))[1] == []
    for text in ("assignee:stran", "by:stran"):
        assert (await completed(team.owner, team, text))[1] == []
    path = f"/api/workspaces/{team.workspace_id}/search/completions"
    answer = await team.stranger.http.get(path, params={"q": "a", "at": 1})
    assert answer.status_code == 404


async def test_what_is_found_can_be_followed(team: Team) -> None:
    seen, hidden = await team.project(), await team.project(visibility="private")
    path = f"/api/workspaces/{team.workspace_id}/search"
    assert (await team.member.get(path, q="x"))["revisions"] is None
    before = (await team.member.get(path, q="x", follow=True))["revisions"]
    assert set(before) == {f"project:{seen['id']}"}
    assert hidden["id"] not in str(before)
    await team.task(seen, "x")
    after = await team.member.get(path, q="x", follow=True)
    assert (len(after["items"]), after["revisions"][f"project:{seen['id']}"]) == (
        1,
        before[f"project:{seen['id']}"] + 1,
    )
    assert (await team.member.get(path, q=" ", follow=True)) == {"items": [], "revisions": None}
