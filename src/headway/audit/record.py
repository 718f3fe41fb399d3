"""audit(): the row that a privileged act leaves, in the act's own transaction."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from headway.address import client_address
from headway.audit.models import AuditEntry
from headway.clock import new_id, now


def entry(
    act: str,
    *,
    by: UUID | None,
    means: str,
    about_id: UUID | None = None,
    workspace_id: UUID | None = None,
    **details: Any,
) -> dict[str, Any]:
    """One row's values.

    Args:
        act: what was done, like `person.suspended` or `token.created`.
        by: whose act it is; None for the server's own and for the command line.
        means: web, api, cli or server.
        details: what else is worth knowing in a year. Never a secret, a hash of one, or what somebody wrote.
    """
    return {
        "id": new_id(),
        "at": now(),
        "person_id": by,
        "means": means,
        "act": act,
        "about_id": about_id,
        "workspace_id": workspace_id,
        "address": client_address.get(),
        "details": details,
    }


async def audit(
    db: AsyncSession,
    act: str,
    *,
    by: UUID | None,
    means: str,
    about_id: UUID | None = None,
    workspace_id: UUID | None = None,
    **details: Any,
) -> None:
    """Writes the row of one act; it is there if and only if the act is. For the arguments see `entry`."""
    values = entry(act, by=by, means=means, about_id=about_id, workspace_id=workspace_id, **details)
    await db.execute(insert(AuditEntry), values)


def audit_now(
    db: Session,
    act: str,
    *,
    by: UUID | None,
    means: str,
    about_id: UUID | None = None,
    workspace_id: UUID | None = None,
    **details: Any,
) -> None:
    """The same for a batch command on a sync Session."""
    values = entry(act, by=by, means=means, about_id=about_id, workspace_id=workspace_id, **details)
    db.execute(insert(AuditEntry), values)
