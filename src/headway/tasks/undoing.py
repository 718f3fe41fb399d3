"""How tasks go back: many of them by a few statements, whatever was done to each."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from headway.clock import now
from headway.events.record import record, record_change
from headway.projects.commands import topic_of
from headway.projects.models import Label, Project, State
from headway.projects.queries import who_sees
from headway.projects.undoing import any_of, free_keys, needs
from headway.tasks.models import Task, TaskAssignee, TaskLabel
from headway.tasks.queries import CLOSED, task_json, task_pictures
from headway.undoing import Fields, Kind, Now, Rules, Step, Undo

AT_ONCE = 1_000
READ_AS: dict[str, Any] = {
    "state_id": UUID,
    "parent_id": UUID,
    "start_on": date.fromisoformat,
    "due_on": date.fromisoformat,
    "completed_at": datetime.fromisoformat,
    "duplicate_of_id": UUID,
}
RELATED = ("blocked_by_ids", "related_ids")


def in_chunks(steps: Sequence[Step]) -> Iterator[Sequence[Step]]:
    """A thousand at a time."""
    return (steps[start : start + AT_ONCE] for start in range(0, len(steps), AT_ONCE))


async def look(db: AsyncSession, undo: Undo, ids: list[UUID]) -> dict[UUID, Now]:
    """Tasks as they are, those in the trash too; locked in the order of their ids, like everywhere."""
    if not undo.preview:
        held = select(Task.id).where(Task.id == any_of(ids)).order_by(Task.id)
        await db.execute(held.with_for_update(key_share=True))
    found: dict[UUID, Now] = {}
    for start in range(0, len(ids), AT_ONCE):
        rows = select(task_json(), Task.deleted_at).join(Project, Project.id == Task.project_id)
        for data, at in await db.execute(rows.where(Task.id == any_of(ids[start : start + AT_ONCE]))):
            found[UUID(data["id"])] = Now(data, deleted=at is not None, human_id=data["human_id"])
    return found


# What can come back


async def check_return(db: AsyncSession, undo: Undo) -> None:
    """A task's state, parent, labels and people have to be there, and its dates in order."""
    steps = undo.doing("task", "restored", "changed")
    if not steps:
        return
    await check_states(db, undo, steps)
    await check_parents(db, undo, steps)
    await check_labels(db, undo, steps)
    await check_assignees(db, undo, steps)
    await check_relations(db, steps)
    for step in steps:
        check_dates(step)
        step.settle()


async def check_states(db: AsyncSession, undo: Undo, steps: list[Step]) -> None:
    if any("state_id" in step.fields for step in steps):
        there = {str(one) for one in await db.scalars(select(State.id).where(State.project_id == undo.project_id))}
        there |= {str(step.id) for step in undo.doing("state", "restored")}
        for step in steps:
            wanted = step.fields.get("state_id")
            if wanted is None or wanted in there:
                continue
            state = undo.step("state", wanted)
            if state and state.refused and step.touched() == ["state_id"]:
                # Nobody changed it since: it cannot go back because its state may not.
                step.refused = state.refused
                step.do_nothing()
            else:
                step.keeps("state_id", "That state is not there any more.")


async def check_parents(db: AsyncSession, undo: Undo, steps: list[Step]) -> None:
    """A parent has to be there, and must not be below its own sub-task."""
    wanted = {UUID(parent) for step in steps if (parent := step.fields.get("parent_id"))}
    if not wanted:
        return
    columns = select(Task.id, Task.parent_id, Task.deleted_at)
    above = columns.where(Task.id == any_of(wanted)).cte("above", recursive=True)
    above = above.union(columns.join(above, Task.id == above.c.parent_id))
    rows = (await db.execute(select(above))).all()
    there = {str(row.id) for row in rows if row.deleted_at is None or undo.comes("task", row.id)}
    there -= {str(step.id) for step in undo.doing("task", "deleted")}
    parents = {str(row.id): row.parent_id and str(row.parent_id) for row in rows}
    for step in steps:
        parent = step.fields.get("parent_id")
        if parent is None:
            continue
        if parent not in there:
            step.keeps("parent_id", "The task that it was part of is not there any more.")
        elif str(step.id) in line_of(parent, parents):
            step.keeps("parent_id", "The task that it was part of is part of it now.")
        else:
            parents[str(step.id)] = parent


