"""One change to many tasks of a project: one transaction, one change set, and a result for each task.

A thousand tasks take as many statements as one does.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from headway.accounts.asker import Asker
from headway.clock import now
from headway.errors import Invalid
from headway.events.record import record, record_change, recorded
from headway.merging import conflicts_of, in_words
from headway.projects.commands import lock_project_of, project_and_sight, topic_of
from headway.projects.models import Label, Project
from headway.projects.queries import visible_project, who_sees
from headway.tasks.arrays import (
    Pictures,
    among,
    is_any,
    lock_tasks,
    pictures_of,
    rows_of,
    write,
    write_assignees,
    write_labels,
    write_ranks,
)
from headway.tasks.bulk_schemas import Bulk, BulkChange, BulkItem, BulkOut, BulkResult
from headway.tasks.commands import (
    NOT_FOUND,
    OWN_PARENT,
    SCALARS,
    refuse_unknown,
    refuse_unseen,
    state_of,
    with_ancestors,
)
from headway.tasks.models import Task
from headway.tasks.ordering import ranks_at
from headway.tasks.queries import CLOSED, task_pictures, visible_tasks
from headway.tasks.relations import blocked_words
from headway.tasks.schemas import AddRemove, Move

NO_PROJECT = ("project.not_found", "There is no such project.")
Results = dict[UUID, BulkResult]


async def edit_tasks(db: AsyncSession, me: Asker, project_id: UUID, bulk: Bulk) -> BulkOut:
    """Changes, moves or deletes many tasks. One that is refused does not keep the others from it."""
    what = bulk.model_fields_set & {"change", "move", "delete"}
    if len(what) != 1:
        raise Invalid("bulk", "Say what to do with these tasks: exactly one of change, move and delete.")
    # As for one task: what rearranges the project has it to itself, other changes only keep it as it is.
    shared = "change" in what and "parent_id" not in bulk.change.model_fields_set
    await lock_project_of(db, visible_project(me.person_id, project_id), NO_PROJECT, shared)
    _, restricted = await project_and_sight(db, me, project_id, "edit")
    asked = [item.id for item in bulk.items]
    seen = await those_seen(db, me, asked) if restricted else asked
    if "delete" in what:
        results = await delete_all(db, me, project_id, seen)
    else:
        await lock_tasks(db, among(project_id, seen))
        there = in_order(seen, await rows_of(db, among(project_id, seen)))
        held = await blocked_of(db, me, project_id, there, bulk)
        free = {one: row for one, row in there.items() if one not in held}
        if "move" in what:
            results = held | await move_all(db, me, project_id, free, bulk.move)
        else:
            results = held | await change_all(db, me, project_id, free, bulk.items, bulk.change)
    change = recorded(db)
    gone = BulkResult(id=project_id, status="refused", version=None, code=NOT_FOUND[0], detail=NOT_FOUND[1])
    items = [results.get(one) or gone.model_copy(update={"id": one}) for one in asked]
    return BulkOut(change=change and change.id, items=items)


async def blocked_of(db: AsyncSession, me: Asker, project_id: UUID, there: Pictures, bulk: Bulk) -> Results:
    """Those that may not be closed, where that is what is asked for and the project insists."""
    state_id = bulk.move.state_id if bulk.move else bulk.change.state_id
    waiting = [one for one, row in there.items() if row["blocked_by_ids"] and not row["completed_at"]]
    if not state_id or not waiting:
        return {}
    if await db.scalar(select(Project.blocking).where(Project.id == project_id)) != "refuse":
        return {}
    _, category = await state_of(db, project_id, state_id)
    words = await blocked_words(db, me.person_id, waiting) if category in CLOSED else {}
    return {one: refused(there[one], "task.blocked", why) for one, why in words.items()}


async def those_seen(db: AsyncSession, me: Asker, asked: Sequence[UUID]) -> list[UUID]:
    """Those of the tasks that are mine to see, in that order."""
    ids = visible_tasks(me.person_id).with_only_columns(Task.id, maintain_column_froms=True)
    seen = set((await db.scalars(ids.where(is_any(Task.id, asked)))).all())
    return [one for one in asked if one in seen]


async def change_all(
    db: AsyncSession, me: Asker, project_id: UUID, there: Pictures, items: Sequence[BulkItem], change: BulkChange
) -> Results:
    """Changes the same fields of many tasks, each as far as its own version and its own dates and parents allow."""
    wanted = change.model_dump(mode="json", exclude_unset=True, include=SCALARS)
    parent_id, new_parents = change.parent_id, set[UUID]()
    if parent_id:
        new_parents.update(await with_ancestors(db, me, project_id, parent_id))
    values = await values_of(db, project_id, change)
    labels, people = await members_of(db, project_id, change)
    results = await refusals_of(db, project_id, there, items, wanted)
    changing = []
    for task_id, row in there.items():
        if task_id in results:
            continue
        if task_id in new_parents:
            results[task_id] = refused(row, *OWN_PARENT)
        elif problem := dates_problem({**row, **wanted}):
            results[task_id] = refused(row, "due_on", problem)
        elif (
            any(row[field] != value for field, value in wanted.items())
            or altered(row["label_ids"], labels)
            or altered(row["assignee_ids"], people)
        ):
            changing.append(task_id)
    if changing:
        await write_labels(db, changing, labels)
        await write_assignees(db, changing, people)
        await write(db, changing, values)
    return results | await settled(db, project_id, there, changing, results)


async def refusals_of(
    db: AsyncSession, project_id: UUID, there: Pictures, items: Sequence[BulkItem], wanted: Mapping[str, Any]
) -> Results:
    """Those whose version does not let the change through."""
    results = {}
    stale = []
    for item in items:
        row = there.get(item.id)
        if row is None or item.version is None:
            continue
        if item.version > row["version"]:
            detail = f"version: there is no version {item.version} yet; this is at {row['version']}."
            results[item.id] = refused(row, "version", detail)
        elif item.version < row["version"]:
            stale.append((row, item.version))
    met = await conflicts_of(db, topic_of(project_id), stale, wanted) if stale and wanted else {}
    for task_id, conflicts in met.items():
        if conflicts:
            results[task_id] = BulkResult(
                id=task_id,
                status="conflict",
                version=there[task_id]["version"],
                code="changed",
                detail=in_words(conflicts),
                conflicts=conflicts,
            )
    return results


async def values_of(db: AsyncSession, project_id: UUID, change: BulkChange) -> dict[str, Any]:
    """Each task's own fields as they are to be written, and those that follow from them."""
    values = change.model_dump(exclude_unset=True, include=SCALARS)
    if "state_id" in values:
        values |= await entering(db, project_id, change.state_id)
    return values


