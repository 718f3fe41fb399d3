"""Everybody with an account. Who may ask is settled before: all of this is for admins of the server."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_

from headway.accounts.models import ApiToken, Person, SignIn
from headway.text import sort_key
from headway.workspaces.models import Membership


def _of(statement: Select[Any]) -> ColumnElement[Any]:
    return statement.correlate(Person).scalar_subquery()


def accounts() -> Select[Person, datetime | None, int, int]:
    """(person, when they were last here, in how many workspaces, with how many tokens), by name."""
    session = _of(select(func.max(SignIn.last_seen_at)).where(SignIn.person_id == Person.id))
    token = _of(select(func.max(ApiToken.last_used_at)).where(ApiToken.person_id == Person.id))
    places = _of(
        select(func.count())
        .select_from(Membership)
        .where(Membership.person_id == Person.id, Membership.role.is_not(None))
    )
    tokens = _of(select(func.count()).select_from(ApiToken).where(ApiToken.person_id == Person.id))
    return (
        select(
            Person,
            func.greatest(session, token).label("last_seen_at"),
            places.label("workspaces"),
            tokens.label("tokens"),
        )
        .where(~Person.placeholder)
        .order_by(Person.name_key, Person.id)
    )


def page_of_accounts(
    q: str | None, after: Sequence[Any] | None, limit: int
) -> Select[Person, datetime | None, int, int]:
    """One page. `after`: (name key, id) of the last one before it. `q`: a part of the name or the address."""
    statement = accounts().limit(limit)
    if q:
        statement = statement.where(
            or_(
                Person.name_key.contains(sort_key(q), autoescape=True),
                Person.email.contains(q.strip().lower(), autoescape=True),
            )
        )
    return statement if after is None else statement.where(tuple_(Person.name_key, Person.id) > tuple_(*after))


def account(person_id: UUID) -> Select[Person, datetime | None, int, int]:
    """That one, or nothing."""
    return accounts().where(Person.id == person_id)


def other_admins(person_id: UUID) -> Select[int]:
    """How many run this server besides that one, and can sign in."""
    return select(func.count()).where(Person.is_admin, Person.suspended_at.is_(None), Person.id != person_id)
