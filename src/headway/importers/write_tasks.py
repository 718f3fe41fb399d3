"""The tasks of a board: its cards, their checklists as sub-tasks, and their comments."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fractional_indexing import generate_n_keys_between
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from headway.comments.models import Comment
from headway.importers.ground import Ground
from headway.importers.shapes import Card, Step
from headway.importers.write_states import States
from headway.markdown import render
from headway.projects.models import Project
from headway.tasks.models import Task, TaskAssignee, TaskLabel
from headway.tasks.queries import CLOSED

Row = dict[str, Any]


def write_tasks(ground: Ground, states: States, people: dict[str, UUID], labels: dict[str, UUID]) -> dict[str, UUID]:
    """Makes the tasks that are not there yet. Returns their cards' ids -> ours, as far as ours are still there."""
    there = {
        row.id: row.state_id
        for row in ground.db.execute(
            select(Task.id, Task.state_id).where(Task.project_id == ground.project.id, Task.deleted_at.is_(None))
        )
    }
    rows: list[Row] = []
    assigned: list[Row] = []
    labelled: list[Row] = []
    tasks: dict[str, UUID] = {}
    for card in ground.board.cards:
        known = ground.find("card", card.id)
        if known is None:
            rows.append(card_row(ground, card, states, people))
            known = rows[-1]["id"]
            there[known] = rows[-1]["state_id"]
            ground.taken["archived cards" if card.archived else "cards"] += 1
            assigned += [{"task_id": known, "person_id": people[one]} for one in card.assignee_ids]
            labelled += [
                {"task_id": known, "label_id": labels[one], "project_id": ground.project.id}
                for one in card.label_ids
                if one in labels
            ]
        elif known in there:
            ground.here_already["cards"] += 1
        else:
            ground.dropped["cards that came before and were deleted here, or are in another project"] += 1
            ground.dropped["new comments and checklist items of such cards"] += len(unseen(ground, card))
            continue
        tasks[card.id] = known
        for step in card.steps:
            if ground.find("checkitem", step.id):
                ground.here_already["checklist items"] += 1
                continue
            rows.append(step_row(ground, step, card, known, states.of_step(step, there[known]), states))
            ground.taken["checklist items"] += 1
            assigned += [{"task_id": rows[-1]["id"], "person_id": people[one]} for one in step.assignee_ids]
    number_and_rank(ground, rows)
    ground.write(Task, rows)
    ground.write(TaskAssignee, assigned)
    ground.write(TaskLabel, labelled)
    return tasks


def unseen(ground: Ground, card: Card) -> list[str]:
    """What hangs on a card and has not come in yet."""
    steps = [step.id for step in card.steps if not ground.find("checkitem", step.id)]
    return steps + [comment.id for comment in card.comments if not ground.find("comment", comment.id)]


def card_row(ground: Ground, card: Card, states: States, people: dict[str, UUID]) -> Row:
    """A card as a task. Its number is still a wish."""
    row = {
        "id": ground.keep("card", card.id),
        "number": card.number,
        "parent_id": None,
        "start_on": card.start_on,
        "due_on": card.due_on,
        "created_by": people.get(card.created_by or ""),
    }
    times = (card.created_at, card.updated_at)
    return row | task_row(ground, card.title, card.description, states.of_card(card), states, times)


def step_row(ground: Ground, step: Step, card: Card, parent_id: UUID, state_id: UUID, states: States) -> Row:
    """A point of a checklist as a sub-task."""
    row = {
        "id": ground.keep("checkitem", step.id),
        "number": None,
        "parent_id": parent_id,
        "start_on": None,
        "due_on": step.due_on,
        "created_by": None,
    }
    times = (step.created_at or card.created_at, card.updated_at)
    return row | task_row(ground, step.title, step.description, state_id, states, times)


def task_row(
    ground: Ground,
    title: str,
    description: str,
    state_id: UUID,
    states: States,
    times: tuple[datetime | None, datetime | None],
) -> Row:
    """What every task has."""
    created_at = ground.past(*times)
    updated_at = max(created_at, ground.past(times[1], created_at))
    return {
        "project_id": ground.project.id,
        "title": title,
        "description": description,
        "description_html": render(description),
        "state_id": state_id,
        "priority": 0,
        "created_at": created_at,
        "updated_at": updated_at,
        "completed_at": updated_at if states.category[state_id] in CLOSED else None,
        "version": 1,
    }


def number_and_rank(ground: Ground, rows: list[Row]) -> None:
    """Gives tasks their own number where it is free, else the next; and places behind what is there."""
    if ground.is_new:
        ground.project.last_number = give_numbers(ground, rows, set(), 0)
    elif rows:
        # In a short transaction of its own: from here on nobody else gets these numbers, and nobody who adds a task
        # meanwhile waits until the whole import is through. One that fails leaves a hole in the numbers.
        with Session(ground.db.get_bind()) as aside, aside.begin():
            project = aside.get_one(Project, ground.project.id, with_for_update={"key_share": True})
            taken = set(aside.scalars(select(Task.number).where(Task.project_id == project.id)))
            project.last_number = give_numbers(ground, rows, taken, project.last_number)
    last = ground.db.scalar(select(func.max(Task.rank)).where(Task.project_id == ground.project.id))
    for row, rank in zip(rows, generate_n_keys_between(last, None, len(rows)), strict=True):
        row["rank"] = rank


def give_numbers(ground: Ground, rows: list[Row], taken: set[int], last_number: int) -> int:
    """Numbers the rows. Returns the highest number that is taken then."""
    for row in rows:
        wanted = row["number"]
        if wanted in taken:
            row["number"] = None
            ground.changed["cards got another number, because theirs was taken"] += 1
        elif wanted:
            taken.add(wanted)
    following = max(taken | {last_number})
    for row in rows:
        if row["number"] is None:
            following += 1
            row["number"] = following
    return following


def write_comments(ground: Ground, tasks: dict[str, UUID], people: dict[str, UUID]) -> None:
    """What people said, with their names and the days they said it."""
    rows: list[Row] = []
    for card in ground.board.cards:
        for comment in card.comments:
            if ground.find("comment", comment.id):
                ground.here_already["comments"] += 1
            elif card.id in tasks:
                created_at = ground.past(comment.created_at, card.updated_at)
                rows.append(
                    {
                        "id": ground.keep("comment", comment.id),
                        "task_id": tasks[card.id],
                        "project_id": ground.project.id,
                        "author_id": people.get(comment.author_id or ""),
                        "body": comment.body,
                        "body_html": render(comment.body),
                        "created_at": created_at,
                        "updated_at": max(created_at, ground.past(comment.updated_at, created_at)),
                        "version": 1,
                    }
                )
    ground.write(Comment, rows)
    ground.taken["comments"] += len(rows)
