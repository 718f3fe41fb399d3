"""Bad input is answered with what is wrong, in the documented shape, and never with a 5xx."""

import json
from dataclasses import dataclass
from typing import Any

import httpx2

from headway.problems import Problem
from tests.doors import DOORS, NOBODY, OF_WORKSPACES, House
from tests.factories import Team

DEEP = "[" * 5_000 + "]" * 5_000
# As JSON text, so that what no Python value can say is here too.
POISON = [
    "null",
    "true",
    '""',
    '" "',
    '"\\u0000"',
    '"a\\u0000b"',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"' + "x" * 200_000 + '"',
    "9223372036854775808",
    "-9223372036854775809",
    "2147483648",
    "1e400",
    "-1",
    "1.5",
    "NaN",
    "-Infinity",
    '"NaN"',
    '"10000-01-01"',
    '"0000-00-00"',
    '"2026-02-30"',
    '"9999-12-31"',
    '"2026-12-24T25:00:00Z"',
    "[]",
    "[[]]",
    "[null]",
    '["not an id"]',
    "{}",
    '{"add": "x"}',
    '{"add": [1], "remove": {}}',
    '{"\\ud800": 1}',
    '"\' OR 1=1 --"',
    '"%s %(x)s $1 {0}"',
    '"<script>alert(1)</script>"',
    '"\\u202e\\u2066 \\ufeff \\uffff"',
    '"👩‍👩‍👧‍👦"',
    '"00000000-0000-0000-0000-000000000000"',
    '"urn:uuid:00000000-0000-0000-0000-000000000000"',
    "[" + ",".join(['"00000000-0000-0000-0000-000000000000"'] * 51) + "]",
    DEEP,
]


@dataclass
class Form:
    """A door that takes a body: what is right for it, and each field that can go wrong."""

    door: str
    right: dict[str, Any]
    fields: tuple[str, ...]


FORMS = [
    Form("create_task", {"title": "New"}, (
        "title", "description", "state_id", "priority", "parent_id", "start_on", "due_on", "label_ids",
        "assignee_ids", "after_id",
    )),
    Form("change_task", {"version": 1}, (
        "version", "title", "description", "state_id", "priority", "parent_id", "start_on", "due_on", "labels",
        "assignees",
    )),
    Form("move_task", {}, ("state_id", "after_id", "before_id")),
    Form("edit_tasks", {"items": [{"id": NOBODY}], "change": {"priority": 1}}, ("items", "change", "move", "delete")),
    Form("create_comment", {"body": "Hello"}, ("body",)),
    Form("change_comment", {"version": 1, "body": "New"}, ("version", "body")),
    Form("set_last_look", {"revision": 1}, ("revision",)),
    Form("create_label", {"name": "New"}, ("name", "color")),
    Form("change_label", {"version": 1}, ("version", "name", "color")),
    Form("create_state", {"name": "New", "category": "doing"}, ("name", "category", "after_id")),
    Form("change_state", {"version": 1}, ("version", "name", "category", "after_id")),
    Form("change_project", {"version": 1}, ("version", "name", "description", "visibility")),
    Form("set_project_member", {"role": "viewer"}, ("role",)),
    Form("undo_change", {"preview": True}, ("preview", "only")),
]  # fmt: skip


def assert_answered_well(answer: httpx2.Response, *about: Any) -> None:
    assert answer.status_code < 500, (*about, answer.text[:300])
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json", about
        problem = Problem.model_validate_json(answer.content)
        assert problem.status == answer.status_code
        assert problem.detail and problem.code, about
        assert (problem.code == "invalid") == bool(problem.errors), about
        assert len(answer.content) < 50_000, about


async def documented(team: Team) -> dict[str, set[int]]:
    """The statuses that each operation says it may answer with."""
    paths = (await team.owner.get("/openapi.json"))["paths"].values()
    return {o["operationId"]: {int(status) for status in o["responses"]} for path in paths for o in path.values()}


