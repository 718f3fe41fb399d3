"""Everything that can happen to a comment."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from headway.accounts.asker import Asker
from headway.clock import new_id, now
from headway.comments.models import Comment
from headway.comments.queries import comment_picture, deleted_comments, visible_comments
from headway.comments.schemas import MAX_WORDS, CommentChange, NewComment
from headway.db import fetch, picture
from headway.errors import Forbidden
from headway.events.record import record, record_change
from headway.markdown import rendered
from headway.merging import IfMatch, merge
from headway.projects.access import require
from headway.projects.commands import topic_of
from headway.tasks.commands import task_i_may
from headway.tasks.models import Task

NOT_FOUND = ("comment.not_found", "There is no such comment.")


async def create_comment(db: AsyncSession, me: Asker, task_id: UUID, new: NewComment) -> UUID:
    """Says something about a task."""
    html = await rendered(new.body)  # before anything is locked
    task = await task_i_may(db, me, task_id, "comment")
    at = now()
    comment = Comment(
        id=new_id(),
        task_id=task.id,
        project_id=task.project_id,
        author_id=me.person_id,
        body=new.body,
        body_html=html,
        created_at=at,
        updated_at=at,
    )
    db.add(comment)
    data = await picture(db, comment_picture(comment.id))
    record(db, topic_of(comment.project_id), "comment.created", comment.id, None, data)
    return comment.id


async def change_comment(
    db: AsyncSession, me: Asker, comment_id: UUID, change: CommentChange, match: IfMatch
) -> set[str]:
    """Puts it differently. Only whoever said it may. Which texts hold others' edits besides: their own, elsewhere."""
    html = await rendered(change.body)
    comment, _, before = await comment_i_may(db, me, comment_id)
    if comment.author_id != me.person_id:
        raise Forbidden("comment.not_yours", "Only whoever wrote a comment may change it.")
    topic, wanted = topic_of(comment.project_id), {"body": change.body}
    merged = await merge(db, topic, before, wanted, change.version, match, {"body": MAX_WORDS})
    body = merged.get("body", change.body)
    if comment.body == body:
        return set(merged)
    comment.body, comment.body_html = body, await rendered(body) if merged else html
    comment.version += 1
    comment.updated_at = now()
    after = await picture(db, comment_picture(comment.id))
    record_change(db, topic, "comment.changed", before, after)
    return set(merged)


async def delete_comment(db: AsyncSession, me: Asker, comment_id: UUID) -> None:
    """Takes it back. Whoever said it may, and the project's admins."""
    comment, role, before = await comment_i_may(db, me, comment_id)
    if comment.author_id != me.person_id:
        require(role, "manage")
    comment.deleted_at = now()
    comment.version += 1
    record(db, topic_of(comment.project_id), "comment.deleted", comment.id, before, None)


async def restore_comment(db: AsyncSession, me: Asker, comment_id: UUID) -> None:
    """Says again what was taken back. Whoever said it may, and the project's admins."""
    statement = deleted_comments(me.person_id).where(Comment.id == comment_id)
    # Its task first, as everywhere; a task that is being deleted takes its comments out of sight.
    task = statement.with_only_columns(Task.id, maintain_column_froms=True).with_for_update(of=Task, key_share=True)
    await fetch(db, task, *NOT_FOUND)
    comment, role = await fetch(db, statement.with_for_update(of=Comment), *NOT_FOUND)
    require(role, "comment")
    if comment.author_id != me.person_id:
        require(role, "manage")
    comment.deleted_at = None
    comment.version += 1
    comment.updated_at = now()
    data = await picture(db, comment_picture(comment.id))
    record(db, topic_of(comment.project_id), "comment.created", comment.id, None, data)


async def comment_i_may(db: AsyncSession, me: Asker, comment_id: UUID) -> tuple[Comment, str, dict[str, Any]]:
    """(comment, my role, its picture), locked, if I may comment there at all."""
    statement = visible_comments(me.person_id).where(Comment.id == comment_id).with_for_update(of=Comment)
    comment, role = await fetch(db, statement, *NOT_FOUND)
    require(role, "comment")
    return comment, role, await picture(db, comment_picture(comment.id))
