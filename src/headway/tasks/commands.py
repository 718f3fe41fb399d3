"""Everything that can happen to a task."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Row, Uuid, delete, func, insert, literal, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from headway.accounts.asker import Asker
from headway.clock import new_id, now
from headway.db import fetch, picture
from headway.errors import Forbidden, Invalid, NotFound, constraint_of
from headway.events.record import record, record_change
from headway.markdown import rendered
from headway.merging import IfMatch, merge
from headway.projects.access import Right, require
from headway.projects.commands import NO_PROJECT, lock_project_of, project_and_sight, topic_of
from headway.projects.models import Label, Project
from headway.projects.queries import who_sees
from headway.tasks import checklist, relations
from headway.tasks.checklist import ChecklistChange
from headway.tasks.models import Task, TaskAssignee, TaskLabel
from headway.tasks.ordering import rank_at
from headway.tasks.queries import (
    CLOSED,
    deleted_tasks,
    given_values,
    insert_numbered,
    only_seen,
    place_in,
    state_to_enter,
    task_picture,
    task_pictures,
    task_to_change,
    usual_place,
    visible_tasks,
)
from headway.tasks.ranking import key_behind
from headway.tasks.schemas import AddRemove, Move, NewTask, TaskChange
from headway.text import MAX_BODY

NOT_FOUND = ("task.not_found", "There is no such task.")
OWN_PARENT = ("parent_id", "parent_id: a task cannot be part of one of its own sub-tasks.")
Picture = dict[str, Any]
Pictures = dict[UUID, Picture]
LONG_TEXTS = {"description": MAX_BODY}
HIDDEN_BELOW = "It has sub-tasks that are not assigned to you, so you cannot see them go. Ask an admin of the project."
SCALARS = {
    "title",
    "description",
    "state_id",
    "priority",
    "parent_id",
    "start_on",
    "due_on",
    "estimate",
    "duplicate_of_id",
}


async def task_i_may(db: AsyncSession, me: Asker, task_id: UUID, right: Right) -> Task:
    """The task, locked until commit, if I see it and have the right."""
    task, role = await fetch(db, task_to_change(me.person_id, task_id), *NOT_FOUND)
    require(role, right)
    return task


async def lock_home(db: AsyncSession, me: Asker, task_id: UUID, shared: bool = False) -> None:
    """Locks the task's project, which comes before any lock on tasks, states and labels."""
    await lock_project_of(db, visible_tasks(me.person_id).where(Task.id == task_id), NOT_FOUND, shared)


async def create_task(db: AsyncSession, me: Asker, project_id: UUID, new: NewTask) -> Picture:
    """Adds a task at the end, or behind another one. Who sees only what is assigned to them gets it assigned.

    At the end, which is where most go, the project is locked no sooner than when the task gets its number.
    """
    html = await rendered(new.description)  # before anything is locked
    among_others = new.after_id is not None or new.parent_id is not None
    project, restricted = await project_and_sight(db, me, project_id, "edit", lock=among_others)
    places = await db.execute(*place_in(project.id, new.state_id) if new.state_id else usual_place(project.id))
    place = places.one_or_none()
    if place is None:
        raise no_state("state_id")
    state_id, category, last = place
    await check_parent(db, me, project.id, None, new.parent_id)
    at = now()
    task = Task(
        id=new_id(),
        project_id=project.id,
        title=new.title,
        description=new.description,
        description_html=html,
        state_id=state_id,
        priority=new.priority,
        rank=await rank_at(db, me, project.id, new.after_id, None) if new.after_id else key_behind(last),
        parent_id=new.parent_id,
        start_on=new.start_on,
        due_on=new.due_on,
        estimate=new.estimate,
        checklist=checklist.changed([], ChecklistChange(add=new.checklist)),
        blocked_by_ids=[],
        related_ids=[],
        duplicate_of_id=None,
        created_by=me.person_id,
        created_at=at,
        updated_at=at,
        completed_at=at if category in CLOSED else None,
        version=1,
    )
    check_dates(task)
    await number_and_insert(db, task)
    if new.label_ids:
        await change_labels(db, task, AddRemove(add=new.label_ids))
    assignees = list({*new.assignee_ids, me.person_id}) if restricted else new.assignee_ids
    if assignees:
        await change_assignees(db, task, AddRemove(add=assignees))
    after = await picture(db, task_picture(task.id))
    record(db, topic_of(project.id), "task.created", task.id, None, after)
    return after