def body_with(right: dict[str, Any], field: str, poison: str) -> bytes:
    """`right` as JSON, with one field's value put in as it stands."""
    others = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in right.items() if name != field]
    return ("{" + ", ".join([*others, f"{json.dumps(field)}: {poison}"]) + "}").encode()


def test_every_door_with_a_body_is_in_the_grid() -> None:
    assert {name for name, door in DOORS.items() if door.body is not None} == {form.door for form in FORMS}


async def test_a_bad_value_in_any_field_is_told_by_its_name(team: Team) -> None:
    house = await House.of(team)
    headers, statuses = {"content-type": "application/json"}, await documented(team)
    for form in FORMS:
        door = DOORS[form.door]
        path = door.address(await door.target(house), house)
        for field in form.fields:
            for poison in POISON:
                body = body_with(form.right, field, poison)
                answer = await team.owner.http.request(door.method, path, content=body, headers=headers)
                about = (form.door, field, poison[:60], answer.text[:300])
                assert_answered_well(answer, *about)
                assert answer.status_code in statuses[form.door], about
                if answer.status_code == 422 and answer.json()["code"] == "invalid" and poison != DEEP:
                    assert answer.json()["errors"][0]["field"].partition(".")[0] == field, about


async def test_what_is_no_json_object_or_has_fields_nobody_asked_for_is_refused(team: Team) -> None:
    house, statuses = await House.of(team), await documented(team)
    for form in FORMS:
        door = DOORS[form.door]
        path = door.address(await door.target(house), house)
        for body, content_type in no_right_bodies(form, team.owner.id):
            headers = {"content-type": content_type}
            answer = await team.owner.http.request(door.method, path, content=body, headers=headers)
            about = (form.door, body[:40], content_type, answer.text[:300])
            assert_answered_well(answer, *about)
            assert answer.status_code in statuses[form.door], about
            # UTF-16 is JSON too, as far as the parser is concerned.
            assert answer.status_code in (400, 422) or b"\x00" in body, about


def no_right_bodies(form: Form, somebody: str) -> list[tuple[bytes, str]]:
    """(body, content type), none of which says what the form asks for."""
    right = json.dumps(form.right)
    return [
        (json.dumps({**form.right, "created_by": somebody}).encode(), "application/json"),
        (json.dumps({**form.right, "id": somebody}).encode(), "application/json"),
        (b"", "application/json"),
        (b"null", "application/json"),
        (b"[]", "application/json"),
        (b'"text"', "application/json"),
        (b"{", "application/json"),
        (b"{}{}", "application/json"),
        (b"\xff\xfe{}", "application/json"),
        (b'{"title": "\xff"}', "application/json"),
        (DEEP.encode(), "application/json"),
        (right.encode("utf-16"), "application/json; charset=utf-16"),
        (right.encode(), "text/plain"),
        (b"title=New&body=x&name=x", "application/x-www-form-urlencoded"),
        (b"--x\r\n\r\n--x--", "multipart/form-data; boundary=x"),
        (right.encode(), "nonsense"),
        (right.encode(), "application/json/json; charset=\x7f"),
    ]


async def test_a_bad_id_in_a_path_is_refused_before_anything_is_asked_of_it(team: Team) -> None:
    house, statuses = await House.of(team), await documented(team)
    for name, door in DOORS.items():
        for bad in ("1", "not-an-id", "%00", "%F0%9F%99%82", "%ED%A0%80", "' OR 1=1", "a" * 300):
            answer = await door.knock(team.owner, bad, house)
            assert_answered_well(answer, name, bad)
            assert answer.status_code in {404, 422} & statuses[name], (name, bad, answer.text)
    for name, (method, path, body) in OF_WORKSPACES.items():
        answer = await team.owner.http.request(method, "/api" + path.format(id="not-an-id"), json=body)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "workspace_id"), name


