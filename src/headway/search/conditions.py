"""A filter as a condition of a statement that selects from `Task`, its `State` and its `Project`."""

import operator
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, func, not_, or_, select, true
from sqlalchemy.orm import aliased

from headway.accounts.models import Person
from headway.comments.models import Comment
from headway.projects.models import Label, Project, State
from headway.search.parse import day_of
from headway.search.tree import ME, NONE, PRIORITIES, AllOf, AnyOf, Field, Filter, Not, Term, Words
from headway.tasks.models import Task, TaskAssignee, TaskLabel
from headway.tasks.queries import CLOSED
from headway.tasks.relations import is_blocked
from headway.text import sort_key

# The indexes are of trigrams: a shorter word would walk the whole of each, and reading the tasks is faster.
SHORTEST_INDEXED = 3
SIGNS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, ":": operator.eq}
ON_DAYS = {Field.due: Task.due_on, Field.start: Task.start_on}
AT_TIMES = {Field.created: Task.created_at, Field.updated: Task.updated_at, Field.completed: Task.completed_at}


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and what day it is for them."""

    person_id: UUID
    today: date
    zone: tzinfo


def condition(tree: Filter, asker: Asker) -> ColumnElement[bool]:
    """That a task is one the filter means. Never NULL, so that "not" turns it round."""
    match tree:
        case Words(text):
            return mentions(text)
        case Not(what):
            return not_(condition(what, asker))
        case AllOf(parts):
            return and_(true(), *(condition(part, asker) for part in parts))
        case AnyOf(parts):
            return or_(false(), *(condition(part, asker) for part in parts))
        case Term(_, _, values):
            return or_(false(), *(OF_FIELD[tree.field](tree, value, asker) for value in values))


def on_day(term: Term, value: str, asker: Asker) -> ColumnElement[bool]:
    """A day that tasks can be without."""
    column = ON_DAYS[term.field]
    if value == NONE:
        return column.is_(None)
    return and_(column.is_not(None), SIGNS[term.compared](column, day_of(value, asker.today)))


def at_time(term: Term, value: str, asker: Asker) -> ColumnElement[bool]:
    """A time, compared by the day that it is on where whoever asks is."""
    column = AT_TIMES[term.field]
    if value == NONE:
        return column.is_(None)
    day = day_of(value, asker.today)
    begins, ends = (first_moment(one, asker.zone) for one in (day.toordinal(), day.toordinal() + 1))
    bounds = {
        "<": column < begins,
        ">=": column >= begins,
        "<=": column < ends,
        ">": column >= ends,
        ":": and_(column >= begins, column < ends),
    }
    return and_(column.is_not(None), bounds[term.compared])


def first_moment(ordinal: int, zone: tzinfo) -> datetime:
    """When a day begins. Days that no calendar of ours reaches begin where it ends."""
    day = date.fromordinal(min(max(ordinal, date(2, 1, 1).toordinal()), date(9999, 12, 30).toordinal()))
    return datetime.combine(day, time(), zone)


def important(term: Term, value: str, _: Asker) -> ColumnElement[bool]:
    """Of this priority, or compared with it."""
    return SIGNS[term.compared](Task.priority, PRIORITIES.index(value))  # type: ignore[no-any-return]


def estimated(term: Term, value: str, _: Asker) -> ColumnElement[bool]:
    """Of this estimate, or compared with it; tasks can be without."""
    if value == NONE:
        return Task.estimate.is_(None)
    return and_(Task.estimate.is_not(None), SIGNS[term.compared](Task.estimate, float(value)))


def in_project(_: Term, key: str, __: Asker) -> ColumnElement[bool]:
    """In the project of this key."""
    return Project.key == key


def in_state(_: Term, name: str, __: Asker) -> ColumnElement[bool]:
    """In a state of this name, or of this category."""
    return or_(State.category == name.lower(), func.lower(State.name) == func.lower(name))


def is_a(_: Term, kind: str, asker: Asker) -> ColumnElement[bool]:
    """The kinds that have a word of their own."""
    if kind == "subtask":
        return Task.parent_id.is_not(None)
    if kind == "blocked":
        return is_blocked()
    closed = State.category.in_(CLOSED)
    if kind == "overdue":
        return and_(not_(closed), Task.due_on.is_not(None), Task.due_on < asker.today)
    return closed if kind == "closed" else not_(closed)


def labelled(_: Term, name: str, __: Asker) -> ColumnElement[bool]:
    """That it has a label of this name, or none at all."""
    if name == NONE:
        return not_(exists().where(TaskLabel.task_id == Task.id))
    named = and_(Label.id == TaskLabel.label_id, Label.name_key == sort_key(name))
    return exists().where(TaskLabel.task_id == Task.id, named)


def assigned(_: Term, name: str, asker: Asker) -> ColumnElement[bool]:
    """That somebody of this name works on it, or nobody at all."""
    if name == NONE:
        return not_(exists().where(TaskAssignee.task_id == Task.id))
    if name == ME:
        return exists().where(TaskAssignee.task_id == Task.id, TaskAssignee.person_id == asker.person_id)
    return exists().where(TaskAssignee.task_id == Task.id, TaskAssignee.person_id == Person.id, called(name))


def created_by(_: Term, name: str, asker: Asker) -> ColumnElement[bool]:
    """That somebody of this name made it; "none" where nobody knows."""
    if name == NONE:
        return Task.created_by.is_(None)
    if name == ME:
        return and_(Task.created_by.is_not(None), Task.created_by == asker.person_id)
    return exists().where(Task.created_by == Person.id, called(name))


def called(name: str) -> ColumnElement[bool]:
    """That the beginning of one of a person's names is this: ada, love or "ada love" for Ada Lovelace."""
    return func.concat(" ", Person.name_key).contains(f" {sort_key(name)}", autoescape=True)


def mentions(words: str) -> ColumnElement[bool]:
    """That a task has the words in its title, description or comments."""
    said = and_(Comment.deleted_at.is_(None), Comment.body.icontains(words, autoescape=True))
    if len(words) < SHORTEST_INDEXED:
        return or_(in_text(Task, words), exists().where(Comment.task_id == Task.id, said))
    # A union, not an OR: the words are looked up in their indexes, which an OR across tables cannot use.
    task = aliased(Task)
    return Task.id.in_(select(task.id).where(in_text(task, words)).union(select(Comment.task_id).where(said)))


def in_text(task: Any, words: str) -> ColumnElement[bool]:
    """That they stand in its title or description."""
    return or_(task.title.icontains(words, autoescape=True), task.description.icontains(words, autoescape=True))


OF_FIELD = {
    Field.assignee: assigned,
    Field.by: created_by,
    Field.completed: at_time,
    Field.created: at_time,
    Field.due: on_day,
    Field.estimate: estimated,
    Field.is_: is_a,
    Field.label: labelled,
    Field.priority: important,
    Field.project: in_project,
    Field.start: on_day,
    Field.state: in_state,
    Field.updated: at_time,
}
