"""Tasks over HTTP: boards, lists, single tasks, my work."""

from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Query
from starlette.responses import Response

from headway.accounts.session import Me
from headway.answers import UNCHANGED, json_answer, refusals, revision_etag
from headway.db import Db, fetch
from headway.errors import Invalid, NotFound
from headway.merging import Match, with_merged
from headway.projects.commands import refuse_restricted
from headway.projects.models import Project
from headway.routing import Router
from headway.tasks import clearing, commands, listing, past, past_listing, queries, relations, schemas
from headway.tasks.models import Task
from headway.tasks.moments import Then, refuse_gone, told
from headway.workspaces.queries import visible_workspace

router = Router()
NO_PROJECT = ("project.not_found", "There is no such project.")


def answer_written(task: commands.Picture, status: int = 200) -> Response:
    """The task as this request has left it, which may have taken it out of the sight of whoever asks."""
    return json_answer(orjson.dumps(task), status, task["version"])


@router.get(
    "/projects/{project_id}/board",
    response_model=schemas.Board | schemas.BoardThen,
    responses=refusals(401, 403, 404, 410) | UNCHANGED,
    tags=["projects"],
)
async def get_board(
    project_id: UUID,
    db: Db,
    me: Me,
    then: Then,
    per_state: Annotated[int | None, Query(ge=1, le=10_000, description="With `as_of`: tasks per state.")] = None,
) -> Response:
    """The project's states, labels, people and tasks at one moment, with the revision to follow its events from.

    With `as_of` as it was then, and how many tasks each state had.
    """
    if then:
        await refuse_restricted(db, me.person_id, project_id)
        return json_answer((await told(db, past.board_then(me.person_id, project_id, then, per_state))).data)
    if per_state is not None:
        raise Invalid("per_state", "per_state: goes with as_of; the board of now comes whole.")
    text, in_part, revision, *more = await fetch(db, queries.board(me.person_id, project_id), *NO_PROJECT)
    return json_answer(text, shows=None if in_part else revision_etag(revision, *more))


@router.get(
    "/projects/{project_id}/tasks",
    response_model=schemas.TaskPage,
    responses=refusals(401, 403, 404, 410) | UNCHANGED,
    tags=["tasks"],
)
async def list_tasks(
    project_id: UUID,
    db: Db,
    me: Me,
    then: Then,
    asked: Annotated[schemas.PageAsked, Query()],
) -> Response:
    """Tasks of a project, filtered and sorted, a page at a time; with `as_of` as they were then."""
    if then:
        await refuse_restricted(db, me.person_id, project_id)
    page: Any = (
        (past_listing.page_then(me.person_id, project_id, asked, then),)
        if then
        else listing.page(me.person_id, project_id, asked)
    )
    rows = (await db.execute(*page)).all()
    if not rows:
        raise NotFound(*NO_PROJECT)
    if then:
        refuse_gone(rows[0])
    shows = None if then or rows[0].restricted else revision_etag(rows[0][0])
    return json_answer(listing.page_json(rows, asked), shows=shows)


@router.post(
    "/projects/{project_id}/tasks",
    status_code=201,
    response_model=schemas.TaskOut,
    responses=refusals(400, 401, 403, 404),
    tags=["tasks"],
)
async def create_task(project_id: UUID, new: schemas.NewTask, db: Db, me: Me) -> Response:
    """Adds a task."""
    return answer_written(await commands.create_task(db, me, project_id, new), 201)


@router.get("/tasks/{task_id}", response_model=schemas.TaskOut, responses=refusals(401, 404, 410), tags=["tasks"])
async def get_task(task_id: UUID, db: Db, me: Me, then: Then) -> Response:
    """One task. Its ETag is what If-Match takes. With `as_of` as it was then, and without an ETag."""
    if then:
        return json_answer(await past.task_text(db, me.person_id, task_id, then))
    text, version = await fetch(db, queries.task_answer(me.person_id, task_id), *commands.NOT_FOUND)
    return json_answer(text, version=version)


