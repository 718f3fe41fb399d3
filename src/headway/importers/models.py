"""What came from where, so that an import that runs twice creates nothing twice."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from headway.db import Base


class ImportedThing(Base):
    """A row of ours and the id it had in the tracker it came from."""

    __tablename__ = "imported_thing"
    __table_args__ = (
        Index("uq_imported_thing_external_id", "workspace_id", "source", "kind", "external_id", unique=True),
        Index("ix_imported_thing_entity_id", "entity_id"),
        Index("ix_imported_thing_change_set_id", "change_set_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspace.id"))
    source: Mapped[str]  # "trello", …
    kind: Mapped[str]  # "board", "list", "card", "checkitem", "label", "member", "comment"
    external_id: Mapped[str]
    entity_id: Mapped[UUID]
    change_set_id: Mapped[UUID] = mapped_column(ForeignKey("change_set.id"))
