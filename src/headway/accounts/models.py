"""People and the ways they prove who they are."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, LargeBinary, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from headway.db import Base


class Person(Base):
    """Somebody with an account, or a placeholder for somebody whom an import mentions."""

    __tablename__ = "person"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str]
    email: Mapped[str | None] = mapped_column(unique=True)  # lower case; none for a placeholder
    password_hash: Mapped[str | None]
    is_admin: Mapped[bool] = mapped_column(default=False)
    placeholder: Mapped[bool] = mapped_column(default=False)
    email_proved_at: Mapped[datetime | None]  # when they last used a link that was mailed to this address
    created_at: Mapped[datetime]
    suspended_at: Mapped[datetime | None]  # since when nothing of theirs opens any door


class SignIn(Base):
    """One signed-in browser. The cookie holds the secret, this row only its hash."""

    __tablename__ = "sign_in"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    user_agent: Mapped[str]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class ApiToken(Base):
    """A personal token for the API and the CLI: hashed, named, made for some things only, revocable."""

    __tablename__ = "api_token"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str]
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]  # None: it lasts until it is removed
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))


class Tries(Base):
    """How often a password was tried lately. Counted before each try and committed on its own, so that all of the
    workers together allow no more than one would."""

    __tablename__ = "tries"

    about: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(index=True)


class Instance(Base):
    """The one row about this installation."""

    __tablename__ = "instance"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    demo: Mapped[bool] = mapped_column(default=False)
    setup_token_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
