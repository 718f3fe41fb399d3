"""What decides about somebody's place in a project: the facts, and the role that the statements make of them."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import aliased

from headway.accounts.models import Person
from headway.projects.models import Project, ProjectMember
from headway.projects.queries import mine, my_place, my_role, restricted, still_counts

# The role that somebody was given there, whether or not it still counts.
given = aliased(ProjectMember, name="given")


def facts_of(project_id: UUID) -> Select[Any]:
    """The facts about everybody whom the project's workspace knows, those who have left and placeholders included.

    `role` and `restricted` are the very expressions that every other statement decides by.
    """
    return (
        select(
            Person.id.label("person_id"),
            Person.name.label("name"),
            Person.placeholder.label("placeholder"),
            Person.suspended_at.is_not(None).label("suspended"),
            Project.id.label("project_id"),
            Project.visibility.label("visibility"),
            mine.role.label("in_workspace"),
            given.role.label("given"),
            my_place.role.is_not(None).label("counts"),
            my_role.label("role"),
            restricted.label("restricted"),
        )
        .select_from(Project)
        .join(mine, mine.workspace_id == Project.workspace_id)
        .join(Person, Person.id == mine.person_id)
        .outerjoin(
            my_place, and_(my_place.project_id == Project.id, my_place.person_id == mine.person_id, still_counts)
        )
        .outerjoin(given, and_(given.project_id == Project.id, given.person_id == mine.person_id))
        .where(Project.id == project_id, Project.deleted_at.is_(None))
        .order_by(Person.name_key, Person.id)
    )
