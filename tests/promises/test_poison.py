"""P1: bad input never breaks it. Sixty values in every field of every body, query, path and header the API names.

Generated from the app's own OpenAPI document: a new field is in the grid the day it is written. One run does a share
that its commit chooses, and all of what is not in known_fields.txt yet; `just soak` does the whole.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, quote_plus
from uuid import UUID

import orjson
import pytest
from fastapi import FastAPI
from sqlalchemy import update

from headway.accounts.models import Person
from headway.problems import Problem
from tests.doors import House
from tests.factories import Team
from tests.promises.asking import JSON, Answer, ask
from tests.promises.matrix import parameters_of, routes_of
from tests.promises.people import cookie
from tests.promises.poison import BODIES, HEADERS, TEXTS, VALUES
from tests.promises.policy import POLICY
from tests.promises.sampling import chosen, known
from tests.promises.spots import Spot, every_spot, operations, planted
from tests.promises.things import Place, things_for

SHARE = 0.1
SECONDS = 2.0 * 5  # five times what is promised
MARK = "here goes what nobody would type"
# A request that is right would take the machine, or let a backup run: `users` is what keeps it wrong.
NOT_PLANTED = {"start_lab_run body users", "start_lab_run body users.[]"}
# An escaped slash makes it another address, at which there may be nothing or another method.
ELSEWHERE = {404, 405}


@dataclass
class Grid:
    """The app, who asks, and what came of it."""

    app: FastAPI
    house: House
    headers: dict[str, str]
    document: Any
    wrong: list[Any] = field(default_factory=list)
    asked: int = 0
    values: dict[str, dict[str, str]] = field(default_factory=dict)

    def right(self, name: str) -> Any:
        """A body that the operation takes."""
        body = POLICY[name].body
        return {} if body is None else body

    async def things(self, name: str) -> dict[str, str]:
        """What the operation's address names: the same for all of its fields."""
        if name not in self.values:
            policy, route = POLICY[name], routes_of(self.app)[name]
            place = Place(self.house, self.house.team.owner)
            self.values[name] = await things_for(parameters_of(route, policy), policy.at, place)
        return self.values[name]

    async def target(self, name: str, path_poison: dict[str, str] | None = None, query: str = "") -> str:
        """The operation's address, with poison for what its path names."""
        values = await self.things(name)
        _, path, _ = operations(self.document)[name]
        own = POLICY[name].query.format(**values)
        query = "&".join(part for part in (own, query) if part)
        return path.format(**{**values, **(path_poison or {})}) + (f"?{query}" if query else "")

    async def send(self, name: str, about: tuple[Any, ...], target: str, **request: Any) -> None:
        """Asks, and notes what is not an answer as promised."""
        self.asked += 1
        method, _, operation = operations(self.document)[name]
        statuses = {int(status) for status in operation["responses"]}
        if about[0] == "path":
            statuses |= ELSEWHERE
        headers = {**self.headers, **request.pop("headers", {})}
        try:
            answer = await ask(self.app, method, target, headers=headers, wait=60, **request)
        except Exception as error:  # noqa: BLE001 - whatever it is, the server would have dropped the connection
            self.wrong.append((name, *about, "no answer", repr(error)[:300]))
            return
        if problem := complaint(answer, statuses):
            self.wrong.append((name, *about, problem, answer.status, answer.body[:300]))


def complaint(answer: Answer, statuses: set[int]) -> str:
    """What is wrong with an answer; nothing where it is as promised."""
    if answer.status >= 500 and not (answer.status == 503 and answer.header("retry-after")):
        return "broke"
    if answer.seconds > SECONDS:
        return f"took {answer.seconds:.1f} s"
    if answer.status not in statuses:
        return "a status that the document does not name"
    if answer.status >= 400:
        if answer.header("content-type") != "application/problem+json":
            return "no problem"
        said = Problem.model_validate_json(answer.body)
        # A conflict carries the present state, which is as long as it is.
        longest = 2_000_000 if answer.status in (409, 412) else 100_000
        if said.status != answer.status or not said.detail or len(answer.body) > longest:
            return "a problem of another shape"
    return ""


@pytest.fixture
async def grid(own_app: FastAPI) -> AsyncIterator[Grid]:
    """Asked by somebody who may everything: owner of the workspace and admin of this server."""
    async with Team.of(own_app) as team:
        async with own_app.state.database.unit_of_work() as db:
            await db.execute(update(Person).where(Person.id == UUID(team.owner.id)).values(is_admin=True))
        yield Grid(own_app, await House.of(team), cookie(team.owner.cookie), own_app.openapi())


def in_this_run(spot: str, poison: str) -> bool:
    return spot not in NOT_PLANTED and (spot not in known() or chosen(SHARE, spot, poison))


@pytest.mark.timeout(1_800)
async def test_no_value_in_any_field_breaks_anything(grid: Grid) -> None:
    for spot in every_spot(grid.document):
        if spot.where == "body":
            await in_a_body(grid, spot)
        elif spot.where in ("path", "query"):
            await in_an_address(grid, spot)
        else:
            await in_a_header(grid, spot)
    print(f"poison: {len(every_spot(grid.document))} fields, {grid.asked} requests")
    assert grid.wrong == [], "\n".join(map(str, grid.wrong[:40]))


async def in_a_body(grid: Grid, spot: Spot) -> None:
    frame = orjson.dumps(planted(grid.right(spot.operation), spot.steps, MARK))
    for name, value in VALUES.items():
        if in_this_run(spot.name, name):
            body = frame.replace(orjson.dumps(MARK), value.encode())
            target = await grid.target(spot.operation)
            await grid.send(spot.operation, (spot.name, name), target, body=body, headers=JSON)


async def in_an_address(grid: Grid, spot: Spot) -> None:
    values = {**TEXTS, **{name: quote_plus(value.strip('"')) for name, value in VALUES.items() if len(value) < 2_000}}
    right = POLICY[spot.operation].body
    for name, text in values.items():
        if not in_this_run(spot.name, name):
            continue
        if spot.where == "path":
            target = await grid.target(spot.operation, {spot.field: quote(text, safe="%") or "%20"})
        else:
            target = await grid.target(spot.operation, query=f"{spot.field}={text}")
        await grid.send(spot.operation, (spot.where, spot.name, name), target, json=right)


async def in_a_header(grid: Grid, spot: Spot) -> None:
    for name, text in TEXTS.items():
        if in_this_run(spot.name, name):
            headers = {spot.field: text.encode()}
            right, target = POLICY[spot.operation].body, await grid.target(spot.operation)
            await grid.send(spot.operation, (spot.name, name), target, json=right, headers=headers)


@pytest.mark.timeout(1_800)
async def test_no_body_and_no_header_breaks_anything(grid: Grid) -> None:
    for operation, (method, _, described) in operations(grid.document).items():
        target, spot = await grid.target(operation), f"{operation} request"
        if "requestBody" in described:
            for name, body, kind in BODIES:
                if in_this_run(spot, name):
                    headers = {"content-type": kind.encode("latin-1")} if kind else {}
                    await grid.send(operation, (name,), target, body=body, headers=headers)
        # What ends the session or what it names would leave nothing for the next header.
        if method == "GET" or POLICY[operation].body is not None:
            for name, header, value in HEADERS:
                if in_this_run(spot, name):
                    await grid.send(operation, (name,), target, json=POLICY[operation].body, headers={header: value})
    print(f"poison: {grid.asked} requests that are none")
    assert grid.wrong == [], "\n".join(map(str, grid.wrong[:40]))
