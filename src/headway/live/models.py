"""Who is looking at what."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from headway.db import Base


class Presence(Base):
    """One connection's place, with a lease: whoever stops renewing it is gone. Never an event, and lost in a crash."""

    __tablename__ = "presence"
    __table_args__ = {"prefixes": ["UNLOGGED"]}

    connection_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID]
    topic: Mapped[str] = mapped_column(index=True)
    task_id: Mapped[UUID | None]
    typing: Mapped[bool]
    since: Mapped[datetime]
    expires_at: Mapped[datetime]