async def number_and_insert(db: AsyncSession, task: Task) -> None:
    """Adds it with its project's next number. The project is locked from here on.

    Raises:
        NotFound: the project has been deleted meanwhile.
        Invalid: its state has.
    """
    try:
        number = await db.scalar(insert_numbered(), given_values(task))
    except IntegrityError as error:
        raise (no_state("state_id") if constraint_of(error) == "fk_task_state" else error) from None
    if number is None:
        raise NotFound(*NO_PROJECT)


async def change_task(
    db: AsyncSession, me: Asker, task_id: UUID, change: TaskChange, match: IfMatch
) -> tuple[Picture, set[str]]:
    """Changes what was sent, where nobody changed the same field first. Which texts hold others' edits besides."""
    html = await rendered(change.description) if "description" in change.model_fields_set else None
    # Two tasks could be made each other's parent at once, or a state or label go away under us. All else needs no lock
    # but the task's own.
    if change.model_fields_set & {"parent_id", "state_id", "labels"}:
        await lock_home(db, me, task_id, shared="parent_id" not in change.model_fields_set)
    task = await task_i_may(db, me, task_id, "edit")
    before = await picture(db, task_picture(task.id))
    wanted = change.model_dump(mode="json", exclude_unset=True, include=SCALARS)
    merged = await merge(db, topic_of(task.project_id), before, wanted, change.version, match, LONG_TEXTS)
    if merged:
        # Rendered with the task locked, and only here: what it says is known now, and it is no longer than any other.
        html = await rendered(merged["description"])
    regrouped = False
    if "labels" in change.model_fields_set:
        regrouped |= await change_labels(db, task, change.labels)
    if "assignees" in change.model_fields_set:
        regrouped |= await change_assignees(db, task, change.assignees)
    # The task's own fields come last, so that they and its version are written by one UPDATE.
    await set_fields(db, me, task, change.model_dump(exclude_unset=True, include=SCALARS) | merged)
    await set_members(db, me, task, change)
    if html is not None:
        task.description_html = html
    if regrouped or db.is_modified(task):
        return (await settle(db, [task], {task.id: before}))[task.id], set(merged)
    return before, set(merged)


async def set_fields(db: AsyncSession, me: Asker, task: Task, values: dict[str, Any]) -> None:
    """Sets a task's own fields, and those that follow from them."""
    if values.get("parent_id"):
        await check_parent(db, me, task.project_id, task.id, values["parent_id"])
    if "state_id" in values:
        await enter_state(db, me, task, values["state_id"])
    if (twin := values.get("duplicate_of_id")) and twin != task.duplicate_of_id:
        await relations.refuse_strangers(db, me.person_id, task, [twin], "duplicate_of_id")
    for field, value in values.items():
        setattr(task, field, value)
    check_dates(task)


async def set_members(db: AsyncSession, me: Asker, task: Task, change: TaskChange) -> None:
    """Changes what is kept as a list on the task itself."""
    sent = change.model_fields_set
    if "blocked_by" in sent:
        has = task.blocked_by_ids
        task.blocked_by_ids = await relations.changed(db, me.person_id, task, has, change.blocked_by, "blocked_by")
    if "related" in sent:
        task.related_ids = await relations.changed(db, me.person_id, task, task.related_ids, change.related, "related")
    if "checklist" in sent:
        task.checklist = checklist.changed(task.checklist, change.checklist)


async def enter_state(db: AsyncSession, me: Asker, task: Task, state_id: UUID) -> None:
    """Puts a task into a state of its project."""
    state, category = await state_of(db, task.project_id, state_id)
    await relations.refuse_blocked(db, me.person_id, task, category)
    put_into(task, state, category)


