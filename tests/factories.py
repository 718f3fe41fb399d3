"""People and things to test with. People are made in the database, what they do goes through the API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
from fastapi import FastAPI

from headway.accounts.models import Person, SignIn
from headway.accounts.secrets import hashed, new_secret
from headway.accounts.session import COOKIE
from headway.clock import new_id, now
from headway.text import sort_key
from headway.workspaces.models import Membership, Workspace

ORIGIN = "http://127.0.0.1:8000"


@dataclass
class User:
    """Somebody signed in: their id, and a client that carries their cookie."""

    id: str
    name: str
    email: str
    cookie: str
    http: httpx2.AsyncClient

    async def get(self, path: str, **params: Any) -> Any:
        """The JSON at `path`, which has to be there."""
        answer = await self.http.get(path, params=params or None)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path: str, body: Any = None, status: int = 201) -> Any:
        """What comes back from posting `body`."""
        answer = await self.http.post(path, json=body)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    async def patch(self, path: str, body: Any, status: int = 200, **headers: str) -> Any:
        """What comes back from patching with `body`."""
        answer = await self.http.patch(path, json=body, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def put(self, path: str, body: Any, status: int = 204) -> Any:
        """What comes back from putting `body`."""
        answer = await self.http.put(path, json=body)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    async def delete(self, path: str, status: int = 204) -> Any:
        """What comes back from deleting what is at `path`."""
        answer = await self.http.delete(path)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None


@dataclass
class Team:
    """A workspace and one person in each role."""

    app: FastAPI
    workspace_id: str
    owner: User
    admin: User
    member: User
    viewer: User
    stranger: User
    stack: AsyncExitStack = field(repr=False)

    @classmethod
    @asynccontextmanager
    async def of(cls, app: FastAPI) -> AsyncIterator[Team]:
        """A fresh team; nothing of it is shared with any other test."""
        async with AsyncExitStack() as stack:
            users = {
                name: await new_user(app, stack, name) for name in ("owner", "admin", "member", "viewer", "stranger")
            }
            workspace_id = await new_workspace(app, users)
            yield cls(app=app, workspace_id=str(workspace_id), stack=stack, **users)

    async def user(self, name: str, role: str | None = "member") -> User:
        """One more person, in the workspace unless `role` is None."""
        user = await new_user(self.app, self.stack, name)
        if role:
            async with self.app.state.database.unit_of_work() as db:
                db.add(membership(UUID(self.workspace_id), UUID(user.id), role))
        return user

    async def project(self, by: User | None = None, **fields: Any) -> Any:
        """A project, made by the owner or `by`."""
        body = {"name": "Launch", "key": f"P{new_id().hex[-7:]}".upper(), **fields}
        return await (by or self.owner).post(f"/api/workspaces/{self.workspace_id}/projects", body)

    async def board(self, project: Any, by: User | None = None) -> Any:
        """The project's board as the owner or `by` sees it."""
        return await (by or self.owner).get(f"/api/projects/{project['id']}/board")

    async def task(self, project: Any, title: str = "Write the plan", by: User | None = None, **fields: Any) -> Any:
        """A task, made by the owner or `by`."""
        return await (by or self.owner).post(f"/api/projects/{project['id']}/tasks", {"title": title, **fields})


async def new_user(app: FastAPI, stack: AsyncExitStack, name: str) -> User:
    """Somebody with an account and a session."""
    at, person_id, cookie = now(), new_id(), new_secret()
    email = f"{name}-{person_id.hex[-12:]}@example.org"
    async with app.state.database.unit_of_work() as db:
        db.add(Person(id=person_id, name=name.title(), name_key=sort_key(name), email=email, created_at=at))
        await db.flush()
        db.add(session(person_id, cookie))
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    client = httpx2.AsyncClient(transport=transport, base_url=ORIGIN, cookies={COOKIE: cookie})
    http = await stack.enter_async_context(client)
    return User(str(person_id), name.title(), email, cookie, http)


def session(person_id: UUID, cookie: str) -> SignIn:
    """A session that this cookie opens."""
    at = now()
    return SignIn(
        id=new_id(),
        person_id=person_id,
        secret_hash=hashed(cookie),
        user_agent="tests",
        created_at=at,
        last_seen_at=at,
        expires_at=at + timedelta(days=1),
    )


async def new_workspace(app: FastAPI, users: dict[str, User]) -> UUID:
    """A workspace where everybody but the stranger has the role they are named after."""
    workspace_id, at = new_id(), now()
    async with app.state.database.unit_of_work() as db:
        slug = f"team-{workspace_id.hex[-12:]}"
        db.add(Workspace(id=workspace_id, slug=slug, name="Team", name_key="team", created_at=at, updated_at=at))
        await db.flush()
        for name, user in users.items():
            if name != "stranger":
                db.add(membership(workspace_id, UUID(user.id), name))
    return workspace_id


def membership(workspace_id: UUID, person_id: UUID, role: str) -> Membership:
    """A person's place in a workspace."""
    return Membership(workspace_id=workspace_id, person_id=person_id, role=role, joined_at=now())