def line_of(task: str | None, parents: dict[str, str | None]) -> set[str]:
    """A task and all that it is part of."""
    line: set[str] = set()
    while task and task not in line:
        line.add(task)
        task = parents.get(task)
    return line


async def check_labels(db: AsyncSession, undo: Undo, steps: list[Step]) -> None:
    if any(step.add.get("label_ids") for step in steps):
        rows = select(Label.id).where(Label.project_id == undo.project_id).order_by(Label.id)
        # Shared locks, as for anybody who puts a label on a task: it cannot go away meanwhile.
        found = await db.scalars(rows if undo.preview else rows.with_for_update(read=True))
        there = {str(one) for one in found} | {str(step.id) for step in undo.doing("label", "restored")}
        only_these(steps, "label_ids", there, "One of its labels is not there any more.")


async def check_assignees(db: AsyncSession, undo: Undo, steps: list[Step]) -> None:
    if any(step.add.get("assignee_ids") for step in steps):
        there = {str(one) for one in await db.scalars(who_sees(undo.project_id))}
        only_these(steps, "assignee_ids", there, "Somebody who worked on it does not see the project any more.")


async def check_relations(db: AsyncSession, steps: list[Step]) -> None:
    """What it hangs together with has to be there; whether whoever undoes sees it does not matter."""
    twins = {step.id: twin for step in steps if (twin := step.fields.get("duplicate_of_id"))}
    wanted = {*twins.values(), *(one for step in steps for name in RELATED for one in step.add.get(name, ()))}
    if not wanted:
        return
    rows = select(Task.id).where(Task.id == any_of(UUID(one) for one in wanted), Task.deleted_at.is_(None))
    there = {str(one) for one in await db.scalars(rows)}
    for name in RELATED:
        only_these(steps, name, there, "A task that it had to do with is not there any more.")
    for step in steps:
        if (twin := twins.get(step.id)) and twin not in there:
            step.keeps("duplicate_of_id", "The task that it was a duplicate of is not there any more.")


def only_these(steps: list[Step], name: str, there: set[str], otherwise: str) -> None:
    """Leaves out of a set what could not be put into it by hand."""
    for step in steps:
        if missing := step.add.get(name, set()) - there:
            step.add[name] = step.add[name] - missing
            step.left.append(f"{step.data['human_id']}: {otherwise}")


def check_dates(step: Step) -> None:
    """What starts after it is due is refused by hand too."""
    start, due = (step.fields.get(name, step.data[name]) for name in ("start_on", "due_on"))
    if start and due and start > due:
        for name in step.fields.keys() & {"start_on", "due_on"}:
            step.keeps(name, f"It would start on {start} and be due on {due}.")


# What can go


async def check_removal(db: AsyncSession, undo: Undo) -> None:
    """A task stays while sub-tasks of it do; then states and labels that are about to go learn who uses them."""
    going = {step.id: step for step in undo.doing("task", "deleted")}
    below: dict[UUID, list[UUID]] = defaultdict(list)
    if going:
        rows = select(Task.id, Task.parent_id).where(Task.parent_id == any_of(going), Task.deleted_at.is_(None))
        for child, parent in await db.execute(rows):
            step = undo.step("task", child)
            if parent and not (step and "parent_id" in step.fields):
                below[parent].append(child)
    staying = [parent for parent, children in below.items() if any(not undo.goes("task", one) for one in children)]
    staying += [one for one in going if not undo.goes("task", one)]
    while staying:
        one = staying.pop()
        if one in going and undo.goes("task", one):
            child = next(child for child in below[one] if not undo.goes("task", child))
            going[one].stays("It has sub-tasks that stay.", about=child)
        parent = going[one].data["parent_id"] if one in going else None
        if parent and undo.goes("task", parent):
            staying.append(UUID(parent))
    await count_uses(db, undo)


