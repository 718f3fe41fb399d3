"""The project of a board: itself, its people, its states and its labels."""

import re
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from headway.accounts.models import Person
from headway.clock import now
from headway.comments.models import Comment
from headway.errors import Conflict, Forbidden, NotFound
from headway.importers.ground import Ground, Names
from headway.importers.models import ImportedThing
from headway.importers.reading import LONGEST_NAME
from headway.importers.shapes import Board
from headway.projects.access import require
from headway.projects.commands import ONLY_ASSIGNED
from headway.projects.models import Label, Project, ProjectMember, State
from headway.projects.queries import visible_project
from headway.tasks.models import Task
from headway.text import sort_key
from headway.workspaces.access import require as require_in_workspace
from headway.workspaces.models import Membership
from headway.workspaces.queries import visible_workspace

LONGEST_KEY = 10


def find_project(db: Session, by: UUID, board_project: UUID | None, key: str | None) -> Project | None:
    """The project that this board came into before, if it is still there and this person may add to it."""
    project = db.get(Project, board_project) if board_project else None
    if project is None or project.deleted_at:
        return None
    row = db.execute(visible_project(by, project.id)).one_or_none()
    if row is None:
        raise Forbidden("import.not_yours", "This board is in a project already that this person may not see.")
    require(row.my_role, "edit")
    if row.restricted:
        raise Forbidden("restricted", ONLY_ASSIGNED)
    if key and key != project.key:
        raise Conflict("import.key", f"This board is already project {project.key}. Leave out --key, or give that one.")
    return project


def forget_project(db: Session, workspace_id: UUID, project_id: UUID) -> None:
    """Lets a board whose project was deleted come in afresh."""
    inside = (select(model.id).where(model.project_id == project_id) for model in (Task, State, Label, Comment))
    db.execute(
        delete(ImportedThing).where(
            ImportedThing.workspace_id == workspace_id,
            or_(ImportedThing.entity_id == project_id, *(ImportedThing.entity_id.in_(ids) for ids in inside)),
        )
    )


def make_project(
    db: Session, board: Board, workspace_id: UUID, by: UUID, project_id: UUID, key: str | None, visibility: str
) -> Project:
    """A project of the board's name; who imports it is its admin."""
    row = db.execute(visible_workspace(by, workspace_id)).one_or_none()
    if row is None:
        raise NotFound("workspace.not_found", "There is no such workspace.")
    require_in_workspace(row.my_role, "create_project")
    taken = set(db.scalars(select(Project.key).where(Project.workspace_id == workspace_id)))
    if key in taken:
        raise Conflict("project.key", f"A project with the key {key} exists already, or did. Choose another --key.")
    at = now()
    project = Project(
        id=project_id,
        workspace_id=workspace_id,
        key=key or free_key(board.name, taken),
        name=board.name,
        name_key=sort_key(board.name),
        description=board.description,
        visibility=visibility,
        last_number=0,
        created_by=by,
        created_at=at,
        updated_at=at,
    )
    db.add(project)
    db.flush()
    db.add(ProjectMember(project_id=project.id, person_id=by, role="admin", since=at))
    db.flush()
    return project


def free_key(name: str, taken: set[str]) -> str:
    """A key nobody has: a name's first letters, or the beginning of its only word."""
    words = re.findall(r"[A-Z][A-Z0-9]*", sort_key(name).upper())
    key = ("".join(w[0] for w in words) if len(words) > 1 else "".join(words)[:4])[: LONGEST_KEY - 4] or "BOARD"
    number = 2
    while (free := key if number == 2 and key not in taken else f"{key}{number}") in taken:
        number += 1
    return free


def write_members(ground: Ground) -> dict[str, UUID]:
    """Placeholders: names to show and quote. They have no role, no e-mail and no password: nobody can be one."""
    people, places = [], []
    for member in ground.board.members:
        if ground.find("member", member.id):
            ground.here_already["members"] += 1
            continue
        person_id = ground.keep("member", member.id)
        people.append(
            {
                "id": person_id,
                "name": member.name,
                "name_key": sort_key(member.name),
                "email": None,
                "password_hash": None,
                "is_admin": False,
                "placeholder": True,
                "created_at": ground.at,
            }
        )
        places.append(
            {
                "workspace_id": ground.workspace_id,
                "person_id": person_id,
                "role": None,
                "joined_at": ground.at,
            }
        )
    ground.write(Person, people)
    ground.write(Membership, places)
    ground.taken["members"] += len(people)
    return {member.id: ground.known["member", member.id] for member in ground.board.members}


def write_labels(ground: Ground) -> dict[str, UUID]:
    """Their labels' ids -> ours, as far as ours are still there."""
    there = dict(ground.db.execute(select(Label.id, Label.name).where(Label.project_id == ground.project.id)).all())
    names, rows = Names(set(there.values()), LONGEST_NAME), []
    for label in ground.board.labels:
        if ground.find("label", label.id):
            ground.here_already["labels"] += 1
            continue
        name = names.free(label.name)
        rows.append(
            {
                "id": ground.keep("label", label.id),
                "project_id": ground.project.id,
                "name": name,
                "name_key": sort_key(name),
                "color": label.color,
                "version": 1,
            }
        )
    ground.write(Label, rows)
    ground.taken["labels"] += len(rows)
    ground.changed["labels of the same name got a number"] += names.numbered
    present = there.keys() | {row["id"] for row in rows}
    return {label.id: ours for label in ground.board.labels if (ours := ground.known["label", label.id]) in present}