async def entering(db: AsyncSession, project_id: UUID, state_id: UUID) -> dict[str, Any]:
    """What `enter_state` does, as values of an UPDATE."""
    state_id, category = await state_of(db, project_id, state_id)
    completed = func.coalesce(Task.completed_at, now()) if category in CLOSED else None
    return {"state_id": state_id, "completed_at": completed}


async def members_of(db: AsyncSession, project_id: UUID, change: BulkChange) -> tuple[AddRemove, AddRemove]:
    """Labels and assignees to add and remove; those to add belong to the project."""
    sent = change.model_fields_set
    labels = change.labels if "labels" in sent else AddRemove()
    people = change.assignees if "assignees" in sent else AddRemove()
    if labels.add:
        known = select(Label.id).where(Label.project_id == project_id, Label.id.in_(labels.add))
        refuse_unknown("labels", labels.add, (await db.scalars(known.with_for_update(read=True))).all())
    if people.add:
        refuse_unknown("assignees", people.add, (await db.scalars(who_sees(project_id))).all())
    return labels, people


def altered(has: Iterable[str], change: AddRemove) -> bool:
    """Whether a set would become another one."""
    old = {UUID(one) for one in has}
    return (old | set(change.add)) - set(change.remove) != old


def dates_problem(row: Mapping[str, Any]) -> str | None:
    """Why its dates cannot be so. Written year first, they compare as text."""
    start, due = row["start_on"], row["due_on"]
    return f"due_on: it starts on {start}, so it cannot be due on {due}." if start and due and start > due else None


async def move_all(db: AsyncSession, me: Asker, project_id: UUID, there: Pictures, move: Move) -> Results:
    """Puts tasks into a state and one behind the other at one place. The last move wins, whatever the versions."""
    now_at = {task_id: str(row["rank"]) for task_id, row in there.items()}
    new = await ranks_at(db, me, project_id, move.after_id, move.before_id, now_at)
    ranks = dict(zip(there, new, strict=True))
    values = await entering(db, project_id, move.state_id) if move.state_id else {}
    state = str(move.state_id) if move.state_id else None
    changing = [
        task_id
        for task_id, row in there.items()
        if ranks[task_id] != row["rank"] or (state and state != row["state_id"])
    ]
    if changing:
        await write_ranks(db, {one: ranks[one] for one in changing})
        await write(db, changing, values)
    return await settled(db, project_id, there, changing, {})


async def settled(
    db: AsyncSession, project_id: UUID, before: Pictures, changing: Sequence[UUID], others: Results
) -> Results:
    """Records what has changed, and says of each task that has not met with anything else what became of it."""
    after = await rows_of(db, is_any(Task.id, changing)) if changing else {}
    for task_id in changing:
        record_change(db, topic_of(project_id), "task.changed", before[task_id], after[task_id])
    return {
        task_id: BulkResult(
            id=task_id,
            status="changed" if task_id in after else "unchanged",
            version=after.get(task_id, row)["version"],
        )
        for task_id, row in before.items()
        if task_id not in others
    }


async def delete_all(db: AsyncSession, me: Asker, project_id: UUID, asked: Sequence[UUID]) -> Results:
    """Takes tasks and everything below them out of sight, at one moment: what went together comes back together."""
    family = select(Task.id).where(among(project_id, asked)).cte("family", recursive=True)
    family = family.union(select(Task.id).join(family, Task.parent_id == family.c.id))
    ids = await lock_tasks(db, Task.id.in_(select(family.c.id)) & Task.deleted_at.is_(None))
    await refuse_unseen(db, me, ids)
    before = await pictures_of(db, *task_pictures(ids))
    gone = update(Task).where(is_any(Task.id, ids)).values(deleted_at=now())
    await db.execute(gone.execution_options(synchronize_session=False))
    there = in_order(asked, before)
    for task_id in [*there, *(before.keys() - there.keys())]:
        record(db, topic_of(project_id), "task.deleted", task_id, before[task_id], None)
    return {one: BulkResult(id=one, status="changed", version=row["version"]) for one, row in there.items()}


def in_order(asked: Iterable[UUID], found: Pictures) -> Pictures:
    """Those that were asked for, in that order."""
    return {one: found[one] for one in asked if one in found}


def refused(row: Mapping[str, Any], code: str, detail: str) -> BulkResult:
    return BulkResult(id=UUID(row["id"]), status="refused", version=row["version"], code=code, detail=detail)