async def count_uses(db: AsyncSession, undo: Undo) -> None:
    """How many tasks are in the states, and carry the labels, that are about to go."""
    states, labels = undo.doing("state", "deleted"), undo.doing("label", "deleted")
    if states:
        inside = select(Task.id, Task.state_id, Task.deleted_at)
        for task, state, at in await db.execute(inside.where(Task.state_id == any_of(s.id for s in states))):
            step = undo.step("task", task)
            if not (step and "state_id" in step.fields):
                count_use(undo, "state", state, task, at is not None)
    if labels:
        carried = select(TaskLabel.task_id, TaskLabel.label_id, Task.deleted_at)
        carried = carried.join(Task, Task.id == TaskLabel.task_id)
        for task, label, at in await db.execute(carried.where(TaskLabel.label_id == any_of(s.id for s in labels))):
            step = undo.step("task", task)
            if not (step and str(label) in step.take.get("label_ids", ())):
                count_use(undo, "label", label, task, at is not None)
    for step in undo.doing("task", "changed", "restored"):
        if entered := step.fields.get("state_id"):
            count_use(undo, "state", UUID(entered), step.id, False)
        for added in step.add.get("label_ids", ()):
            count_use(undo, "label", UUID(added), step.id, False)


def count_use(undo: Undo, noun: str, entity_id: UUID, task: UUID, deleted: bool) -> None:
    used = undo.step(noun, entity_id)
    if used is not None:
        in_trash = undo.goes("task", task) or (deleted and not undo.comes("task", task))
        used.used_in_trash += in_trash
        used.used += not in_trash


# Writing


async def bring_back(db: AsyncSession, undo: Undo) -> None:
    """Out of the trash. What it was part of may have stayed there."""
    steps = undo.doing("task", "restored")
    parents = {UUID(step.data["parent_id"]) for step in steps if step.data["parent_id"]}
    rows = select(Task.id).where(Task.id == any_of(parents), Task.deleted_at.is_not(None))
    orphans = {str(one) for one in await db.scalars(rows) if not undo.comes("task", one)}
    await write(db, undo, steps, orphans)


async def change(db: AsyncSession, undo: Undo) -> None:
    """Fields, labels and people back to what they were."""
    await write(db, undo, undo.doing("task", "changed"))


async def write(db: AsyncSession, undo: Undo, steps: list[Step], orphans: Iterable[str] = ()) -> None:
    """Writes steps that bring back or change, a thousand at a time, and says what happened to each."""
    if not steps:
        return
    states = select(State.id, State.category).where(State.project_id == undo.project_id)
    category = {str(one): meaning for one, meaning in await db.execute(states)}
    await free_task_keys(db, undo, steps)
    await write_sets(db, undo, steps)
    at = now()
    for some in in_chunks(steps):
        # An ORM update by primary key: one statement for each sort of row, sent for all of them at once.
        rows = [row_of(undo, step, category, at) for step in some]
        for step, row in zip(some, rows, strict=True):
            if step.data["parent_id"] in orphans and "parent_id" not in row:
                row["parent_id"] = None
        await db.execute(update(Task), rows)
        await tell(db, undo, some)


def row_of(undo: Undo, step: Step, category: dict[str, str], at: datetime) -> Fields:
    """The columns that a step writes, as `update(Task)` takes them."""
    values = dict(step.fields)
    if "description" in values:
        values["description_html"] = undo.texts[values["description"]]
    if "state_id" in values:
        done = step.did.before.get("completed_at", step.data["completed_at"])
        closed = category[values["state_id"]] in CLOSED
        values["completed_at"] = (done or at.isoformat()) if closed else None
    row: Fields = {
        name: READ_AS[name](value) if name in READ_AS and value is not None else value for name, value in values.items()
    }
    for name in RELATED:
        if step.add.get(name) or step.take.get(name):
            has = set(step.data[name]) | step.add.get(name, set())
            row[name] = sorted(UUID(one) for one in has - step.take.get(name, set()))
    if step.what == "restored":
        row["deleted_at"] = None
    return {**row, "id": step.id, "version": step.data["version"] + 1, "updated_at": at}


