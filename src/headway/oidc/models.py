"""Who people are at the sign-in provider, and sign-ins that are under way there."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from headway.db import Base


class Identity(Base):
    """Somebody at a provider who is a person here. The two texts together are who they are; an address never is."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    email: Mapped[str | None]  # as the provider said when it was linked, so that its owner knows which one it is
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class SignInUnderWay(Base):
    """What was sent along to the provider, until its answer comes. It is taken out whatever the answer is."""

    __tablename__ = "sign_in_under_way"

    state_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    browser_hash: Mapped[bytes] = mapped_column(LargeBinary)  # of the cookie of the browser that began it
    nonce: Mapped[str]
    verifier: Mapped[str]  # PKCE's; of no use without the code and the cookie
    target: Mapped[str]  # where to go in Headway afterwards
    # Whose account is to be linked, and in which session they said so; None for a sign-in.
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    session_id: Mapped[UUID | None]
    expires_at: Mapped[datetime] = mapped_column(index=True)
