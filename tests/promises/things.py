"""What the paths of routes name: a fresh thing of each kind, in one project of one workspace or of one person."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from headway.accounts.factors_models import Passkey
from headway.accounts.models import ApiToken, SignIn
from headway.accounts.secrets import hashed, new_secret
from headway.clock import new_id, now
from headway.jobs.models import Job
from headway.oidc.models import Identity
from tests.doors import House
from tests.factories import User


@dataclass(frozen=True)
class Place:
    """Where a thing is made, and whose it is."""

    house: House
    by: User

    @property
    def database(self) -> Any:
        return self.house.team.app.state.database

    async def add(self, row: Any) -> str:
        """The id of a row that no route makes by itself."""
        async with self.database.unit_of_work() as db:
            db.add(row)
        return str(row.id)


async def workspace(at: Place) -> str:
    return at.house.team.workspace_id


async def project(at: Place) -> str:
    return str(at.house.project["id"])


async def comment(at: Place) -> str:
    return await at.house.comment(at.house.people.get("commenter"))


async def human_id(at: Place) -> str:
    task = await at.house.team.task(at.house.project)
    return str(task["human_id"])


async def colleague(at: Place) -> str:
    return (await at.house.team.user("colleague")).id


async def somebody(at: Place) -> str:
    return (await at.house.team.user("somebody", None)).id


async def invitation(at: Place) -> str:
    team = at.house.team
    path = f"/api/workspaces/{team.workspace_id}/invitations"
    return str((await team.owner.post(path, {"role": "viewer"}))["id"])


async def session(at: Place) -> str:
    times = {"created_at": now(), "last_seen_at": now(), "expires_at": now()}
    owner, secret = UUID(at.by.id), hashed(new_secret())
    return await at.add(SignIn(id=new_id(), person_id=owner, secret_hash=secret, user_agent="", **times))


async def token(at: Place) -> str:
    # Not by the door: that lets nobody have more than a hundred.
    owner, times = UUID(at.by.id), {"created_at": now(), "last_used_at": None, "expires_at": None}
    return await at.add(
        ApiToken(id=new_id(), person_id=owner, name="One", secret_hash=hashed(new_secret()), scopes=["read"], **times)
    )


async def passkey(at: Place) -> str:
    return await at.add(
        Passkey(
            id=new_id(),
            person_id=UUID(at.by.id),
            name="Key",
            credential_id=uuid4().bytes,
            public_key=b"x",
            sign_count=0,
            transports=[],
            created_at=now(),
        )
    )


async def identity(at: Place) -> str:
    key = {"issuer": "https://id.example.org", "subject": str(uuid4())}
    return await at.add(Identity(id=new_id(), person_id=UUID(at.by.id), created_at=now(), **key))


async def job(at: Place) -> str:
    times = {"run_after": now(), "created_at": now(), "dead_at": now()}
    return await at.add(Job(id=new_id(), name="mail", payload={}, attempts=9, error="No.", **times))


async def run(_: Place) -> str:
    return "20261123T080000Z-abcdef"


Maker = Callable[[Place], Awaitable[str]]


def of_house(method: Callable[[House], Awaitable[str]]) -> Maker:
    """A maker from one of the house's own."""

    async def make(at: Place) -> str:
        return await method(at.house)

    return make


# By the name of a path's parameter, and by what a policy's `at` says.
MAKERS: dict[str, Maker] = {
    "workspace_id": workspace,
    "project_id": project,
    "task_id": of_house(House.task),
    "state_id": of_house(House.state),
    "label_id": of_house(House.label),
    "comment_id": comment,
    "change_id": of_house(House.change),
    "human_id": human_id,
    "invitation_id": invitation,
    "session_id": session,
    "token_id": token,
    "passkey_id": passkey,
    "identity_id": identity,
    "job_id": job,
    "run_id": run,
    "colleague": colleague,
    "guest": of_house(House.guest),
    "somebody": somebody,
    "deleted_task": of_house(House.deleted_task),
    "deleted_comment": of_house(House.deleted_comment),
    "deleted_project": of_house(House.deleted_project),
    "others_comment": of_house(House.comment),
    "spare_project": of_house(House.spare_project),
}


async def things_for(parameters: list[str], named: str, at: Place) -> dict[str, str]:
    """A value for each parameter of a path. `named` says what the last one is, where its name does not."""
    last = parameters[-1] if parameters else ""
    return {name: await MAKERS[named if named and name == last else name](at) for name in parameters}
