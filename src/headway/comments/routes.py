"""Comments over HTTP."""

from uuid import UUID

from sqlalchemy import Text, select
from starlette.responses import Response

from headway.accounts.session import Me
from headway.answers import json_answer, refusals
from headway.comments import commands, past, queries, schemas
from headway.comments.models import Comment
from headway.db import Db, fetch
from headway.merging import Match, with_merged
from headway.routing import Router
from headway.tasks.moments import Then

router = Router(tags=["comments"])


@router.get("/tasks/{task_id}/comments", response_model=schemas.Comments, responses=refusals(401, 404, 410))
async def list_comments(task_id: UUID, db: Db, me: Me, then: Then) -> Response:
    """What people said about a task, oldest first; with `as_of` what they had said by then."""
    if then:
        return json_answer(await past.comments_text(db, me.person_id, task_id, then))
    (text,) = await fetch(db, queries.comments_of(me.person_id, task_id), "task.not_found", "There is no such task.")
    return json_answer(text)


@router.post(
    "/tasks/{task_id}/comments",
    status_code=201,
    response_model=schemas.CommentOut,
    responses=refusals(401, 403, 404),
)
async def create_comment(task_id: UUID, new: schemas.NewComment, db: Db, me: Me) -> Response:
    """Says something about a task, in Markdown."""
    return await answer_comment(db, await commands.create_comment(db, me, task_id, new), 201)


@router.patch(
    "/comments/{comment_id}", response_model=schemas.CommentOut, responses=refusals(401, 403, 404, 409, 412, 428)
)
async def change_comment(comment_id: UUID, change: schemas.CommentChange, db: Db, me: Me, match: Match) -> Response:
    """Changes what you said."""
    merged = await commands.change_comment(db, me, comment_id, change, match)
    return with_merged(await answer_comment(db, comment_id), merged)


@router.delete("/comments/{comment_id}", status_code=204, responses=refusals(401, 403, 404))
async def delete_comment(comment_id: UUID, db: Db, me: Me) -> None:
    """Takes back what you said; an admin of the project may take back anything."""
    await commands.delete_comment(db, me, comment_id)


@router.post("/comments/{comment_id}/restore", response_model=schemas.CommentOut, responses=refusals(401, 403, 404))
async def restore_comment(comment_id: UUID, db: Db, me: Me) -> Response:
    """Says again what was taken back. Whoever said it may, and an admin of the project."""
    await commands.restore_comment(db, me, comment_id)
    return await answer_comment(db, comment_id)


async def answer_comment(db: Db, comment_id: UUID, status: int = 200) -> Response:
    """A comment that a command has just let us touch."""
    await db.flush()
    statement = select(queries.comment_json().cast(Text), Comment.version).where(Comment.id == comment_id)
    text, version = (await db.execute(statement)).one()
    return json_answer(text, status, version)
