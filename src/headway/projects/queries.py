"""Projects as somebody may see them. Who may see is part of the statement: not theirs and not there are one answer."""

from typing import Any, TypeVarTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, and_, case, false, func, literal_column, not_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from headway.accounts.models import Person
from headway.db import prepared
from headway.events.queries import revision_of, topic_of
from headway.projects.models import ENDING, Label, Project, ProjectMember, State
from headway.workspaces.models import Membership

EMPTY: ColumnElement[Any] = literal_column("'[]'::json")
Columns = TypeVarTuple("Columns")

mine = aliased(Membership, name="mine")
my_place = aliased(ProjectMember, name="my_place")

# The role somebody has in a project; null where it does not exist for them. Workspace viewers never write. Owners see
# private projects too, or one whose members have all left could never be opened again.
my_role: ColumnElement[Any] = case(
    (mine.role == "owner", "admin"),
    (and_(mine.role == "admin", Project.visibility == "workspace"), "admin"),
    (and_(mine.role == "viewer", my_place.role.is_not(None)), "viewer"),
    (and_(mine.role.is_not(None), my_place.role.is_not(None)), my_place.role),
    (and_(mine.role == "viewer", Project.visibility == "workspace"), "viewer"),
    (and_(mine.role == "member", Project.visibility == "workspace"), "member"),
    else_=None,
)


# Whether somebody sees only what is assigned to them there. Goes with `my_role`: an admin sees everything.
restricted: ColumnElement[bool] = func.coalesce(and_(my_place.only_assigned, my_role != "admin"), false())
# What a nested statement may say about the project and whoever asks.
OUTSIDE = (Project, mine, my_place)
# The same for raw SQL beside it: `sight.person_id`, `sight.restricted`.
sight = select(mine.person_id, restricted.label("restricted")).correlate(*OUTSIDE).lateral("sight")

# A role that was given before somebody last joined the workspace is from an earlier stay, and counts no more.
still_counts = my_place.since >= mine.joined_at


def only_theirs(statement: Select[*Columns], person_id: UUID | ColumnElement[UUID]) -> Select[*Columns]:
    """Keeps the rows of projects that this person, or each row's person, has a role in, deleted ones too."""
    return (
        statement.join(mine, and_(mine.workspace_id == Project.workspace_id, mine.person_id == person_id))
        .outerjoin(my_place, and_(my_place.project_id == Project.id, my_place.person_id == person_id, still_counts))
        .where(my_role.is_not(None))
    )


def only_visible(statement: Select[*Columns], person_id: UUID | ColumnElement[UUID]) -> Select[*Columns]:
    """Keeps the rows of projects that this person, or each row's person, may see. It selects from `Project`."""
    return only_theirs(statement, person_id).where(Project.deleted_at.is_(None))


def whole_visible(statement: Select[*Columns], person_id: UUID | ColumnElement[UUID]) -> Select[*Columns]:
    """Keeps the rows of projects that this person may see all of."""
    return only_visible(statement, person_id).where(not_(restricted))


def visible_project(person_id: UUID, project_id: UUID) -> Select[Project, str, bool]:
    """(project, my role, whether I see only what is assigned to me there), or nothing."""
    statement = select(Project, my_role.label("my_role"), restricted.label("restricted"))
    return only_visible(statement, person_id).where(Project.id == project_id)


@prepared
def project_to_look_at(person_id: UUID, project_id: UUID) -> Select[Project, str, bool]:
    """The same, built once."""
    return visible_project(person_id, project_id)


@prepared
def project_to_change(person_id: UUID, project_id: UUID) -> Select[Project, str, bool]:
    """The same, locked until commit and as it is by then."""
    statement = visible_project(person_id, project_id).with_for_update(of=Project, key_share=True)
    return statement.execution_options(populate_existing=True)


def deleted_projects(person_id: UUID) -> Select[Project, str]:
    """(project, what my role in it would be) of what has been deleted."""
    statement = select(Project, my_role.label("my_role"))
    return only_theirs(statement, person_id).where(Project.deleted_at > ENDING)


def visible_states(person_id: UUID) -> Select[State, str]:
    """(state, my role in its project)."""
    statement = select(State, my_role.label("my_role")).join(Project, Project.id == State.project_id)
    return only_visible(statement, person_id)


