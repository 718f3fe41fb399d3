"""P2: every door is guarded. Each route of the app's own router, everybody who could ask, own and foreign ids.

Refused on what somebody cannot see is 404, with the bytes that a missing id gets; on what they see 403; without an
account 401; and a hash over the database is the same after it. `policy.py` has one line for each route.
"""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from tests.factories import Team
from tests.promises.matrix import World, knock_everywhere, routes_of, unclassified
from tests.promises.policy import POLICY


@pytest.fixture
async def world(own_app: FastAPI) -> AsyncIterator[World]:
    async with Team.of(own_app) as team:
        yield await World.of(team)


async def test_every_route_of_the_app_has_a_policy(own_app: FastAPI) -> None:
    assert unclassified(own_app) == [], "one line each in tests/promises/policy.py"


@pytest.mark.timeout(900)
async def test_every_door_is_open_to_those_who_may_and_to_nobody_else(world: World) -> None:
    for name, route in routes_of(world.app).items():
        if route.kind == "http" and name in POLICY:
            await knock_everywhere(world, route, POLICY[name])
    print(f"matrix: {len(POLICY)} routes, {len(world.people)} principals, {world.asked} requests")
    assert world.wrong == [], "\n".join(map(str, world.wrong[:40]))
