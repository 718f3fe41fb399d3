"""Everybody with an account, for admins of the server."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlalchemy.ext.asyncio import AsyncSession

from headway.accounts.session import ServerAdmin
from headway.administration import people_commands as commands
from headway.administration.people_queries import account, page_of_accounts
from headway.administration.people_schemas import AccountOut, AccountsOut, AdminChange
from headway.answers import refusals
from headway.db import Db, fetch
from headway.paging import Limit, decode_cursor, encode_cursor, id_part, text_part
from headway.routing import Router
from headway.text import Storable

router = Router(tags=["administration"], prefix="/administration/people", responses=refusals(401, 403))


@router.get("")
async def list_people(
    db: Db,
    _: ServerAdmin,
    q: Annotated[str | None, Query(max_length=100, description="A part of the name or the address."), Storable] = None,
    cursor: Annotated[str | None, Query(max_length=1_000)] = None,
    limit: Limit = 50,
) -> AccountsOut:
    """Everybody with an account on this server, by name."""
    after = decode_cursor(cursor, (text_part, text_part, id_part), first="people")[1:] if cursor else None
    rows = (await db.execute(page_of_accounts(q, after, limit + 1))).all()
    items = [account_out(*row) for row in rows[:limit]]
    last = rows[limit - 1][0] if len(rows) > limit else None
    return AccountsOut(items=items, next_cursor=last and encode_cursor("people", last.name_key, last.id))


@router.post("/{person_id}/suspend", responses=refusals(404, 409))
async def suspend_person(person_id: UUID, db: Db, me: ServerAdmin) -> AccountOut:
    """Shuts somebody out of this server: their sessions end, their tokens are refused, their open streams close.

    What they wrote stays, and so do their roles. 409 `person.self` for myself, `admin.last` for the last admin.
    """
    await commands.suspend_person(db, me, person_id)
    return await shown(db, person_id)


@router.post("/{person_id}/reinstate", responses=refusals(404, 409))
async def reinstate_person(person_id: UUID, db: Db, me: ServerAdmin) -> AccountOut:
    """Lets somebody in again. They sign in anew; their API tokens work as before."""
    await commands.reinstate_person(db, me, person_id)
    return await shown(db, person_id)


@router.put("/{person_id}/admin", responses=refusals(404, 409))
async def set_admin(person_id: UUID, change: AdminChange, db: Db, me: ServerAdmin) -> AccountOut:
    """Has somebody run this server, or no longer; from their next request on. 409 `admin.last` for the last one."""
    await commands.set_admin(db, me, person_id, change.is_admin)
    return await shown(db, person_id)


async def shown(db: AsyncSession, person_id: UUID) -> AccountOut:
    """Somebody as they stand now."""
    await db.flush()
    return account_out(*await fetch(db, account(person_id), *commands.NOT_FOUND))


def account_out(person: object, last_seen_at: object, workspaces: int, tokens: int) -> AccountOut:
    """One row as it is shown."""
    fields = ("id", "name", "email", "is_admin", "suspended_at", "created_at")
    about = {field: getattr(person, field) for field in fields}
    return AccountOut.model_validate(
        {**about, "last_seen_at": last_seen_at, "workspaces": workspaces, "tokens": tokens}
    )
