"""The audit log: all of it for admins of the server, a workspace's part for its owners. It can only be read."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlalchemy.ext.asyncio import AsyncSession

from headway.accounts.session import Me, ServerAdmin
from headway.administration.audit_queries import acts
from headway.administration.audit_schemas import AuditEntryOut, AuditPage, AuditPersonOut
from headway.answers import refusals
from headway.db import Db
from headway.paging import Limit, decode_cursor, encode_cursor, id_part, text_part
from headway.routing import Router
from headway.workspaces.commands import workspace_i_may

router = Router(tags=["administration"])

Act = Annotated[
    str | None, Query(max_length=60, pattern=r"^[a-z_]+\.[a-z_]+$", description="Only acts like `person.suspended`.")
]
By = Annotated[UUID | None, Query(description="Only what this person did.")]
About = Annotated[UUID | None, Query(description="Only what was done to this person or thing.")]
Cursor = Annotated[str | None, Query(max_length=1_000)]


@router.get("/administration/audit", responses=refusals(401, 403))
async def list_audit(
    db: Db,
    _: ServerAdmin,
    act: Act = None,
    by: By = None,
    about: About = None,
    workspace_id: Annotated[UUID | None, Query(description="Only what was done in this workspace.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> AuditPage:
    """Every privileged act on this server, the newest first. Rows are only ever added."""
    return await page(db, act, by, about, workspace_id, cursor, limit, with_address=True)


@router.get("/workspaces/{workspace_id}/audit", responses=refusals(401, 403, 404))
async def list_workspace_audit(
    workspace_id: UUID,
    db: Db,
    me: Me,
    act: Act = None,
    by: By = None,
    about: About = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> AuditPage:
    """Privileged acts in a workspace, the newest first, for its owners. Where people did them from is not shown."""
    await workspace_i_may(db, me, workspace_id, "own")
    return await page(db, act, by, about, workspace_id, cursor, limit, with_address=False)


async def page(
    db: AsyncSession,
    act: str | None,
    by: UUID | None,
    about: UUID | None,
    workspace_id: UUID | None,
    cursor: str | None,
    limit: int,
    *,
    with_address: bool,
) -> AuditPage:
    before = decode_cursor(cursor, (text_part, id_part), first="audit")[1] if cursor else None
    statement = acts(act=act, by=by, about=about, workspace_id=workspace_id, before=before, limit=limit + 1)
    rows = (await db.execute(statement)).all()
    items = [
        AuditEntryOut(
            id=entry.id,
            at=entry.at,
            act=entry.act,
            by=AuditPersonOut(id=entry.person_id, name=actor) if entry.person_id and actor is not None else None,
            means=entry.means,
            about_id=entry.about_id,
            about=subject,
            workspace_id=entry.workspace_id,
            workspace=workspace,
            address=entry.address if with_address else None,
            details=entry.details,
        )
        for entry, actor, subject, workspace in rows[:limit]
    ]
    more = len(rows) > limit
    return AuditPage(items=items, next_cursor=encode_cursor("audit", items[-1].id) if more else None)