def put_into(task: Task, state_id: UUID, category: str) -> None:
    """Gives it the state; entering a closed one completes it, unless it was complete before."""
    task.state_id = state_id
    task.completed_at = (task.completed_at or now()) if category in CLOSED else None


async def pictures(db: AsyncSession, tasks: Iterable[Task]) -> Pictures:
    """Tasks as the API shows them right now, by id, read by one statement."""
    await db.flush()
    return {UUID(data["id"]): data for data in await db.scalars(*task_pictures([task.id for task in tasks]))}


async def settle(db: AsyncSession, tasks: Sequence[Task], before: Pictures) -> Pictures:
    """Gives tasks that have changed their next version and records what changed. As they are now.

    Viewers hear nothing of a task that they believe gone.
    """
    for task in tasks:
        task.version += 1
        task.updated_at = now()
    after = await pictures(db, tasks)
    for task in tasks:
        if task.deleted_at is None:
            record_change(db, topic_of(task.project_id), "task.changed", before[task.id], after[task.id])
    return after


async def move_task(db: AsyncSession, me: Asker, task_id: UUID, move: Move) -> Picture:
    """Puts a task into a state and between neighbours. The last move wins; the history keeps both."""
    await lock_home(db, me, task_id)
    task = await task_i_may(db, me, task_id, "edit")
    before = await pictures(db, [task])
    rank = await rank_at(db, me, task.project_id, move.after_id, move.before_id, moving=task)
    if move.state_id:
        await enter_state(db, me, task, move.state_id)
    task.rank = rank
    return (await settle(db, [task], before) if db.is_modified(task) else before)[task.id]


async def delete_task(db: AsyncSession, me: Asker, task_id: UUID) -> None:
    """Takes a task and its sub-tasks out of sight; `restore_task` brings back what went together."""
    await lock_home(db, me, task_id)
    task = await task_i_may(db, me, task_id, "edit")
    tasks = [task, *await sub_tasks(db, task)]
    await refuse_unseen(db, me, [one.id for one in tasks])
    before = await pictures(db, tasks)
    at = now()
    for one in tasks:
        one.deleted_at = at
        record(db, topic_of(one.project_id), "task.deleted", one.id, before[one.id], None)


async def restore_task(db: AsyncSession, me: Asker, task_id: UUID) -> Picture:
    """Brings a deleted task back, with the sub-tasks that went with it."""
    statement = deleted_tasks(me.person_id).where(Task.id == task_id)
    await lock_project_of(db, statement, NOT_FOUND)
    task, role = await fetch(db, statement.with_for_update(of=Task, key_share=True), *NOT_FOUND)
    require(role, "edit")
    parent = await db.get(Task, task.parent_id) if task.parent_id else None
    if parent and parent.deleted_at:
        task.parent_id = None
    tasks = [task, *await sub_tasks(db, task, deleted_at=task.deleted_at)]
    await refuse_unseen(db, me, [one.id for one in tasks])
    for one in tasks:
        one.deleted_at = None
        one.version += 1
        one.updated_at = now()
    after = await pictures(db, tasks)
    for one in tasks:
        record(db, topic_of(one.project_id), "task.created", one.id, None, after[one.id])
    return after[task.id]


async def sub_tasks(db: AsyncSession, task: Task, deleted_at: Any = None) -> list[Task]:
    """Everything below a task, locked: what is there, or what was deleted at that moment."""
    family = select(Task.id).where(Task.parent_id == task.id).cte("family", recursive=True)
    family = family.union(select(Task.id).join(family, Task.parent_id == family.c.id))
    when = Task.deleted_at.is_(None) if deleted_at is None else Task.deleted_at == deleted_at
    rows = select(Task).where(Task.id.in_(select(family.c.id)), when).order_by(Task.id).with_for_update(key_share=True)
    return list((await db.scalars(rows)).all())


async def refuse_unseen(db: AsyncSession, me: Asker, task_ids: Sequence[UUID]) -> None:
    """Lets pass what goes or comes back together if I see all of it.

    Raises:
        Forbidden: some of the sub-tasks are not mine to see.
    """
    if len(task_ids) > 1:
        seen = select(func.count(Task.id)).join(Project, Project.id == Task.project_id)
        ids = literal(list(task_ids), ARRAY(Uuid))
        if await db.scalar(only_seen(seen, me.person_id).where(Task.id == func.any(ids))) != len(task_ids):
            raise Forbidden("restricted", HIDDEN_BELOW)


