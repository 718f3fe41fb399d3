"""Everything that can happen to a project and its members."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from fractional_indexing import generate_n_keys_between
from sqlalchemy import Select, delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from headway.accounts.asker import Asker
from headway.audit.record import audit
from headway.clock import new_id, now
from headway.db import fetch, picture
from headway.errors import Forbidden, NotFound
from headway.events.record import record, record_change
from headway.merging import IfMatch, merge
from headway.projects.access import Right, require
from headway.projects.models import Project, ProjectMember, State, Visibility
from headway.projects.queries import (
    deleted_projects,
    only_visible,
    project_picture,
    project_to_change,
    project_to_look_at,
    restricted,
    state_json,
    who_sees,
)
from headway.projects.schemas import NewProject, ProjectChange
from headway.text import MAX_BODY, sort_key
from headway.workspaces.access import require as require_in_workspace
from headway.workspaces.models import Membership
from headway.workspaces.queries import visible_workspace

FIRST_STATES = (
    ("Backlog", "backlog"),
    ("To do", "todo"),
    ("In progress", "doing"),
    ("Done", "done"),
    ("Cancelled", "cancelled"),
)


# Somebody's own role in a project: role, only_assigned.
OwnRole = dict[str, Any]
# Of two who stay in an open project, one with such a role of their own may do less than one without any.
LESS_THAN_ALL = ("viewer", "commenter")
NO_PROJECT = ("project.not_found", "There is no such project.")
ONLY_ASSIGNED = (
    "You see only what is assigned to you in this project, and this is about all of it. Ask an admin of the project."
)


def topic_of(project_id: UUID) -> str:
    """The topic of all that happens in a project."""
    return f"project:{project_id}"


async def project_i_may(db: AsyncSession, me: Asker, project_id: UUID, right: Right, lock: bool = False) -> Project:
    """The project, if I see it and have the right; locked, its creates and moves wait for this one."""
    return (await project_and_sight(db, me, project_id, right, lock))[0]


async def project_and_sight(
    db: AsyncSession, me: Asker, project_id: UUID, right: Right, lock: bool = False
) -> tuple[Project, bool]:
    """The same, and whether I see only what is assigned to me there."""
    find = project_to_change if lock else project_to_look_at
    project, role, restricted = await fetch(db, find(me.person_id, project_id), *NO_PROJECT)
    require(role, right)
    return project, restricted


async def refuse_restricted(db: AsyncSession, person_id: UUID, project_id: UUID) -> None:
    """Says to somebody who sees a part of a project that this is about all of it.

    What is not there for them at all is left to the statement that comes next.

    Raises:
        Forbidden: they see only what is assigned to them.
    """
    sees = only_visible(select(restricted).select_from(Project), person_id).where(Project.id == project_id)
    if await db.scalar(sees):
        raise Forbidden("restricted", ONLY_ASSIGNED)


async def lock_project_of(
    db: AsyncSession, visible: Select[*tuple[Any, ...]], missing: tuple[str, str], shared: bool = False
) -> None:
    """Locks the project of the one thing that `visible` finds, before that thing itself is locked.

    Whoever takes both takes them in this order, so that no two wait for each other. A shared lock lets others share it
    and keeps out whoever is about to rearrange the project: moves, deletes, states or labels that go away.
    """
    home = visible.with_only_columns(Project.id, maintain_column_froms=True)
    await fetch(db, home.with_for_update(of=Project, read=shared, key_share=not shared), *missing)


async def tell_workspace(db: AsyncSession, project: Project, before: dict[str, object] | None) -> None:
    """Puts a project's change on its workspace's topic as far as everybody there may see it."""
    after = None if project.deleted_at else await picture(db, project_picture(project.id))
    shown_before = before if before and before["visibility"] == Visibility.workspace else None
    shown_after = after if after and after["visibility"] == Visibility.workspace else None
    kind = (
        "project.changed" if shown_before and shown_after else "project.created" if shown_after else "project.deleted"
    )
    if shown_before or shown_after:
        record(db, f"workspace:{project.workspace_id}", kind, project.id, shown_before, shown_after)


def tell_people(db: AsyncSession, people: Iterable[UUID], project_id: UUID) -> None:
    """Tells people that what they may see has changed: their screens fetch it, their streams are checked again."""
    for person_id in people:
        record(db, f"person:{person_id}", "access.changed", person_id, None, {"project_id": str(project_id)})


async def create_project(db: AsyncSession, me: Asker, workspace_id: UUID, new: NewProject) -> Project:
    """A project with the usual five states; whoever makes it is its admin."""
    _, role = await fetch(
        db, visible_workspace(me.person_id, workspace_id), "workspace.not_found", "There is no such workspace."
    )
    require_in_workspace(role, "create_project")
    at = now()
    project = Project(
        id=new_id(),
        workspace_id=workspace_id,
        key=new.key,
        name=new.name,
        name_key=sort_key(new.name),
        description=new.description,
        visibility=new.visibility,
        created_by=me.person_id,
        created_at=at,
        updated_at=at,
    )
    db.add(project)
    await db.flush()
    ranks = generate_n_keys_between(None, None, len(FIRST_STATES))
    for (name, category), rank in zip(FIRST_STATES, ranks, strict=True):
        db.add(State(id=new_id(), project_id=project.id, name=name, category=category, rank=rank))
    db.add(ProjectMember(project_id=project.id, person_id=me.person_id, role="admin", since=at))
    data = await picture(db, project_picture(project.id))
    record(db, topic_of(project.id), "project.created", project.id, None, data)
    # Nobody follows it yet; what its board was is told from these.
    states = select(state_json()).where(State.project_id == project.id).order_by(State.rank)
    for state in (await db.scalars(states)).all():
        record(db, topic_of(project.id), "state.created", UUID(state["id"]), None, state)
    await tell_workspace(db, project, None)
    tell_people(db, (await db.scalars(who_sees(project.id))).all() if new.visibility == "private" else (), project.id)
    return project


async def change_project(
    db: AsyncSession, me: Asker, project_id: UUID, change: ProjectChange, match: IfMatch
) -> set[str]:
    """Renames it, describes it, opens or closes it. Which texts hold others' edits besides."""
    project = await project_i_may(db, me, project_id, "manage", lock=True)
    before = await picture(db, project_picture(project.id))
    wanted = change.model_dump(mode="json", exclude_unset=True, exclude={"version"})
    merged = await merge(db, topic_of(project.id), before, wanted, change.version, match, {"description": MAX_BODY})
    wanted |= merged
    seen_before = set((await db.scalars(who_sees(project.id))).all())
    for field, value in wanted.items():
        setattr(project, field, value)
    if any(before[field] != value for field, value in wanted.items()):
        await settle_project(db, project, before, seen_before)
    return set(merged)


