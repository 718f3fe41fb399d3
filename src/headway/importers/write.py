"""Writes a board that was read elsewhere: one transaction, one change set, and nothing that is here already."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from headway.accounts.models import Person
from headway.clock import new_id
from headway.events.record import begin_change, change_of, record, statements
from headway.importers.details import write_details
from headway.importers.ground import Ground, known_things
from headway.importers.models import ImportedThing
from headway.importers.shapes import Board
from headway.importers.write_project import find_project, forget_project, make_project, write_labels, write_members
from headway.importers.write_states import write_states
from headway.importers.write_tasks import write_comments, write_tasks
from headway.projects.queries import project_picture, who_sees
from headway.workspaces.commands import member_data


@dataclass(frozen=True, slots=True)
class Report:
    """What an import took, what was here already, and what did not come through as it was."""

    project_id: UUID
    key: str
    name: str
    is_new: bool
    taken: Mapping[str, int]
    here_already: Mapping[str, int]
    changed: Mapping[str, int]
    dropped: Mapping[str, int]


def rows_at_most(board: Board) -> int:
    """How far an import counts while it writes."""
    hangs_on = sum(1 + len(c.steps) + len(c.comments) + len(c.assignee_ids) + len(c.label_ids) for c in board.cards)
    return hangs_on + 2 * len(board.members) + len(board.columns) + len(board.labels)


def write_board(
    db: Session,
    board: Board,
    workspace_id: UUID,
    by: UUID,
    *,
    key: str | None = None,
    visibility: str = "workspace",
    advance: Callable[[int], None] = lambda _: None,
) -> Report:
    """Writes what is not here yet into the caller's transaction, which it leaves open.

    Raises:
        Problem: this person may not, or the key is taken.
    """
    change = begin_change(db, "import", by)
    change.why = f"{board.source.capitalize()} board {board.name}"
    # Two imports of one board at once: the second waits here, and then finds everything.
    db.execute(
        select(func.pg_advisory_xact_lock(func.hashtextextended(f"{workspace_id}:{board.source}:{board.id}", 0)))
    )
    known = known_things(db, workspace_id, board.source)
    before = known.get(("board", board.id))
    project = find_project(db, by, before, key)
    is_new = project is None
    if before and not project:
        forget_project(db, workspace_id, before)
        known = known_things(db, workspace_id, board.source)
    project_id = project.id if project else new_id()
    project = project or make_project(db, board, workspace_id, by, project_id, key, visibility)

    ground = Ground(db, board, workspace_id, by, change.id, project, is_new, known, advance)
    if is_new:
        ground.keep("board", board.id, project.id)
        opened = board.is_private and visibility == "workspace"
        ground.changed["board was private; here everybody in the workspace sees it"] += opened
    people = write_members(ground)
    states = write_states(ground)
    labels = write_labels(ground)
    tasks = write_tasks(ground, states, people, labels)
    write_comments(ground, tasks, people)
    if ground.things:
        finish(ground)
    return Report(
        project_id=project.id,
        key=project.key,
        name=project.name,
        is_new=is_new,
        taken=+ground.taken,
        here_already=+ground.here_already,
        changed=+(ground.changed + Counter(board.changed)) if ground.things else {},
        dropped=+(ground.dropped + Counter(board.dropped)),
    )


def finish(ground: Ground) -> None:
    """Says what happened, last: the topics' counters are held from here to the commit, and only that long."""
    tell(ground)
    db = ground.db
    db.flush()
    steps = statements(change_of(db))
    db.execute(*next(steps))  # the change set, which imported things and details point to
    ground.write(ImportedThing, ground.things)
    write_details(ground)
    for step in steps:
        db.execute(*step)


def tell(ground: Ground) -> None:
    """One event for the project's viewers, however small the board; the workspace learns of the project and people."""
    db, project = ground.db, ground.project
    record(db, f"project:{project.id}", "reload", project.id, None, None)
    new_people = [thing["entity_id"] for thing in ground.things if thing["kind"] == "member"]
    for person in db.scalars(select(Person).where(Person.id.in_(new_people)).order_by(Person.name_key)):
        after = member_data(person, None)
        record(db, f"workspace:{ground.workspace_id}", "member.joined", person.id, None, after)
    if ground.is_new:
        db.flush()
        data = db.execute(*project_picture(project.id)).scalar_one()
        if project.visibility == "workspace":
            record(db, f"workspace:{ground.workspace_id}", "project.created", project.id, None, data)
        told = {ground.by} if project.visibility == "workspace" else set(db.scalars(who_sees(project.id)))
        for person_id in told:
            record(db, f"person:{person_id}", "access.changed", person_id, None, {"project_id": str(project.id)})