def visible_labels(person_id: UUID) -> Select[Label, str]:
    """(label, my role in its project)."""
    statement = select(Label, my_role.label("my_role")).join(Project, Project.id == Label.project_id)
    return only_visible(statement, person_id)


def who_sees(project_id: UUID) -> Select[UUID]:
    """Everybody who may see a project: whom to tell when that changes."""
    return (
        select(mine.person_id)
        .select_from(Project)
        .join(mine, mine.workspace_id == Project.workspace_id)
        .outerjoin(
            my_place, and_(my_place.project_id == Project.id, my_place.person_id == mine.person_id, still_counts)
        )
        .where(Project.id == project_id, my_role.is_not(None))
    )


def state_json() -> ColumnElement[Any]:
    """A state as the API shows it."""
    return func.json_build_object(
        "id", State.id,
        "project_id", State.project_id,
        "name", State.name,
        "category", State.category,
        "rank", State.rank,
        "version", State.version,
    )  # fmt: skip


def label_json() -> ColumnElement[Any]:
    """A label as the API shows it."""
    return func.json_build_object(
        "id", Label.id,
        "project_id", Label.project_id,
        "name", Label.name,
        "color", Label.color,
        "version", Label.version,
    )  # fmt: skip


def project_fields() -> list[Any]:
    """A project's names and columns, the same for everybody."""
    return [
        "id", Project.id,
        "workspace_id", Project.workspace_id,
        "key", Project.key,
        "name", Project.name,
        "description", Project.description,
        "visibility", Project.visibility,
        "blocking", Project.blocking,
        "version", Project.version,
        "created_at", Project.created_at,
        "updated_at", Project.updated_at,
    ]  # fmt: skip


def project_json() -> ColumnElement[Any]:
    """A project as the API shows it, with the role of whoever asks."""
    return func.json_build_object(*project_fields(), "role", my_role, "only_assigned", restricted)


@prepared
def project_picture(project_id: UUID) -> Select[Any]:
    """A project as events show it: without anybody's role."""
    return select(func.json_build_object(*project_fields())).where(Project.id == project_id)


def project_revision() -> ColumnElement[int]:
    """The revision of the project's topic, read by the same statement as the rest."""
    return revision_of(topic_of("project", Project.id))


def people_json() -> ColumnElement[Any]:
    """Everybody a project's tasks may mention: the workspace's people, those who have left included."""
    ones = func.json_build_object(
        "person_id", Person.id,
        "name", Person.name,
        "placeholder", Person.placeholder,
        "active", Membership.role.is_not(None),
    )  # fmt: skip
    return (
        select(func.coalesce(func.json_agg(ones), EMPTY))
        .select_from(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.workspace_id == Project.workspace_id)
        .scalar_subquery()
    )


@prepared
def project_answer(person_id: UUID, project_id: UUID) -> Select[str, int]:
    """(JSON text, version) of a project."""
    return only_visible(select(project_json().cast(Text), Project.version), person_id).where(Project.id == project_id)


def project_list(person_id: UUID, workspace_id: UUID) -> Select[str]:
    """JSON text of a workspace's projects that this person sees, with the revision of the workspace's topic."""
    rows = only_visible(select(project_json().label("data"), Project.name_key, Project.id), person_id).where(
        Project.workspace_id == workspace_id
    )
    listed = rows.subquery()
    projects = select(
        func.coalesce(func.json_agg(aggregate_order_by(listed.c.data, listed.c.name_key, listed.c.id)), EMPTY)
    ).scalar_subquery()
    return select(
        func.json_build_object("revision", revision_of(f"workspace:{workspace_id}"), "projects", projects).cast(Text)
    )


def members_list(person_id: UUID, project_id: UUID) -> Select[str]:
    """JSON text of the people with a role of their own in a project."""
    one = func.json_build_object(
        "project_id", ProjectMember.project_id,
        "person_id", ProjectMember.person_id,
        "role", ProjectMember.role,
        "only_assigned", ProjectMember.only_assigned,
    )  # fmt: skip
    members = (
        select(func.coalesce(func.json_agg(one), EMPTY))
        .join(Membership, Membership.person_id == ProjectMember.person_id)
        .where(
            ProjectMember.project_id == Project.id,
            Membership.workspace_id == Project.workspace_id,
            ProjectMember.since >= Membership.joined_at,
        )
        .correlate(Project)
        .scalar_subquery()
    )
    return only_visible(select(members.cast(Text)).select_from(Project), person_id).where(Project.id == project_id)
