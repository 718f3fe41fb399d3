"""What every answer of the API gets from its route."""

from fastapi.routing import APIRoute

from headway.api import ROUTERS
from headway.routing import Route
from tests.factories import Team


def test_every_route_of_the_api_is_one_of_ours() -> None:
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    assert len(routes) > 40
    assert [route.path for route in routes if not isinstance(route, Route)] == []


async def test_a_write_says_which_change_set_it_made(team: Team) -> None:
    project = await team.project()
    made = await team.owner.http.post(f"/api/projects/{project['id']}/tasks", json={"title": "New"})
    changed = await team.owner.http.patch(f"/api/tasks/{made.json()['id']}", json={"version": 1, "title": "Newer"})
    deleted = await team.owner.http.delete(f"/api/tasks/{made.json()['id']}")
    told = [answer.headers["headway-change"] for answer in (made, changed, deleted)]
    events = (await team.owner.get("/api/events", topic=f"project:{project['id']}"))["events"]
    assert [event["change"] for event in events][-3:] == told
    assert len(set(told)) == 3


async def test_what_changed_nothing_names_no_change_set(team: Team) -> None:
    task = await team.task(await team.project(), "Same")
    path = f"/api/tasks/{task['id']}"
    answers = [
        await team.owner.http.get(path),
        await team.owner.http.patch(path, json={"version": 1, "title": "Same"}),
        await team.owner.http.patch(path, json={"version": 1, "title": ""}),
        await team.viewer.http.patch(path, json={"version": 1, "title": "Not mine to say"}),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 422, 403]
    assert not [answer for answer in answers if "headway-change" in answer.headers]
