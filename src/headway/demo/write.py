"""One of the demo's projects as rows. The same content gets the same dice, so every demo looks alike."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from fractional_indexing import generate_n_keys_between
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from headway.clock import new_id, now
from headway.comments.models import Comment
from headway.comments.queries import comment_json
from headway.demo.content import Board, Card
from headway.events.record import record
from headway.markdown import render
from headway.projects.models import Label, Project, ProjectMember, State
from headway.projects.queries import label_json, project_picture, state_json
from headway.tasks.models import Task, TaskAssignee, TaskLabel
from headway.tasks.queries import task_json
from headway.text import sort_key

CLOSED = {"done", "cancelled"}
# How many days ago a task was written, by what has become of it.
AGES = {"backlog": (12, 80), "todo": (4, 30), "doing": (8, 28), "done": (20, 75), "cancelled": (35, 80)}


@dataclass
class Rows:
    """A project's rows, gathered to be written table by table."""

    board: Board
    project: Project
    people: dict[str, UUID]
    states: dict[str, State]
    labels: dict[str, UUID]
    dice: Random
    tasks: list[dict[str, Any]] = field(default_factory=list)
    task_labels: list[dict[str, Any]] = field(default_factory=list)
    assignees: list[dict[str, Any]] = field(default_factory=list)
    comments: list[dict[str, Any]] = field(default_factory=list)


def write_board(session: Session, board: Board, workspace_id: UUID, people: dict[str, UUID]) -> Project:
    """The project with states, labels, members, tasks and comments."""
    at = now() - timedelta(days=95)
    project = Project(
        id=new_id(),
        workspace_id=workspace_id,
        key=board.key,
        name=board.name,
        name_key=sort_key(board.name),
        description=board.description,
        visibility=board.visibility,
        created_by=people[board.lead],
        created_at=at,
        updated_at=at,
        version=1,
    )
    session.add(project)
    session.flush()
    ranks = generate_n_keys_between(None, None, len(board.states))
    states = {
        name: State(id=new_id(), project_id=project.id, name=name, category=category, rank=rank)
        for (name, category), rank in zip(board.states, ranks, strict=True)
    }
    labels = {
        name: Label(id=new_id(), project_id=project.id, name=name, name_key=sort_key(name), color=color)
        for name, color in board.labels
    }
    session.add_all([*states.values(), *labels.values()])
    for who, role in ((board.lead, "admin"), *board.members):
        session.add(ProjectMember(project_id=project.id, person_id=people[who], role=role, since=project.created_at))
    session.flush()

    rows = Rows(board, project, people, states, {name: one.id for name, one in labels.items()}, Random(board.key))  # noqa: S311
    for card in board.cards:
        add_task(rows, card)
    number_and_rank(rows)
    called = {task["title"]: task for task in rows.tasks}
    for card in board.cards:
        called[card.title]["blocked_by_ids"] = sorted(called[title]["id"] for title in card.blocked_by)
    for table, values in (
        (Task, rows.tasks),
        (TaskLabel, rows.task_labels),
        (TaskAssignee, rows.assignees),
        (Comment, rows.comments),
    ):
        session.execute(insert(table), values)
    project.last_number = len(rows.tasks)
    session.flush()
    return project


def add_task(rows: Rows, card: Card, parent: dict[str, Any] | None = None) -> None:
    """One task, then its sub-tasks."""
    state = rows.states[card.state]
    created_at = moment(rows.dice, age_of(rows, card, parent))
    if parent:
        created_at = max(created_at, parent["created_at"] + timedelta(minutes=4))
    author = rows.people[card.by or rows.board.lead] if not parent else parent["created_by"]
    closed_at = closing(rows.dice, card, created_at) if state.category in CLOSED else None
    touched = closed_at or created_at + (now() - created_at) * rows.dice.uniform(0.3, 0.98)
    task = {
        "id": new_id(),
        "project_id": rows.project.id,
        "title": card.title,
        "description": card.text,
        "description_html": render(card.text),
        "state_id": state.id,
        "priority": card.priority,
        "parent_id": parent["id"] if parent else None,
        "start_on": workday(card.starts_in),
        "due_on": workday(card.due_in),
        "estimate": card.estimate,
        "checklist": [{"id": str(new_id()), "text": text, "done": done} for text, done in card.checklist],
        "blocked_by_ids": [],
        "created_by": author,
        "created_at": created_at,
        "updated_at": touched,
        "completed_at": closed_at,
        "version": 1,
    }
    rows.tasks.append(task)
    ids = {"task_id": task["id"], "project_id": rows.project.id}
    rows.task_labels += [{**ids, "label_id": rows.labels[name]} for name in card.labels]
    rows.assignees += [{"task_id": task["id"], "person_id": rows.people[who]} for who in card.who]
    for said in card.comments:
        at = now() - timedelta(days=said.days_ago)
        text = {"body": said.body, "body_html": render(said.body), "author_id": rows.people[said.by]}
        rows.comments.append({"id": new_id(), **ids, **text, "created_at": at, "updated_at": at, "version": 1})
    for step in card.steps:
        add_task(rows, step, task)