async def state_of(db: AsyncSession, project_id: UUID, state_id: UUID, field: str = "state_id") -> Row[UUID, str]:
    """(state, its category) of the project. It cannot go away meanwhile."""
    state = (await db.execute(*state_to_enter(project_id, state_id))).one_or_none()
    if state is None:
        raise no_state(field)
    return state


def no_state(field: str) -> Invalid:
    return Invalid(field, f"{field}: there is no such state in this project.")


async def check_parent(
    db: AsyncSession, me: Asker, project_id: UUID, task_id: UUID | None, parent_id: UUID | None
) -> None:
    """Refuses a parent that is not there for me, or that would make a task its own ancestor."""
    if parent_id is not None and task_id in await with_ancestors(db, me, project_id, parent_id):
        raise Invalid(*OWN_PARENT)


async def with_ancestors(db: AsyncSession, me: Asker, project_id: UUID, parent_id: UUID) -> Sequence[UUID]:
    """A parent-to-be, which I have to see, and everything that it is part of."""
    here = visible_tasks(me.person_id).with_only_columns(Task.id, Task.parent_id, maintain_column_froms=True)
    above = here.where(Task.id == parent_id, Task.project_id == project_id).cte("above", recursive=True)
    above = above.union(select(Task.id, Task.parent_id).join(above, Task.id == above.c.parent_id))
    ancestors = (await db.scalars(select(above.c.id))).all()
    if not ancestors:
        raise Invalid("parent_id", "parent_id: there is no such task in this project.")
    return ancestors


def check_dates(task: Task) -> None:
    """Refuses work that would start after it is due."""
    if task.start_on and task.due_on and task.start_on > task.due_on:
        raise Invalid("due_on", f"due_on: it starts on {task.start_on}, so it cannot be due on {task.due_on}.")


async def change_labels(db: AsyncSession, task: Task, change: AddRemove) -> bool:
    """Adds and removes labels; what is there already, or gone already, is fine. Whether anything changed."""
    has = set((await db.scalars(select(TaskLabel.label_id).where(TaskLabel.task_id == task.id))).all())
    if change.add:
        labels = select(Label.id).where(Label.project_id == task.project_id, Label.id.in_(change.add))
        refuse_unknown("labels", change.add, (await db.scalars(labels.with_for_update(read=True))).all())
    wanted = (has | set(change.add)) - set(change.remove)
    if new := sorted(wanted - has):
        rows = [{"task_id": task.id, "label_id": one, "project_id": task.project_id} for one in new]
        await db.execute(insert(TaskLabel), rows)
    if gone := has - wanted:
        await db.execute(delete(TaskLabel).where(TaskLabel.task_id == task.id, TaskLabel.label_id.in_(gone)))
    return wanted != has


async def change_assignees(db: AsyncSession, task: Task, change: AddRemove) -> bool:
    """Adds and removes people; only those who see the project can be given work in it. Whether anything changed."""
    has = set((await db.scalars(select(TaskAssignee.person_id).where(TaskAssignee.task_id == task.id))).all())
    if change.add:
        refuse_unknown("assignees", change.add, (await db.scalars(who_sees(task.project_id))).all())
    wanted = (has | set(change.add)) - set(change.remove)
    if new := sorted(wanted - has):
        await db.execute(insert(TaskAssignee), [{"task_id": task.id, "person_id": one} for one in new])
    if gone := has - wanted:
        await db.execute(delete(TaskAssignee).where(TaskAssignee.task_id == task.id, TaskAssignee.person_id.in_(gone)))
    return wanted != has


def refuse_unknown(field: str, wanted: Iterable[UUID], known: Iterable[UUID]) -> None:
    """Says which of the ids is not one of the project's."""
    unknown = set(wanted).difference(known)
    if unknown:
        raise Invalid(field, f"{field}: {min(unknown)} does not belong to this project.")
