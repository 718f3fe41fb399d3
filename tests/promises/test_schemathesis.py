"""P1: what schemathesis makes up from the OpenAPI document, right and wrong, is answered as the document says.

The commit is the seed. CI runs CASES of them in all, the soak ten times as many. Signed in as an owner who also runs
the server, as a viewer, and as nobody, in turn; every other case names things that are there.
"""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import requests
import schemathesis
from anyio.from_thread import BlockingPortal, start_blocking_portal
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import select, update

from headway.accounts.models import Person, SignIn
from headway.accounts.secrets import hashed
from tests.doors import House
from tests.factories import Team, session
from tests.promises.asking import Answer, ask
from tests.promises.conftest import app_on
from tests.promises.matrix import parameters_of, routes_of
from tests.promises.people import cookie
from tests.promises.policy import POLICY
from tests.promises.sampling import SOAK, commit
from tests.promises.spots import operations
from tests.promises.things import Place, things_for

CASES = 50_000 if SOAK else 5_000
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
# It would take the machine; who may start one, and with what, is in tests/lab.
LEFT_OUT = {"start_lab_run", "stream_lab_run"}


class World:
    """A running app on a loop of its own, some things in it, and who asks."""

    def __init__(self, portal: BlockingPortal, team: Team, house: House) -> None:
        self.portal, self.team, self.house, self.app = portal, team, house, team.app
        self.document = team.app.openapi()
        self.askers = [cookie(team.owner.cookie), cookie(team.owner.cookie), cookie(team.viewer.cookie), {}]
        self.statuses: Counter[int] = Counter()
        self.asked = 0

    def things(self, name: str) -> dict[str, str]:
        """What the operation's path may name, fresh."""
        self.portal.call(self.sign_in_again)
        place = Place(self.house, self.team.owner)
        needs = parameters_of(routes_of(self.app)[name], POLICY[name])
        return self.portal.call(things_for, needs, POLICY[name].at, place)

    async def sign_in_again(self) -> None:
        """The session of whoever has signed out, or ended all others, since."""
        async with self.app.state.database.unit_of_work() as db:
            for user in (self.team.owner, self.team.viewer):
                if not await db.scalar(select(SignIn.id).where(SignIn.secret_hash == hashed(user.cookie))):
                    db.add(session(UUID(user.id), user.cookie))

    def ask(self, case: Any, path: dict[str, str]) -> None:
        """Sends one case and has every check look at the answer."""
        self.asked += 1
        if self.asked % 2 and case.path_parameters:
            case.path_parameters.update({name: path[name] for name in case.path_parameters if name in path})
        request = requests.Request(**case.as_transport_kwargs(base_url="http://127.0.0.1:8000")).prepare()
        headers = {name.lower(): value for name, value in request.headers.items()}
        headers.update(self.askers[self.asked % len(self.askers)])
        body = request.body.encode() if isinstance(request.body, str) else bytes(request.body or b"")  # type: ignore[arg-type]
        headers["accept-encoding"] = "identity"  # the checks read the body as it is
        headers["content-length"] = str(len(body))
        send = partial(ask, headers=headers, body=body)
        answer: Answer = self.portal.call(send, self.app, request.method or "GET", request.path_url)
        self.statuses[answer.status] += 1
        # Nobody answers at the provider here: 503 is what it says then, and when to try again.
        checks = CHECKS[1:] if answer.status == 503 and answer.header("retry-after") else CHECKS
        case.validate_response(as_checked(answer, request), checks=checks)


def as_checked(answer: Answer, request: requests.PreparedRequest) -> schemathesis.Response:
    """The answer as the checks read it."""
    headers = {name.decode("latin-1"): [value.decode("latin-1")] for name, value in answer.headers}
    return schemathesis.Response(answer.status, headers, answer.body, request, answer.seconds, verify=True)


@contextmanager
def world_on(database: str, home: Path) -> Iterator[World]:
    """An app started on a loop in a thread: schemathesis draws and checks here, which is no work for a loop."""

    @asynccontextmanager
    async def running() -> Any:
        async with app_on(database, home) as app, Team.of(app) as team:
            async with app.state.database.unit_of_work() as db:
                await db.execute(update(Person).where(Person.id == UUID(team.owner.id)).values(is_admin=True))
            yield team, await House.of(team)

    with start_blocking_portal() as portal, portal.wrap_async_context_manager(running()) as (team, house):
        yield World(portal, team, house)


@pytest.mark.timeout(3_600)
def test_every_operation_answers_as_the_document_says(own_database: str, tmp_path: Path) -> None:
    config = SchemathesisConfig()
    with world_on(own_database, tmp_path) as world:
        schema = schemathesis.openapi.from_dict(world.document, config=config)
        names = [name for name in operations(world.document) if name not in LEFT_OUT]
        began = time.monotonic()
        for name in names:
            method, path, _ = operations(world.document)[name]
            # A quarter more than its share of each: small operations have fewer different cases in them.
            drawn(world, schema[path][method], world.things(name), 5 * CASES // (4 * len(names)))
        statuses = dict(sorted(world.statuses.items()))
        print(f"schemathesis: {world.asked} cases, {time.monotonic() - began:.0f} s, {statuses}")
    assert world.asked >= 5_000


def drawn(world: World, operation: Any, path: dict[str, str], count: int) -> None:
    """Runs so many cases of one operation."""

    @seed(int(commit()[:8], 16) if commit().isalnum() else 0)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def one(case: Any) -> None:
        world.ask(case, path)

    one()
