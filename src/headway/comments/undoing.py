"""How comments go back. What somebody said is theirs: only they put it differently."""

from collections import defaultdict
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from headway.clock import now
from headway.comments.models import Comment
from headway.comments.queries import comment_json
from headway.errors import Forbidden, Problem
from headway.events.record import record, record_change
from headway.projects.access import require
from headway.projects.commands import topic_of
from headway.projects.models import Project
from headway.projects.undoing import any_of
from headway.tasks.models import Task
from headway.tasks.queries import human_id
from headway.undoing import Fields, Kind, Now, Rules, Step, Undo

AT_ONCE = 1_000


async def look(db: AsyncSession, undo: Undo, ids: list[UUID]) -> dict[UUID, Now]:
    """Comments as they are; their tasks were locked before."""
    if not undo.preview:
        await db.execute(select(Comment.id).where(Comment.id == any_of(ids)).order_by(Comment.id).with_for_update())
    found: dict[UUID, Now] = {}
    for start in range(0, len(ids), AT_ONCE):
        rows = (
            select(comment_json(), Comment.deleted_at, Task.deleted_at, human_id, Task.title)
            .join(Task, Task.id == Comment.task_id)
            .join(Project, Project.id == Comment.project_id)
            .where(Comment.id == any_of(ids[start : start + AT_ONCE]))
        )
        for data, deleted_at, task_deleted_at, name, title in await db.execute(rows):
            deleted, hidden = deleted_at is not None, task_deleted_at is not None
            found[UUID(data["id"])] = Now(data, deleted, hidden, name, title)
    return found


def refusal(undo: Undo, step: Step) -> Problem | None:
    """Only whoever said it changes it; the project's admins may take it away, too."""
    mine = step.data.get("author_id") == str(undo.person_id)
    try:
        require(undo.role, "comment")
        if step.did.was_there and step.did.is_there and not mine:
            return Forbidden("comment.not_yours", "Only whoever wrote a comment may change it.")
        if not mine:
            require(undo.role, "manage")
    except Problem as refused:
        return refused
    return None


async def check_return(db: AsyncSession, undo: Undo) -> None:
    """There has to be something to say it about."""
    for step in undo.doing("comment", "restored"):
        if step.now and step.now.hidden and not undo.comes("task", step.data["task_id"]):
            step.stays("Its task is in the trash. Restore that first.")


# Comments that somebody made or changed since the thing they hang on was made, or was brought back.
SAID_SINCE = text(
    """
    SELECT c.task_id, min(c.id::text)::uuid AS comment_id, count(DISTINCT c.id) AS said
    FROM unnest(CAST(:tasks AS uuid[])) AS t (id) JOIN comment c ON c.task_id = t.id AND c.deleted_at IS NULL
    WHERE NOT EXISTS (SELECT 1 FROM unnest(CAST(:own AS uuid[])) AS o (id) WHERE o.id = c.id) AND EXISTS (
        SELECT 1 FROM happened h
        WHERE h.entity_id = c.id AND h.topic = :topic AND h.revision > :revision AND h.change_set_id <> :change_set_id
    )
    GROUP BY c.task_id
    """
)


async def check_removal(db: AsyncSession, undo: Undo) -> None:
    """A task about which people have spoken since stays."""
    own: dict[UUID, list[Step]] = defaultdict(list)
    for step in undo.steps.get("comment", {}).values():
        if task_id := step.data.get("task_id"):
            own[UUID(task_id)].append(step)
    going = undo.doing("task", "deleted")
    if going:
        values = {
            "tasks": [step.id for step in going],
            "own": list(undo.steps.get("comment", {})),
            "topic": topic_of(undo.project_id),
            "revision": undo.revision,
            "change_set_id": undo.change_set_id,
        }
        for row in await db.execute(SAID_SINCE, values):
            detail = f"It got {row.said} comment{'s' * (row.said != 1)} since."
            found = undo.step("task", row.task_id)
            assert found
            found.stays(detail, about=row.comment_id)
    for task in undo.doing("task", "deleted"):
        if touched := next((step for step in own[task.id] if step.clashes), None):
            task.stays("A comment on it was changed since.", about=touched.id)


async def go_along(db: AsyncSession, undo: Undo) -> None:
    """With a task that goes, what was said about it goes, whoever said it: as when it is deleted by hand."""
    for step in undo.steps.get("comment", {}).values():
        made = step.did.is_there and not step.did.was_there
        if made and step.now and step.now.there and undo.goes("task", step.data["task_id"]):
            step.refused, step.what = None, "deleted"


async def bring_back(db: AsyncSession, undo: Undo) -> None:
    await write(db, undo, undo.doing("comment", "restored"))


async def change(db: AsyncSession, undo: Undo) -> None:
    await write(db, undo, undo.doing("comment", "changed"))


async def write(db: AsyncSession, undo: Undo, steps: list[Step]) -> None:
    """Writes steps that bring back or change, and says what happened to each."""
    at, topic = now(), topic_of(undo.project_id)
    for start in range(0, len(steps), AT_ONCE):
        some = {step.id: step for step in steps[start : start + AT_ONCE]}
        rows: list[Fields] = []
        for step in some.values():
            words = {"body": body, "body_html": undo.texts[body]} if (body := step.fields.get("body")) else {}
            back = {"deleted_at": None} if step.what == "restored" else {}
            rows.append({"id": step.id, **words, **back, "version": step.data["version"] + 1, "updated_at": at})
        await db.execute(update(Comment), rows)
        for data in await db.scalars(select(comment_json()).where(Comment.id == any_of(some))):
            step = some[UUID(data["id"])]
            if step.what == "restored":
                record(db, topic, "comment.created", step.id, None, data)
            else:
                record_change(db, topic, "comment.changed", step.data, data)


async def remove(db: AsyncSession, undo: Undo) -> None:
    """Takes back what was said. What hangs on a task that goes is out of sight with it, and comes back with it."""
    steps = [step for step in undo.doing("comment", "deleted") if not undo.goes("task", step.data["task_id"])]
    at, topic = now(), topic_of(undo.project_id)
    for start in range(0, len(steps), AT_ONCE):
        some = steps[start : start + AT_ONCE]
        gone = update(Comment).where(Comment.id == any_of(step.id for step in some))
        gone = gone.values(deleted_at=at, version=Comment.version + 1)
        await db.execute(gone.execution_options(synchronize_session=False))
        for step in some:
            record(db, topic, "comment.deleted", step.id, step.data, None)


def title(_: Fields) -> str | None:
    """A comment goes by its task's title, which its own picture does not hold."""
    return None


COMMENT = Kind(
    noun="comment",
    rules=Rules(frozenset({"body"})),
    look=look,
    refusal=refusal,
    check_return=check_return,
    check_removal=check_removal,
    bring_back=bring_back,
    change=change,
    remove=remove,
    go_along=go_along,
    title=title,
    texts=frozenset({"body"}),
)
