"""Everybody who could ask: each principal of the matrix, and what their roles are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update

from headway.accounts.models import ApiToken, Person, SignIn
from headway.accounts.secrets import TOKEN_PREFIX, hashed, new_secret
from headway.accounts.session import COOKIE
from headway.clock import new_id, now
from tests.accounts.conftest import HASH
from tests.doors import House
from tests.factories import Team, User, new_user, new_workspace

WORKSPACE_ROLES = ("viewer", "member", "admin", "owner")
PROJECT_ROLES = ("viewer", "commenter", "member", "admin")
# What a role in the workspace gives in a project that the whole workspace sees.
IN_OPEN = {"owner": "admin", "admin": "admin", "member": "member", "viewer": "viewer", None: None}


@dataclass(frozen=True)
class Principal:
    """Somebody, how they show who they are, and what they are where."""

    name: str
    headers: Mapping[str, str]
    user: User | None = None
    workspace: str | None = None  # their role in the team's workspace
    private: str | None = None  # in its private project
    is_admin: bool = False
    scopes: frozenset[str] | None = None  # a token's; None for a signed-in browser
    only_assigned: bool = False  # in both projects they see only what is assigned to them

    @property
    def open(self) -> str | None:
        """Their role in the project that the whole workspace sees."""
        return IN_OPEN[self.workspace]


def cookie(secret: str) -> dict[str, str]:
    """What a browser sends."""
    return {"cookie": f"{COOKIE}={secret}"}


def bearer(secret: str) -> dict[str, str]:
    """What a script sends."""
    return {"authorization": f"Bearer {secret}"}


async def new_token(team: Team, user: User, *scopes: str, days: int = 1) -> str:
    """A token's secret."""
    secret = TOKEN_PREFIX + new_secret()
    async with team.app.state.database.unit_of_work() as db:
        db.add(
            ApiToken(
                id=new_id(),
                person_id=UUID(user.id),
                name="Token",
                secret_hash=hashed(secret),
                created_at=now() - timedelta(days=2),
                expires_at=now() + timedelta(days=days),
                scopes=list(scopes),
            )
        )
    return secret


async def everybody(team: Team, house: House) -> list[Principal]:
    """One of each. `house` is the private project; its people are members of the workspace."""
    database, stack = team.app.state.database, team.stack
    guest = await restricted(team, house.project)
    removed, expired, suspended = [await team.user(name) for name in ("removed", "expired", "suspended")]
    await new_workspace(team.app, {"owner": team.stranger})
    for person in (removed, suspended):
        await team.owner.put(f"/api/projects/{house.project['id']}/members/{person.id}", {"role": "admin"})
    boss, keeper = house.people["admin"], await new_user(team.app, stack, "keeper")
    read, everything, over = (
        await new_token(team, boss, "read"),
        await new_token(team, boss, "read", "write", "manage", "admin"),
        await new_token(team, boss, "read", "write", "manage", days=-1),
    )
    keepers = await new_token(team, keeper, "read", "write", "manage")
    of_suspended = await new_token(team, suspended, "read", "write", "manage")
    await team.owner.delete(f"/api/workspaces/{team.workspace_id}/members/{removed.id}")
    async with database.unit_of_work() as db:
        await db.execute(update(Person).values(password_hash=HASH))
        await db.execute(update(Person).where(Person.id == UUID(keeper.id)).values(is_admin=True))
        await db.execute(update(Person).where(Person.id == UUID(suspended.id)).values(suspended_at=now()))
        past = now() - timedelta(minutes=1)
        await db.execute(update(SignIn).where(SignIn.person_id == UUID(expired.id)).values(expires_at=past))
    found = [
        Principal("nobody", {}),
        Principal("garbage cookie", cookie("x" * 43)),
        Principal("garbage token", bearer("hw_" + "x" * 43)),
        Principal("expired session", cookie(expired.cookie)),
        Principal("expired token", bearer(over)),
        Principal("suspended", cookie(suspended.cookie)),
        Principal("suspended's token", bearer(of_suspended)),
        Principal("stranger", cookie(team.stranger.cookie), team.stranger),
        Principal("removed member", cookie(removed.cookie), removed),
        Principal("outsider", cookie(house.outsider.cookie), house.outsider, "member"),
        Principal("server admin", cookie(keeper.cookie), keeper, is_admin=True),
        Principal("server admin's token", bearer(keepers), keeper, scopes=frozenset({"read", "write", "manage"})),
        Principal("read token", bearer(read), boss, "member", "admin", scopes=frozenset({"read"})),
        Principal(
            "whole token", bearer(everything), boss, "member", "admin",
            scopes=frozenset({"read", "write", "manage", "admin"}),
        ),
    ]  # fmt: skip
    for role in WORKSPACE_ROLES:
        user = getattr(team, role)
        private = "admin" if role == "owner" else None
        found.append(Principal(f"workspace {role}", cookie(user.cookie), user, role, private))
    for role, user in house.people.items():
        found.append(Principal(f"project {role}", cookie(user.cookie), user, "member", role))
    found.append(Principal("only assigned", cookie(guest.cookie), guest, "member", "member", only_assigned=True))
    return found


async def restricted(team: Team, project: Any) -> User:
    """A member of the project who sees one task of it."""
    guest = await team.user("restricted")
    await restrict(team, project, guest)
    await team.task(project, "theirs", assignee_ids=[guest.id])
    return guest


async def restrict(team: Team, project: Any, user: User) -> None:
    """Has somebody see only what is assigned to them in a project."""
    body = {"role": "member", "only_assigned": True}
    await team.owner.put(f"/api/projects/{project['id']}/members/{user.id}", body)
