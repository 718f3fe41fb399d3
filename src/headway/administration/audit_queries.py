"""Privileged acts, the newest first."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from headway.accounts.models import Person
from headway.audit.models import AuditEntry
from headway.workspaces.models import Workspace

Actor, Subject = aliased(Person, name="actor"), aliased(Person, name="subject")


def acts(
    *,
    act: str | None,
    by: UUID | None,
    about: UUID | None,
    workspace_id: UUID | None,
    before: UUID | None,
    limit: int,
) -> Select[AuditEntry, str | None, str | None, str | None]:
    """(entry, who did it, to whom, in which workspace), each by name where there is one.

    Ids grow with time, so they are the order, and `before` is where the page before ended.
    """
    statement = (
        select(AuditEntry, Actor.name, Subject.name, Workspace.name)
        .outerjoin(Actor, Actor.id == AuditEntry.person_id)
        .outerjoin(Subject, Subject.id == AuditEntry.about_id)
        .outerjoin(Workspace, Workspace.id == AuditEntry.workspace_id)
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    )
    wanted = (
        (AuditEntry.act, act),
        (AuditEntry.person_id, by),
        (AuditEntry.about_id, about),
        (AuditEntry.workspace_id, workspace_id),
    )
    statement = statement.where(*(column == value for column, value in wanted if value is not None))
    return statement if before is None else statement.where(AuditEntry.id < before)
