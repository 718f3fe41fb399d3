"""The trash over HTTP: what lies in it, and ending it for good before its time."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from starlette.responses import Response

from headway.accounts.session import Me
from headway.answers import json_answer, refusals
from headway.db import Db, fetch
from headway.errors import NotFound
from headway.paging import Limit, decode_cursor, encode_cursor, id_part, time_part
from headway.routing import Router
from headway.trash import commands, queries, schemas
from headway.workspaces.queries import visible_workspace

router = Router(tags=["trash"])


@router.get("/projects/{project_id}/trash", response_model=schemas.ProjectTrash, responses=refusals(401, 404))
async def list_trash(
    project_id: UUID,
    request: Request,
    db: Db,
    me: Me,
    cursor: Annotated[str | None, Query(max_length=1_000)] = None,
    limit: Limit = 50,
) -> Response:
    """Deleted tasks and comments of a project, the newest first. Sub-tasks that went with a task are counted with it.

    A comment whose task is deleted comes back with that task.
    """
    days = request.app.state.settings.trash_days
    key = decode_cursor(cursor, (str, time_part, id_part), first="trash") if cursor else None
    after = (key[1], key[2]) if key else None
    rows = (await db.execute(queries.trash_of(me.person_id, project_id, days, after, limit + 1))).all()
    if not rows:
        raise NotFound("project.not_found", "There is no such project.")
    last = rows[limit - 1] if len(rows) > limit else None
    following = f'"{encode_cursor("trash", last[1], last[2])}"' if last else "null"
    return json_answer(queries.answer(rows[:limit], days, following))


@router.get("/workspaces/{workspace_id}/trash", response_model=schemas.WorkspaceTrash, responses=refusals(401, 404))
async def list_deleted_projects(workspace_id: UUID, request: Request, db: Db, me: Me) -> Response:
    """Deleted projects that you may restore, the newest first."""
    await fetch(db, visible_workspace(me.person_id, workspace_id), "workspace.not_found", "There is no such workspace.")
    days = request.app.state.settings.trash_days
    rows = (await db.execute(queries.trash_of_workspace(me.person_id, workspace_id, days))).all()
    return json_answer(queries.answer(rows, days))


@router.delete("/trash/tasks/{task_id}", status_code=204, responses=refusals(401, 403, 404))
async def end_task(task_id: UUID, db: Db, me: Me) -> None:
    """Ends a deleted task for good, with the sub-tasks that were deleted with it: comments and history included.

    What is known of it from then on is that there was one. Nothing brings it back. An admin of the project may.
    """
    await commands.end_task(db, me, task_id)


@router.delete("/trash/comments/{comment_id}", status_code=204, responses=refusals(401, 403, 404))
async def end_comment(comment_id: UUID, db: Db, me: Me) -> None:
    """Ends a deleted comment for good, its history included. Whoever said it may, and an admin of the project."""
    await commands.end_comment(db, me, comment_id)


@router.delete("/trash/projects/{project_id}", status_code=204, responses=refusals(401, 403, 404))
async def end_project(project_id: UUID, db: Db, me: Me) -> None:
    """Ends a deleted project for good, with everything that was ever in it. Its key is free again soon after.

    It is out of everybody's reach at once; its rows go in small steps, so that nobody waits for a large one.
    """
    await commands.end_project(db, me, project_id)