@router.get(
    "/workspaces/{workspace_id}/tasks/{human_id}",
    response_model=schemas.TaskOut,
    responses=refusals(401, 404),
    tags=["tasks"],
)
async def get_task_by_human_id(workspace_id: UUID, human_id: str, db: Db, me: Me) -> Response:
    """One task by the id people say: HW-42, in any case."""
    called = queries.called(human_id)
    if called is None:
        raise NotFound(*commands.NOT_FOUND)
    statement = queries.task_answers(me.person_id).where(Project.workspace_id == workspace_id, called)
    text, version = await fetch(db, statement, *commands.NOT_FOUND)
    return json_answer(text, version=version)


@router.get(
    "/tasks/{task_id}/relations", response_model=schemas.Relations, responses=refusals(401, 404), tags=["tasks"]
)
async def list_relations(task_id: UUID, db: Db, me: Me) -> Response:
    """Tasks that this one blocks or waits for, duplicates and related ones, as far as you see them."""
    statement = queries.visible_tasks(me.person_id).add_columns(Project.workspace_id).where(Task.id == task_id)
    task, _, home = await fetch(db, statement, *commands.NOT_FOUND)
    return json_answer(str(await db.scalar(relations.relations_of(me.person_id, home, task))))


@router.patch(
    "/tasks/{task_id}",
    response_model=schemas.TaskOut,
    responses=refusals(400, 401, 403, 404, 409, 412, 428),
    tags=["tasks"],
)
async def change_task(task_id: UUID, change: schemas.TaskChange, db: Db, me: Me, match: Match) -> Response:
    """Changes the fields you send, where nobody changed the same ones since the version you name.

    Changes to different fields merge, and so do edits of different places in the description: the header
    `Headway-Merged: description` says that the answer's text holds somebody else's edits besides yours. The same field
    changed to something else is a 409 that carries the task as it is now and each conflict:
    `{field, base, yours, theirs, by, at}`. With If-Match instead of `version` any change since
    is a 412; `If-Match: *` overwrites. Labels and assignees are added and removed, and never conflict.
    """
    task, merged = await commands.change_task(db, me, task_id, change, match)
    return with_merged(answer_written(task), merged)


@router.post("/tasks/{task_id}/move", response_model=schemas.TaskOut, responses=refusals(401, 403, 404), tags=["tasks"])
async def move_task(task_id: UUID, move: schemas.Move, db: Db, me: Me) -> Response:
    """Puts a task into a state and between its new neighbours. The last move wins."""
    return answer_written(await commands.move_task(db, me, task_id, move))


@router.delete("/tasks/{task_id}", status_code=204, responses=refusals(401, 403, 404), tags=["tasks"])
async def delete_task(task_id: UUID, db: Db, me: Me) -> None:
    """Takes a task and its sub-tasks out of sight. `POST …/restore` brings them back."""
    await commands.delete_task(db, me, task_id)


@router.post(
    "/tasks/{task_id}/restore", response_model=schemas.TaskOut, responses=refusals(401, 403, 404), tags=["tasks"]
)
async def restore_task(task_id: UUID, db: Db, me: Me) -> Response:
    """Brings a deleted task back, with the sub-tasks that were deleted with it."""
    return answer_written(await commands.restore_task(db, me, task_id))


@router.delete("/states/{state_id}", status_code=204, responses=refusals(401, 403, 404, 409), tags=["states"])
async def delete_state(state_id: UUID, db: Db, me: Me, move_to: UUID | None = None) -> None:
    """Deletes a state. Its tasks go to `move_to`, which is needed if there are any."""
    await clearing.remove_state(db, me, state_id, move_to)


@router.delete("/labels/{label_id}", status_code=204, responses=refusals(401, 403, 404), tags=["labels"])
async def delete_label(label_id: UUID, db: Db, me: Me) -> None:
    """Deletes a label, and takes it off its tasks."""
    await clearing.remove_label(db, me, label_id)


@router.get(
    "/workspaces/{workspace_id}/my-work", response_model=schemas.MyWork, responses=refusals(401, 404), tags=["tasks"]
)
async def get_my_work(workspace_id: UUID, db: Db, me: Me) -> Response:
    """Open tasks that are assigned to you in the workspace, those due first at the top; 1,000 at most."""
    await fetch(db, visible_workspace(me.person_id, workspace_id), "workspace.not_found", "There is no such workspace.")
    return json_answer(str(await db.scalar(queries.my_work(me.person_id, workspace_id))))
