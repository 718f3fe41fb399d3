"""Search over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from headway.accounts.session import Me
from headway.answers import json_answer, refusals
from headway.db import Db, fetch
from headway.paging import Limit
from headway.routing import Router
from headway.search import queries
from headway.tasks.schemas import Found
from headway.text import Storable
from headway.workspaces.queries import visible_workspace

router = Router()


@router.get("/workspaces/{workspace_id}/search", response_model=Found, responses=refusals(401, 404), tags=["search"])
async def search_tasks(
    workspace_id: UUID, q: Annotated[str, Query(max_length=200), Storable], db: Db, me: Me, limit: Limit = 50
) -> Response:
    """Tasks that hold every word of `q` in their title, description or comments; or the one with that id."""
    await fetch(db, visible_workspace(me.person_id, workspace_id), "workspace.not_found", "There is no such workspace.")
    if not q.strip():
        return json_answer('{"items":[]}')
    return json_answer(str(await db.scalar(queries.found(me.person_id, workspace_id, q, limit))))