def age_of(rows: Rows, card: Card, parent: dict[str, Any] | None) -> float:
    """Days since it was written: before anybody said something about it, and a sub-task soon after its parent."""
    if parent:
        age: timedelta = now() - parent["created_at"]
        return age / timedelta(days=1)
    first, last = AGES[rows.states[card.state].category]
    said = max((said.days_ago for said in card.comments), default=0)
    return max(rows.dice.uniform(first, last), said + 2, 1 - (card.starts_in or 0))


def moment(dice: Random, days_ago: float) -> datetime:
    """A time of a working day, about that many days ago."""
    day = now() - timedelta(days=days_ago)
    at = datetime(
        day.year, day.month, day.day, dice.randint(8, 16), dice.randint(0, 59), dice.randint(0, 59), tzinfo=UTC
    )
    return min(at - timedelta(days=max(0, at.weekday() - 4)), now() - timedelta(hours=1))


def closing(dice: Random, card: Card, created_at: datetime) -> datetime:
    """When it was finished: after the last word about it."""
    said = min((said.days_ago for said in card.comments), default=None)
    begin = created_at if said is None else max(created_at, now() - timedelta(days=said))
    return begin + (now() - begin) * dice.uniform(0.15, 0.85)


def workday(days: int | None) -> date | None:
    """The day that many days from today; a weekend's becomes the Monday after, or the Friday before if it is past."""
    if days is None:
        return None
    day = now().date() + timedelta(days=days)
    over = max(0, day.weekday() - 4)
    return day if not over else day - timedelta(days=over) if days < 0 else day + timedelta(days=3 - over)


def number_and_rank(rows: Rows) -> None:
    """Numbers in the order in which tasks were written, ranks in the order of the content."""
    for number, task in enumerate(sorted(rows.tasks, key=lambda one: one["created_at"]), start=1):
        task["number"] = number
    for task, rank in zip(rows.tasks, generate_n_keys_between(None, None, len(rows.tasks)), strict=True):
        task["rank"] = rank


def tell(session: Session, board: Board, project: Project) -> None:
    """Records what has been made: on the project's topic, and on the workspace's where everybody there may know."""
    topic = f"project:{project.id}"
    data = session.execute(*project_picture(project.id)).scalar_one()
    record(session, topic, "project.created", project.id, None, data)
    if board.visibility == "workspace":
        record(session, f"workspace:{project.workspace_id}", "project.created", project.id, None, data)
    states = select(state_json()).where(State.project_id == project.id).order_by(State.rank)
    labels = select(label_json()).where(Label.project_id == project.id).order_by(Label.name_key)
    record_all(session, topic, "state.created", session.execute(states).scalars())
    record_all(session, topic, "label.created", session.execute(labels).scalars())
    tasks = select(task_json()).join(Project, Project.id == Task.project_id).where(Task.project_id == project.id)
    comments = select(comment_json()).where(Comment.project_id == project.id)
    record_all(session, topic, "task.created", session.execute(tasks.order_by(Task.number)).scalars())
    record_all(session, topic, "comment.created", session.execute(comments.order_by(Comment.created_at)).scalars())


def record_all(session: Session, topic: str, kind: str, made: Iterable[dict[str, Any]]) -> None:
    """One event for each thing made."""
    for data in made:
        record(session, topic, kind, UUID(data["id"]), None, data)
