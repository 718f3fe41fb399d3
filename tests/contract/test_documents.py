"""What the API says of itself: every route is named and tells its problems, and what it sends is what it declared."""

from typing import Any

import httpx2
from pydantic import BaseModel, TypeAdapter

from headway.comments.schemas import CommentOut, Comments
from headway.live.schemas import EventsOut
from headway.projects.schemas import LabelOut, ProjectList, ProjectMemberOut, ProjectOut, StateOut
from headway.tasks.schemas import Board, Found, MyWork, TaskOut, TaskPage
from tests.doors import House
from tests.factories import ORIGIN, Team

METHODS = {"get", "post", "put", "patch", "delete"}


async def document(team: Team) -> Any:
    return await team.owner.get("/openapi.json")


def operations(openapi: Any) -> list[tuple[str, str, Any]]:
    return [
        (path, method, operation)
        for path, methods in openapi["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    ]


async def test_every_operation_has_a_name_of_its_own_a_tag_and_a_sentence(team: Team) -> None:
    found = operations(await document(team))
    names = [operation["operationId"] for _, _, operation in found]
    assert len(names) == len(set(names)) > 40
    assert all(name.isidentifier() and name.islower() for name in names)
    for path, method, operation in found:
        assert operation.get("tags"), (method, path)
        assert operation.get("description", "").endswith((".", ".\n")), (method, path)


async def test_every_operation_tells_its_problems_in_one_shape(team: Team) -> None:
    openapi = await document(team)
    assert {"HTTPValidationError", "ValidationError"}.isdisjoint(openapi["components"]["schemas"])
    public = {"/api/password-resets", "/api/password-resets/confirm", "/api/oidc"}
    public |= {"/api/setup", "/api/sessions", "/api/accounts", "/api/invitations/preview", "/api/invitations/accept"}
    for path, method, operation in operations(openapi):
        if not path.startswith("/api/"):
            continue
        responses = operation["responses"]
        expected = {"500", "503"}
        expected |= {"401"} if path not in public else set()
        expected |= {"422"} if operation.get("parameters") or "requestBody" in operation else set()
        expected |= {"404"} if "{" in path else set()
        expected |= {"403", "400", "408", "409", "413"} if method != "get" else set()
        expected |= {"412", "428"} if any(p["name"] == "if-match" for p in operation.get("parameters", [])) else set()
        assert expected <= responses.keys(), (method, path, expected - responses.keys())
        for status, response in responses.items():
            if status >= "400":
                schema = response["content"]["application/problem+json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Problem"}, (method, path, status)


async def test_every_answer_with_a_body_says_what_is_in_it(team: Team) -> None:
    for path, method, operation in operations(await document(team)):
        (status,) = [status for status in operation["responses"] if status < "300"]
        content = operation["responses"][status].get("content", {})
        if status != "204":
            # A few addresses answer with a page or a stream, and never with JSON.
            assert content and all(kind.get("schema") for kind in content.values()), (method, path)


def exact(model: Any, value: Any, where: str = "") -> None:
    """Valid, and no field more or less than declared."""
    parsed = TypeAdapter(model).validate_python(value, strict=False)
    same_fields(parsed, value, where)


def same_fields(parsed: Any, value: Any, where: str) -> None:
    if isinstance(parsed, BaseModel):
        assert type(parsed).model_fields.keys() == value.keys(), where
        for name in type(parsed).model_fields:
            same_fields(getattr(parsed, name), value[name], f"{where}.{name}")
    elif isinstance(parsed, list):
        for one, other in zip(parsed, value, strict=True):
            same_fields(one, other, f"{where}[]")


async def test_what_is_sent_is_what_was_declared(team: Team) -> None:
    house = await House.of(team, key="HW", description="All of it")
    project = f"/api/projects/{house.project['id']}"
    room = f"/api/workspaces/{team.workspace_id}"
    label = await house.label()
    await team.task(house.project, "bare")
    full = await team.task(
        house.project,
        "full",
        description="# Full\n\n- [x] done",
        priority=4,
        parent_id=await house.task(),
        start_on="2026-12-01",
        due_on="2026-12-24",
        label_ids=[label],
        assignee_ids=[team.owner.id],
    )
    task = f"/api/tasks/{full['id']}"
    done = (await team.board(house.project))["states"][3]["id"]
    await team.owner.post(f"{task}/comments", {"body": "**Hello**"})
    await team.task(house.project, "closed", state_id=done, assignee_ids=[team.owner.id])
    shapes: list[tuple[str, Any]] = [
        (f"{room}/projects", ProjectList),
        (project, ProjectOut),
        (f"{project}/board", Board),
        (f"{project}/members", list[ProjectMemberOut]),
        (f"{project}/tasks", TaskPage),
        (f"{project}/tasks?limit=1", TaskPage),
        (task, TaskOut),
        (f"{room}/tasks/{full['human_id']}", TaskOut),
        (f"{task}/comments", Comments),
        (f"{room}/my-work", MyWork),
        (f"{room}/search?q=full", Found),
        (f"/api/events?topic=project:{house.project['id']}", EventsOut),
        (f"/api/events?topic=workspace:{team.workspace_id}", EventsOut),
    ]
    for path, shape in shapes:
        for person in (team.owner, house.people["viewer"]):
            data = await person.get(path)
            exact(shape, data, path)
            assert data, path
    written: list[tuple[str, str, Any, Any]] = [
        ("POST", f"{project}/tasks", {"title": "New"}, TaskOut),
        ("PATCH", task, {"version": 1, "title": "New"}, TaskOut),
        ("POST", f"{task}/move", {}, TaskOut),
        ("POST", f"{task}/comments", {"body": "New"}, CommentOut),
        ("POST", f"{project}/labels", {"name": "New"}, LabelOut),
        ("PATCH", f"/api/labels/{label}", {"version": 1, "name": "Newer"}, LabelOut),
        ("POST", f"{project}/states", {"name": "New", "category": "doing"}, StateOut),
        ("PATCH", f"/api/states/{done}", {"version": 1, "name": "Newer"}, StateOut),
        ("PATCH", project, {"version": 1, "name": "New"}, ProjectOut),
        ("POST", f"{room}/projects", {"name": "New", "key": "NEW"}, ProjectOut),
    ]
    for method, path, body, shape in written:
        answer = await team.owner.http.request(method, path, json=body)
        exact(shape, answer.json(), f"{method} {path}")
        assert answer.headers["etag"] == f'"v{answer.json()["version"]}"'
        assert answer.headers["content-type"] == "application/json"


async def test_an_answer_declares_the_model_that_the_table_above_checks(team: Team) -> None:
    openapi = await document(team)
    for path, method, name in (
        ("/api/tasks/{task_id}", "get", "TaskOut"),
        ("/api/projects/{project_id}/tasks", "get", "TaskPage"),
        ("/api/workspaces/{workspace_id}/my-work", "get", "MyWork"),
        ("/api/workspaces/{workspace_id}/search", "get", "Found"),
        ("/api/tasks/{task_id}/comments", "get", "Comments"),
        ("/api/workspaces/{workspace_id}/projects", "get", "ProjectList"),
        ("/api/events", "get", "EventsOut"),
    ):
        content = openapi["paths"][path][method]["responses"]["200"]["content"]
        assert content["application/json"]["schema"] == {"$ref": f"#/components/schemas/{name}"}
    board = openapi["paths"]["/api/projects/{project_id}/board"]["get"]["responses"]["200"]["content"]
    shapes = [shape["$ref"].rpartition("/")[2] for shape in board["application/json"]["schema"]["anyOf"]]
    assert shapes == ["Board", "BoardThen"]


async def test_times_are_utc_with_their_zone(team: Team) -> None:
    project = await team.project()
    task = await team.task(project)
    (event, *_) = (await team.owner.get("/api/events", topic=f"project:{project['id']}"))["events"]
    times = [task["created_at"], task["updated_at"], project["created_at"], event["at"], event["after"]["created_at"]]
    assert all(time.endswith(("+00:00", "Z")) for time in times), times


async def test_every_problem_has_the_one_shape(team: Team) -> None:
    task = await team.task(await team.project())
    path = f"/api/tasks/{task['id']}"
    await team.member.patch(path, {"version": 1, "title": "Theirs"})
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(team.app), base_url=ORIGIN) as anybody:
        signed_out = await anybody.get(path)
    answers = {
        401: signed_out,
        403: await team.viewer.http.delete(path),
        404: await team.stranger.http.get(path),
        405: await team.owner.http.put(path, json={}),
        409: await team.owner.http.patch(path, json={"version": 1, "title": "Mine"}),
        412: await team.owner.http.patch(path, json={"title": "Mine"}, headers={"If-Match": '"v1"'}),
        413: await team.owner.http.patch(path, json={"version": 2, "description": "x" * 2_200_000}),
        422: await team.owner.http.patch(path, json={"version": 2, "title": ""}),
        428: await team.owner.http.patch(path, json={"title": "Mine"}),
    }
    for status, answer in answers.items():
        problem = answer.json()
        assert (answer.status_code, problem["status"], problem["type"]) == (status, status, "about:blank"), answer.text
        assert {"title", "code", "detail"} <= problem.keys()
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["cache-control"] == "no-store"
