"""How far somebody has seen a project."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from headway.db import Base


class LastLook(Base):
    """The revision of a project's topic that somebody had before their eyes last."""

    __tablename__ = "last_look"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]