async def free_task_keys(db: AsyncSession, undo: Undo, steps: list[Step]) -> None:
    """Tasks whose old place is taken stand right behind whoever has it."""
    wanted = {step.id: step.fields["rank"] for step in steps if "rank" in step.fields}
    if not wanted:
        return
    others = (await db.execute(select(Task.id, Task.rank).where(Task.project_id == undo.project_id))).all()
    keys = free_keys(wanted, [rank for one, rank in others if one not in wanted])
    for step in steps:
        if step.id in keys:
            step.fields["rank"] = keys[step.id]


async def write_sets(db: AsyncSession, undo: Undo, steps: list[Step]) -> None:
    """Labels and people, put on and taken off: one statement for each label or person taken off."""
    labels = [
        {"task_id": step.id, "label_id": UUID(one), "project_id": undo.project_id}
        for step in steps
        for one in sorted(step.add.get("label_ids", ()))
    ]
    people = [
        {"task_id": step.id, "person_id": UUID(one)}
        for step in steps
        for one in sorted(step.add.get("assignee_ids", ()))
    ]
    if labels:
        await db.execute(insert(TaskLabel).on_conflict_do_nothing(), labels)
    if people:
        await db.execute(insert(TaskAssignee).on_conflict_do_nothing(), people)
    for label, tasks in taken_off(steps, "label_ids"):
        await db.execute(delete(TaskLabel).where(TaskLabel.label_id == label, TaskLabel.task_id == any_of(tasks)))
    for person, tasks in taken_off(steps, "assignee_ids"):
        off = delete(TaskAssignee).where(TaskAssignee.person_id == person, TaskAssignee.task_id == any_of(tasks))
        await db.execute(off)


def taken_off(steps: list[Step], name: str) -> list[tuple[UUID, list[UUID]]]:
    """(what is taken off, the tasks it is taken off)."""
    tasks: dict[str, list[UUID]] = defaultdict(list)
    for step in steps:
        for one in step.take.get(name, ()):
            tasks[one].append(step.id)
    return [(UUID(one), ids) for one, ids in sorted(tasks.items())]


async def tell(db: AsyncSession, undo: Undo, steps: Sequence[Step]) -> None:
    """Records what became of tasks that were brought back or changed."""
    after = {UUID(data["id"]): data for data in await db.scalars(*task_pictures([step.id for step in steps]))}
    topic = topic_of(undo.project_id)
    for step in steps:
        if step.what == "restored":
            record(db, topic, "task.created", step.id, None, after[step.id])
        else:
            record_change(db, topic, "task.changed", step.data, after[step.id])


async def remove(db: AsyncSession, undo: Undo) -> None:
    """Into the trash, all at one moment: restoring one of them brings its sub-tasks along."""
    at, topic = now(), topic_of(undo.project_id)
    for some in in_chunks(undo.doing("task", "deleted")):
        ids = [step.id for step in some]
        gone = update(Task).where(Task.id == any_of(ids)).values(deleted_at=at)
        await db.execute(gone.execution_options(synchronize_session=False))
        for step in some:
            record(db, topic, "task.deleted", step.id, step.data, None)


def title(data: Fields) -> str | None:
    """What people call it."""
    words: str | None = data.get("title")
    return words


TASK = Kind(
    noun="task",
    rules=Rules(
        frozenset(
            {"title", "description", "state_id", "priority", "rank", "parent_id", "start_on", "due_on"}
            | {"estimate", "checklist", "duplicate_of_id"}
        ),
        frozenset({"label_ids", "assignee_ids", *RELATED}),
    ),
    look=look,
    refusal=needs("edit"),
    check_return=check_return,
    check_removal=check_removal,
    bring_back=bring_back,
    change=change,
    remove=remove,
    title=title,
    texts=frozenset({"description"}),
)
