"""The statements of Headway's routes as the floor sends them: the same conditions, the same JSON, spelled once.

What SQLAlchemy makes parameters of and nobody ever changes, such as the names of JSON's fields, is written into the
text, as somebody would who types it.
"""

import re
from typing import Any
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, func, select, text, update
from sqlalchemy.dialects.postgresql.asyncpg import dialect

from headway.events.record import CHANGE_AND_EVENTS
from headway.projects.models import Project, State
from headway.projects.queries import my_role, only_visible
from headway.tasks import listing, queries
from headway.tasks.models import Task
from headway.tasks.schemas import Sort

NOBODY = UUID(int=0)
PERSON, PROJECT, TASK = (bindparam(name, type_=Uuid()) for name in ("person_id", "project_id", "task_id"))

# Who asks: one query, as in Headway.
ASKER = text(
    """
    SELECT person.id, api_token.id FROM api_token JOIN person ON person.id = api_token.person_id
    WHERE api_token.secret_hash = :secret_hash AND person.suspended_at IS NULL
      AND (api_token.expires_at IS NULL OR api_token.expires_at > now())
      AND CAST(:scope AS text) = ANY (api_token.scopes)
    """
)
# The task with its project's next number, and what it looks like, in one round trip.
CREATE = text(
    """
    WITH number AS (
        UPDATE project SET last_number = last_number + 1 WHERE id = :project_id AND deleted_at IS NULL
        RETURNING id, key, last_number
    ), made AS (
        INSERT INTO task (id, project_id, number, title, description, description_html, state_id, priority, rank,
                          created_by, created_at, updated_at, version)
        SELECT CAST(:id AS uuid), number.id, number.last_number, CAST(:title AS text), '', '',
               CAST(:state_id AS uuid), 0, CAST(:rank AS text), CAST(:person_id AS uuid),
               CAST(:at AS timestamptz), CAST(:at AS timestamptz), 1
        FROM number RETURNING *
    )
    SELECT CAST(json_build_object(
        'id', made.id, 'project_id', made.project_id, 'number', made.number,
        'human_id', concat(number.key, '-', made.number), 'title', made.title, 'state_id', made.state_id,
        'priority', made.priority, 'rank', made.rank, 'parent_id', made.parent_id, 'start_on', made.start_on,
        'due_on', made.due_on, 'estimate', made.estimate, 'checklist_total', jsonb_array_length(made.checklist),
        'checklist_done', jsonb_array_length(jsonb_path_query_array(made.checklist, '$[*] ? (@.done == true)')),
        'blocked_by_ids', made.blocked_by_ids, 'duplicate_of_id', made.duplicate_of_id,
        'related_ids', made.related_ids, 'label_ids', CAST('[]' AS json), 'assignee_ids', CAST('[]' AS json),
        'created_by', made.created_by, 'created_at', made.created_at, 'updated_at', made.updated_at,
        'completed_at', made.completed_at, 'version', made.version, 'description', made.description,
        'description_html', made.description_html, 'checklist', made.checklist) AS text)
    FROM made, number
    """
)


def place() -> Any:
    """(my role, the state that new tasks start in, the last rank) of a project that I see."""
    usual = (State.category != "todo", State.category != "backlog", State.rank)
    state = select(State.id).where(State.project_id == Project.id).order_by(*usual).limit(1)
    last = select(Task.rank).where(Task.project_id == Project.id).order_by(Task.rank.desc()).limit(1)
    inside = (one.correlate(Project).scalar_subquery() for one in (state, last))
    return only_visible(select(my_role, *inside).select_from(Project), PERSON).where(Project.id == PROJECT)


def before() -> Any:
    """(what an edit of the title changes, as JSON; the project; my role) of a task that I see, locked."""
    changed = func.json_build_object("title", Task.title, "updated_at", Task.updated_at, "version", Task.version)
    seen = select(changed.cast(Text), Task.project_id, my_role).join(Project, Project.id == Task.project_id)
    mine = queries.only_seen(seen, PERSON).where(Task.id == TASK, Task.deleted_at.is_(None))
    return mine.with_for_update(of=Task, key_share=True)


def retitle() -> Any:
    """Gives a task its title and next version; returns it as answers show it."""
    given = {"title": bindparam("new_title"), "updated_at": bindparam("at"), "version": Task.version + 1}
    changed = update(Task).where(Task.id == TASK, Project.id == Task.project_id).values(given)
    return changed.returning(queries.task_json().cast(Text)).execution_options(synchronize_session=False)


def statements() -> dict[str, Any]:
    """Those of the routes that are measured, by the floor's names for them."""
    return {
        "asker": ASKER,
        "task": queries.task_answer(NOBODY, NOBODY)[0],
        "board": queries.board(NOBODY, NOBODY)[0],
        "page": listing.pages(Sort.rank, False, frozenset()),
        "page_after": listing.pages(Sort.rank, True, frozenset()),
        "page_priority": listing.pages(Sort.number, True, frozenset({"priority"})),
        "page_words": listing.pages(Sort.rank, False, frozenset(), 1),
        "place": place(),
        "create": CREATE,
        "before": before(),
        "retitle": retitle(),
        "happened": CHANGE_AND_EVENTS,
    }


def spelled() -> dict[str, Any]:
    """Name -> [text with $1, $2, …, names of the arguments in order, {}]: what `Options.sql` takes."""
    return {name: spell(one) for name, one in statements().items()}


def spell(statement: Any) -> list[Any]:
    """One statement, with what never changes written into it."""
    compiled = statement.compile(dialect=dialect())  # type: ignore[no-untyped-call]
    names: list[str] = []

    def argument(found: re.Match[str]) -> str:
        name = compiled.positiontup[int(found[1]) - 1]
        value = compiled.params[name]
        if value is not None:
            return literal(value)
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}{found[2] or ''}"

    # Typed out, text needs no type; and the channel to a server's process is as narrow as a socket's buffer.
    return [re.sub(r"\$(\d+)(::VARCHAR)?", argument, str(compiled)), names, {}]


def literal(value: Any) -> str:
    """Text, a number or a list of texts as SQL has it."""
    if isinstance(value, int):
        return str(value)
    plain = "{" + ",".join(value) + "}" if isinstance(value, list) else str(value)
    return "'" + plain.replace("'", "''") + "'"
