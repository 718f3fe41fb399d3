"""Links that were mailed to prove something."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from headway.db import Base


class MailedLink(Base):
    """A link that proves that somebody reads the mail of an address. Using it deletes the row."""

    __tablename__ = "mailed_link"
    __table_args__ = (CheckConstraint("kind IN ('password', 'address')", name="kind"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    email: Mapped[str]  # where it was mailed to, and all that it proves
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    # Of the password hash at that time: whoever changes their password makes older links worthless.
    password_mark: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