async def settle_project(db: AsyncSession, project: Project, before: dict[str, Any], seen_before: set[UUID]) -> None:
    """Gives a project that has changed its next version, and tells its viewers, its workspace and whom it appears to.

    Args:
        before: its picture before the change.
        seen_before: everybody who saw it then.
    """
    project.name_key = sort_key(project.name)
    project.version += 1
    project.updated_at = now()
    after = await picture(db, project_picture(project.id))
    record_change(db, topic_of(project.id), "project.changed", before, after)
    await tell_workspace(db, project, before)
    if Visibility.private in (before["visibility"], project.visibility):
        # The workspace's topic says nothing true about it to those who see it, so they are told to look again.
        tell_people(db, seen_before.union(await db.scalars(who_sees(project.id))), project.id)


async def delete_project(db: AsyncSession, me: Asker, project_id: UUID) -> None:
    """Takes it, with everything in it, out of sight."""
    project = await project_i_may(db, me, project_id, "manage", lock=True)
    await take_project_away(db, project)
    about = {"about_id": project_id, "workspace_id": project.workspace_id}
    await audit(db, "project.deleted", by=me.person_id, means=me.means, **about)


async def take_project_away(db: AsyncSession, project: Project) -> None:
    """Deletes a project, which is locked, and tells everybody."""
    before = await picture(db, project_picture(project.id))
    people = (await db.scalars(who_sees(project.id))).all()
    project.deleted_at = now()
    project.version += 1
    await db.flush()
    record(db, topic_of(project.id), "project.deleted", project.id, before, None)
    await tell_workspace(db, project, before)
    tell_people(db, people, project.id)


async def restore_project(db: AsyncSession, me: Asker, project_id: UUID) -> None:
    """Brings a deleted project back, with everything in it, for everybody who would see it now."""
    statement = deleted_projects(me.person_id).where(Project.id == project_id)
    project, role = await fetch(db, statement.with_for_update(of=Project, key_share=True), *NO_PROJECT)
    require(role, "manage")
    await bring_project_back(db, project)


