"""What was, over HTTP: history, timelines, differences, last looks."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from starlette.responses import Response

from headway.accounts.session import Me
from headway.answers import json_answer, refusals
from headway.clock import now
from headway.db import Db, fetch
from headway.errors import NotFound
from headway.history import change, diff, export, feed, gone, looks, queries, schemas, timeline
from headway.paging import Limit
from headway.projects.commands import refuse_restricted
from headway.routing import Router
from headway.tasks.moments import NO_PROJECT, NOW, Then, read_moment, told

router = Router(tags=["history"])
Cursor = Annotated[str | None, Query(max_length=1_000)]


@router.get("/projects/{project_id}/history", response_model=schemas.History, responses=refusals(401, 403, 404))
async def get_project_history(
    project_id: UUID,
    db: Db,
    me: Me,
    cursor: Cursor = None,
    limit: Limit = 50,
    by: Annotated[UUID | None, Query(description="Only what this person did.")] = None,
    noun: Annotated[schemas.Noun | None, Query(description="Only what happened to things of this sort.")] = None,
) -> Response:
    """What happened in a project, newest first: each change with the first of its events.

    A page may be shorter than `limit`, even empty, while `next_cursor` says that older changes are still to be looked
    through.
    """
    await refuse_restricted(db, me.person_id, project_id)
    return json_answer(await feed.project_history(db, me.person_id, project_id, cursor, limit, by, noun))


@router.get("/tasks/{task_id}/history", response_model=schemas.History, responses=refusals(401, 404))
async def get_task_history(task_id: UUID, db: Db, me: Me, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """What happened to a task, newest first; also to one in the trash. Its comments have histories of their own."""
    home = await fetch(db, queries.home_of_task(me.person_id, task_id), "task.not_found", "There is no such task.")
    return json_answer(await feed.thing_history(db, me.person_id, home.id, task_id, cursor, limit))


@router.get("/comments/{comment_id}/history", response_model=schemas.History, responses=refusals(401, 404))
async def get_comment_history(comment_id: UUID, db: Db, me: Me, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """What happened to a comment, newest first; also to one in the trash."""
    missing = ("comment.not_found", "There is no such comment.")
    home = await fetch(db, queries.home_of_comment(me.person_id, comment_id), *missing)
    return json_answer(await feed.thing_history(db, me.person_id, home.id, comment_id, cursor, limit))


@router.get("/changes/{change_id}", response_model=schemas.ChangePage, responses=refusals(401, 404, 410))
async def get_change(
    change_id: UUID, request: Request, db: Db, me: Me, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """One change with all that it did, a page of events at a time."""
    try:
        return json_answer(await change.change_history(db, me.person_id, change_id, cursor, limit))
    except NotFound as error:
        raise gone.missing(change_id, request.app.state.settings.history_months, error) from None


@router.get(
    "/projects/{project_id}/timeline", response_model=schemas.ProjectTimeline, responses=refusals(401, 403, 404)
)
async def get_project_timeline(
    project_id: UUID, db: Db, me: Me, steps: Annotated[int, Query(ge=1, le=200)] = 60
) -> Response:
    """From when until when a project's past can be told, in steps of equal length.

    A step's revision is the last one at or before its time: `as_of` takes it.
    """
    await refuse_restricted(db, me.person_id, project_id)
    return json_answer((await fetch(db, timeline.steps_of(me.person_id, project_id, steps), *NO_PROJECT)).data)


@router.get("/projects/{project_id}/last-look", response_model=schemas.LastLookOut, responses=refusals(401, 404))
async def get_last_look(project_id: UUID, db: Db, me: Me) -> schemas.LastLookOut:
    """How far you have seen a project, and how many changes others have made since; those of 10,000 events at most."""
    row = await fetch(db, looks.last_look(me.person_id, project_id), *NO_PROJECT)
    return schemas.LastLookOut(revision=row.revision, at=row.at, changes=row.changes or 0)


@router.put("/projects/{project_id}/last-look", status_code=204, responses=refusals(401, 403, 404))
async def set_last_look(project_id: UUID, look: schemas.Look, db: Db, me: Me) -> None:
    """Says that you have seen a project up to a revision. It never goes back."""
    await looks.look(db, me.person_id, project_id, look.revision)


@router.get("/projects/{project_id}/diff", response_model=schemas.Diff, responses=refusals(401, 403, 404, 410))
async def get_project_diff(
    project_id: UUID,
    db: Db,
    me: Me,
    from_: Annotated[str, Query(alias="from", max_length=40, description="A revision or a time, as for `as_of`.")],
    to: Annotated[str | None, Query(max_length=40, description="The same; now, if left out.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """What differs between two moments, what was touched last first: what is new, gone, or has other values now.

    What was made and deleted in between does not show, nor what is back where it was. Versions, times of change and
    the place in a column are left out.
    """
    await refuse_restricted(db, me.person_id, project_id)
    start, end = read_moment(from_, "from"), NOW if to is None else read_moment(to, "to")
    return json_answer(await diff.diff(db, me.person_id, project_id, start, end, cursor, limit))


@router.get("/projects/{project_id}/export", response_model=schemas.Export, responses=refusals(401, 403, 404, 410))
async def export_project(project_id: UUID, db: Db, me: Me, then: Then) -> Response:
    """The project with everything in it that people made, as a file; with `as_of` as it was then."""
    await refuse_restricted(db, me.person_id, project_id)
    row = await told(db, export.export(me.person_id, project_id, then or NOW))
    answer = json_answer(row.data)
    # The key is letters and digits: nothing in it has to be escaped.
    name = export.file_name(row.key, row.at if then else now())
    answer.headers["content-disposition"] = f'attachment; filename="{name}"'
    return answer
