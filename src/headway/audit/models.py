"""Privileged acts, one row each. The table takes rows and gives none back: a trigger refuses any change to one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from headway.db import Base


class AuditEntry(Base):
    """Who did what to whom or to what, when, by which means and from where."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_workspace_id_id", "workspace_id", "id"),
        Index("ix_audit_entry_act_id", "act", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    means: Mapped[str]
    act: Mapped[str]
    about_id: Mapped[UUID | None]
    workspace_id: Mapped[UUID | None]
    address: Mapped[str | None]
    details: Mapped[dict[str, Any]]
