"""What somebody has seen of a project, and how much others have done since."""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Select, Text, Uuid, bindparam, case, func, select, text, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from headway.clock import now
from headway.db import fetch
from headway.history.models import LastLook
from headway.projects.models import Project
from headway.projects.queries import only_visible, project_revision, restricted
from headway.tasks.moments import NO_PROJECT

# Beyond so many events nobody reads a number: the count stops there.
COUNTED = 10_000
SINCE = text(
    """
    SELECT l.revision, l.at, (
        SELECT count(DISTINCT c.id) FROM (
            SELECT e.change_set_id FROM event e WHERE e.topic = :topic AND e.revision > l.revision
            ORDER BY e.revision LIMIT :counted
        ) e JOIN change_set c ON c.id = e.change_set_id
        WHERE c.person_id IS DISTINCT FROM :me
    ) AS changes
    FROM last_look l WHERE l.person_id = :me AND l.project_id = :project
    """
)


def last_look(person_id: UUID, project_id: UUID) -> Select[Any]:
    """(revision, at, changes since by others) of a project they see; nulls where they have never looked."""
    bound = [
        bindparam("topic", f"project:{project_id}", Text),
        bindparam("me", person_id, Uuid),
        bindparam("project", project_id, Uuid),
        bindparam("counted", COUNTED, BigInteger),
    ]
    columns: dict[str, Any] = {"revision": BigInteger, "at": DateTime(timezone=True), "changes": BigInteger}
    found = SINCE.bindparams(*bound).columns(**columns).lateral("since")
    # How much has happened that they do not see is not theirs to know either.
    changes = case((restricted, 0), else_=found.c.changes).label("changes")
    statement = select(found.c.revision, found.c.at, changes).select_from(Project).outerjoin(found, true())
    return only_visible(statement, person_id).where(Project.id == project_id)


async def look(db: AsyncSession, person_id: UUID, project_id: UUID, revision: int) -> None:
    """Keeps how far somebody has seen a project. A look at what was does not set it back."""
    seen = only_visible(select(project_revision().label("newest")).select_from(Project), person_id)
    row = await fetch(db, seen.where(Project.id == project_id), *NO_PROJECT)
    looked = insert(LastLook).values(
        person_id=person_id, project_id=project_id, revision=min(revision, row.newest), at=now()
    )
    await db.execute(
        looked.on_conflict_do_update(
            index_elements=["person_id", "project_id"],
            set_={"revision": func.greatest(LastLook.revision, looked.excluded.revision), "at": looked.excluded.at},
        )
    )
