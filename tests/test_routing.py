"""What every answer of the API gets from its route."""

import re
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope

from headway.api import ROUTERS
from headway.routing import Route, shape_of
from tests.factories import Team


def test_every_route_of_the_api_is_one_of_ours() -> None:
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    assert len(routes) > 40
    assert [route.path for route in routes if not isinstance(route, Route)] == []


@pytest.mark.parametrize(
    "path", ["/api/tasks/x", "/api/administration/state", "/api/nothing/there", "/assets/x.js", "/"]
)
async def test_a_request_is_compared_with_few_routes(
    app: FastAPI, team: Team, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []
    matches = APIRoute.matches

    def noted(self: APIRoute, scope: Scope) -> tuple[Match, Scope]:
        compared.append(self.path)
        return matches(self, scope)

    monkeypatch.setattr(APIRoute, "matches", noted)
    await team.owner.http.get(path)
    assert len(compared) < 60  # there are three times as many, and some are asked twice


def test_every_address_looks_like_one_of_its_router() -> None:
    for router in ROUTERS:
        for route in router.routes:
            path = re.sub(r"\{\w+\}", str(UUID(int=1)), str(getattr(route, "path", "")))
            shapes = {shape_of(f"/api{path}"), shape_of(path), shape_of(f"{path}/")}
            assert len(shapes) == 1
            assert shape_of(path)[1] != str(UUID(int=1)), "the first part is never a parameter"


async def test_an_address_with_a_slash_too_many_leads_to_the_right_one(team: Team) -> None:
    answer = await team.owner.http.get("/api/me/", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"].partition("/api")[2]) == (307, "/me")


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
