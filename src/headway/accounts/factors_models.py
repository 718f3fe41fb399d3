"""What proves somebody besides their password, and what waits between the two."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from headway.db import Base


class CodeApp(Base):
    """An app that shows a new code every thirty seconds (TOTP, RFC 6238). One a person."""

    __tablename__ = "code_app"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    # To check a code, the server needs the secret itself: no hash will do. It leaves once, while the app is set up.
    secret: Mapped[str]
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]  # None: the app has not shown yet that it has the secret; it opens nothing
    last_step: Mapped[int] = mapped_column(BigInteger)  # of the newest code used, in thirty seconds since 1970


class RecoveryCode(Base):
    """One of ten codes on paper. Using it deletes the row."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("person_id", "code_hash"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class Passkey(Base):
    """A key pair in a phone, a laptop or a stick (WebAuthn). The private half never leaves it."""

    __tablename__ = "passkey"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)  # COSE
    sign_count: Mapped[int] = mapped_column(BigInteger)  # 0 for keys that do not count
    transports: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class Challenge(Base):
    """Random bytes for a passkey to sign. Looking at it deletes the row, whatever comes of it."""

    __tablename__ = "challenge"
    __table_args__ = (CheckConstraint("purpose IN ('sign_in', 'second_factor', 'proof', 'passkey')", name="purpose"),)

    value: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    purpose: Mapped[str]
    # Nobody yet, where a passkey alone signs in.
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Ticket(Base):
    """Somebody has proved the first half, and the second is wanted. Getting in with it deletes the row."""

    __tablename__ = "sign_in_ticket"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    # Of the password hash at that time: whoever changes their password makes older tickets worthless.
    password_mark: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]