async def test_bad_values_in_a_query_are_told_by_their_names(team: Team) -> None:
    project = await team.project()
    tasks = f"/api/projects/{project['id']}/tasks"
    room = f"/api/workspaces/{team.workspace_id}"
    queries = {
        tasks: ("state_id", "category", "assignee_id", "label_id", "priority", "q", "sort", "cursor", "limit"),
        f"{room}/search": ("q", "limit"),
        "/api/events": ("topic", "after", "limit"),
    }
    values = ("", "\x00", "a\x00b", "-1", "2147483648", "9223372036854775808", "NaN", "x" * 5_000, "%", "\U0001f642")
    needed = {f"{room}/search": {"q": "x"}, "/api/events": {"topic": f"project:{project['id']}"}}
    for path, names in queries.items():
        for name in names:
            for value in values:
                answer = await team.owner.http.get(path, params={**needed.get(path, {}), name: value})
                assert_answered_well(answer, path, name, value[:20])
                if answer.status_code == 422 and answer.json()["code"] == "invalid":
                    assert answer.json()["errors"][0]["field"] == name
    for raw in ("q=%ff%fe", "q=%ed%a0%80", "q=a&q=b", "limit=10&limit=x", "&&&", "=", "q"):
        assert_answered_well(await team.owner.http.get(f"{room}/search?{raw}"), raw)


async def test_human_ids_that_are_none_are_not_there(team: Team) -> None:
    await team.task(await team.project(key="HW"))
    room = f"/api/workspaces/{team.workspace_id}/tasks"
    for good in ("HW-1", "hw-1", "Hw-01"):
        assert (await team.viewer.get(f"{room}/{good}"))["human_id"] == "HW-1"
    for bad in (
        "HW", "HW-", "-1", "HW-0", "HW-2", "HW--1", "HW-1.0", "HW-999999999", "HW-99999999999999999999", "HW-١",
        "HW-1%00", "%00-1", "HW-1%20", "' OR 1=1 ---1", "H%W-1", "%F0%9F%99%82-1",
    ):  # fmt: skip
        answer = await team.viewer.http.get(f"{room}/{bad}")
        assert (answer.status_code, answer.json()["code"]) == (404, "task.not_found"), bad


async def test_names_are_trimmed_and_keys_are_upper_case(team: Team) -> None:
    path = f"/api/workspaces/{team.workspace_id}/projects"
    project = await team.owner.post(path, {"name": "  Launch ", "key": " hw "})
    assert (project["name"], project["key"]) == ("Launch", "HW")
    for key in ("", "1A", "A-B", "ABCDEFGHIJK", "Ä", "A B", "\uff21", "A\nB"):
        answer = await team.owner.http.post(path, json={"name": "New", "key": key})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "key"), key


async def test_dates_are_days_of_the_calendar(team: Team) -> None:
    project = await team.project()
    path = f"/api/projects/{project['id']}/tasks"
    for good in ("1900-01-01", "2028-02-29", "9999-12-30"):
        assert (await team.task(project, due_on=good))["due_on"] == good
    for bad in ("1899-12-31", "9999-12-31", "2027-02-29", 0, 1_800_000_000, "2026-12-24T10:00:00", "24.12.2026", "1"):
        answer = await team.owner.http.post(path, json={"title": "x", "due_on": bad})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "due_on"), bad
    refused = await team.owner.post(path, {"title": "x", "start_on": "2026-12-25", "due_on": "2026-12-24"}, 422)
    assert refused["code"] == "due_on"


async def test_text_comes_back_as_it_was_written(team: Team) -> None:
    project = await team.project()
    for text in (
        "登录 页面",
        "👩‍👩‍👧‍👦 family",
        "a\u202eb",
        "ﬃ Å",
        "'; DROP TABLE task; --",
        "<b>&amp;</b>",
        "\\u0041",
        "tab\tin",
    ):
        task = await team.task(project, text, description=text)
        assert (await team.viewer.get(f"/api/tasks/{task['id']}"))["title"] == text
        assert task["description"] == text
