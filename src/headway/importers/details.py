"""What an import did to each thing, for history and undo: viewers only get one `reload`."""

from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, FromClause, Integer, Text, Uuid, cast, func, insert, literal, null, select
from sqlalchemy.dialects.postgresql import JSONB

from headway.comments.models import Comment
from headway.comments.queries import comment_json
from headway.db import Base
from headway.events.models import ChangeDetail
from headway.events.record import RENDERED
from headway.importers.ground import Ground
from headway.projects.models import Label, Project, State
from headway.projects.queries import label_json, project_fields, state_json
from headway.tasks.models import Task
from headway.tasks.queries import task_json

AT_ONCE = 5_000


def write_details(ground: Ground) -> None:
    """Says of each thing that was made that it was, as the API shows it: the database writes its own pictures down."""
    task = Task.__table__.join(Project.__table__, Project.id == Task.project_id)
    kinds: list[tuple[str, type[Base], ColumnElement[Any], FromClause | None]] = [
        ("project.created", Project, func.json_build_object(*project_fields()), None),
        ("state.created", State, state_json(), None),
        ("label.created", Label, label_json(), None),
        ("task.created", Task, task_json(), task),
        ("comment.created", Comment, comment_json(), None),
    ]
    ids: dict[type[Base], list[UUID]] = {**ground.made, Project: [ground.project.id] if ground.is_new else []}
    position = 0
    for kind, model, picture, source in kinds:
        made = ids.get(model, [])
        for start in range(0, len(made), AT_ONCE):
            some = made[start : start + AT_ONCE]
            write_some(ground, kind, model, picture, source, some, position)
            position += len(some)


def write_some(
    ground: Ground,
    kind: str,
    model: Any,
    picture: ColumnElement[Any],
    source: FromClause | None,
    some: list[UUID],
    position: int,
) -> None:
    """One statement's worth of details."""
    rows = (
        select(
            literal(ground.change_id, Uuid),
            literal(f"project:{ground.project.id}", Text),
            cast(position + func.row_number().over(order_by=model.id), Integer),
            literal(kind, Text),
            model.id,
            null(),
            cast(picture, JSONB).op("-")(literal(RENDERED, ARRAY(Text))),
        )
        .select_from(model if source is None else source)
        .where(model.id == func.any(literal(some, ARRAY(Uuid))))
    )
    columns = ["change_set_id", "topic", "position", "kind", "entity_id", "before", "after"]
    ground.db.execute(insert(ChangeDetail).from_select(columns, rows))
