"""`as_of`: which revision of a project's topic somebody means, and whether it can still be told."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query
from sqlalchemy import BigInteger, Boolean, DateTime, Row, Select, Text, bindparam, select, text, true
from sqlalchemy.ext.asyncio import AsyncSession

from headway.db import fetch
from headway.errors import Gone, Invalid
from headway.projects.models import Project
from headway.projects.queries import only_visible

NO_PROJECT = ("project.not_found", "There is no such project.")
LAST = 2**63 - 1
# A plus sign in an address is a space where nobody escaped it.
TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?([Zz]|[+ -]\d\d:\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class AsOf:
    """A revision, or a moment: the one that is not None."""

    revision: int | None = None
    at: datetime | None = None


NOW = AsOf(revision=LAST)


def read_moment(words: str, name: str = "as_of") -> AsOf:
    """What was written: digits are a revision, anything else is a time.

    Raises:
        Invalid: it is neither.
    """
    if words.isascii() and words.isdecimal():
        return AsOf(revision=min(int(words), LAST))
    if TIME.fullmatch(words):
        try:
            zoned = re.sub(r" (\d\d:\d\d)$", r"+\1", words[:10] + "T" + words[11:])
            return AsOf(at=datetime.fromisoformat(zoned.upper()).astimezone(UTC))
        except (ValueError, OverflowError):
            pass
    forms = "a revision such as 1234, or a time with its zone such as 2026-11-22T09:30:00Z"
    raise Invalid(name, f"{name}: {words!r} is neither {forms}.")


AS_OF = Query(max_length=40, description="As it was: a revision, or a time such as 2026-11-22T09:30:00Z.")


async def read_as_of(as_of: Annotated[str | None, AS_OF] = None) -> AsOf | None:
    """The parameter, understood; None where the present is meant."""
    return None if as_of is None else read_moment(as_of)


Then = Annotated[AsOf | None, Depends(read_as_of)]


def moment(name: str = "as") -> str:
    """SQL for one row (revision, at, gone, oldest): what the parameters `{name}_revision` and `{name}_at` mean.

    A revision to come is the newest. `gone` is what lies before the first state that can be told. Where its
    own event is gone, it is dated like the first one since, from when on it can be told.
    """
    return f"""
        SELECT m.revision, coalesce(e.at, m.oldest) AS at, m.oldest,
               m.revision < m.first OR coalesce(CAST(:{name}_at AS timestamptz) < m.oldest, false) AS gone
        FROM (
            SELECT r.first,
                   CASE WHEN CAST(:{name}_at AS timestamptz) IS NULL
                        THEN least(CAST(:{name}_revision AS bigint), t.revision)
                        ELSE revision_at(t.name, CAST(:{name}_at AS timestamptz)) END AS revision,
                   coalesce((SELECT e.at FROM event e WHERE e.topic = t.name AND e.revision >= r.first
                             ORDER BY e.revision LIMIT 1), t.last_at) AS oldest
            FROM topic t
            CROSS JOIN LATERAL (
                SELECT greatest(coalesce((SELECT l.told_from FROM timeline l WHERE l.topic = t.name), 0), 1) AS first
            ) r
            WHERE t.name = :topic
        ) m LEFT JOIN event e ON e.topic = :topic AND e.revision = m.revision
    """  # noqa: S608 - our own words only


MOMENT: dict[str, Any] = {"revision": BigInteger, "at": DateTime(True), "oldest": DateTime(True), "gone": Boolean}


def given(as_of: AsOf, name: str = "as") -> list[Any]:
    """The parameters of `moment`."""
    return [
        bindparam(f"{name}_revision", as_of.revision, BigInteger),
        bindparam(f"{name}_at", as_of.at, DateTime(timezone=True)),
    ]


def lateral_then(sql: str, columns: dict[str, Any], project_id: UUID, as_of: AsOf, *more: Any) -> Any:
    """`sql` (one row) beside a project's row, with `moment` bound."""
    bound = [bindparam("topic", f"project:{project_id}", Text), *given(as_of), *more]
    return text(sql).bindparams(*bound).columns(**columns).lateral("told_then")


def moment_of(person_id: UUID, project_id: UUID, as_of: AsOf) -> Select[Any]:
    """The moment that is meant in a project that this person sees."""
    found = lateral_then(moment(), MOMENT, project_id, as_of)
    statement = select(found).select_from(Project).join(found, true())
    return only_visible(statement, person_id).where(Project.id == project_id)


async def told(db: AsyncSession, statement: Select[Any], missing: tuple[str, str] = NO_PROJECT) -> Row[Any]:
    """The statement's one row.

    Raises:
        Gone: it is from before the history.
    """
    row = await fetch(db, statement, *missing)
    refuse_gone(row)
    return row


def refuse_gone(row: Row[Any]) -> None:
    """Lets pass what can still be told.

    Raises:
        Gone: it cannot; says since when it can.
    """
    if row.gone:
        oldest = row.oldest.astimezone(UTC)
        detail = f"The history of this project begins at {oldest:%Y-%m-%d %H:%M:%S} UTC. Ask for a later time."
        raise Gone("history.gone", detail, oldest=oldest.isoformat())