async def bring_project_back(db: AsyncSession, project: Project) -> None:
    """Restores a deleted project, which is locked, and tells everybody."""
    project.deleted_at = None
    project.version += 1
    project.updated_at = now()
    data = await picture(db, project_picture(project.id))
    record(db, topic_of(project.id), "project.created", project.id, None, data)
    await tell_workspace(db, project, None)
    tell_people(db, (await db.scalars(who_sees(project.id))).all(), project.id)


async def set_member(
    db: AsyncSession, me: Asker, project_id: UUID, person_id: UUID, role: str, only_assigned: bool = False
) -> None:
    """Gives somebody of the workspace a role of their own in the project, for all of it or only what they work on."""
    project = await project_i_may(db, me, project_id, "manage", lock=True)
    belongs = select(
        exists().where(
            Membership.workspace_id == project.workspace_id,
            Membership.person_id == person_id,
            Membership.role.is_not(None),
        )
    )
    if not await db.scalar(belongs):
        raise NotFound("person.not_found", "There is nobody like that in this workspace. Invite them first.")
    before = await own_role(db, project_id, person_id)
    given = {"role": role, "only_assigned": only_assigned}
    await db.execute(
        insert(ProjectMember)
        .values(project_id=project_id, person_id=person_id, since=(at := now()), **given)
        .on_conflict_do_update(index_elements=["project_id", "person_id"], set_={**given, "since": at})
    )
    tell_members(db, project_id, person_id, before, given)
    await note_member(db, "project_member.set", me, project, person_id, **given, before=before)


async def remove_member(db: AsyncSession, me: Asker, project_id: UUID, person_id: UUID) -> None:
    """Takes somebody's own role in the project away; anybody may leave by themselves, unless they would see more then.

    Raises:
        Forbidden: their role is there to hold them back.
    """
    project = await project_i_may(db, me, project_id, "see" if person_id == me.person_id else "manage", lock=True)
    before = await own_role(db, project.id, person_id)
    if before is None:
        raise NotFound("member.not_found", "They have no role of their own in this project.")
    if project.visibility == Visibility.workspace and (before["only_assigned"] or before["role"] in LESS_THAN_ALL):
        await project_i_may(db, me, project_id, "manage")
    await db.execute(
        delete(ProjectMember).where(ProjectMember.project_id == project_id, ProjectMember.person_id == person_id)
    )
    tell_members(db, project_id, person_id, before, None)
    await note_member(db, "project_member.removed", me, project, person_id, before=before)


async def note_member(db: AsyncSession, act: str, me: Asker, project: Project, person_id: UUID, **details: Any) -> None:
    """The row that a change of somebody's role in a project leaves."""
    about = {"about_id": person_id, "workspace_id": project.workspace_id}
    await audit(db, act, by=me.person_id, means=me.means, **about, project_id=str(project.id), **details)


async def own_role(db: AsyncSession, project_id: UUID, person_id: UUID) -> OwnRole | None:
    """Somebody's own role in a project, if they have one that still counts."""
    statement = (
        select(ProjectMember.role, ProjectMember.only_assigned)
        .join(Project, Project.id == ProjectMember.project_id)
        .join(Membership, Membership.workspace_id == Project.workspace_id)
        .where(
            ProjectMember.project_id == project_id,
            ProjectMember.person_id == person_id,
            Membership.person_id == person_id,
            ProjectMember.since >= Membership.joined_at,
        )
    )
    row = (await db.execute(statement)).one_or_none()
    return row and {"role": row.role, "only_assigned": row.only_assigned}


def tell_members(
    db: AsyncSession, project_id: UUID, person_id: UUID, before: OwnRole | None, after: OwnRole | None
) -> None:
    """Records a change of somebody's role in a project, for its viewers and for them."""

    def data(role: OwnRole | None) -> dict[str, Any] | None:
        return role and {"project_id": str(project_id), "person_id": str(person_id), **role}

    if before != after:
        kind = "member.joined" if before is None else "member.removed" if after is None else "member.changed"
        record(db, topic_of(project_id), kind, person_id, data(before), data(after))
        tell_people(db, [person_id], project_id)
