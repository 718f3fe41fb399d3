"""Two people change one thing: what merges, what is a conflict, and what to tell whoever came second.

A change says which version it was based on. Different fields merge. The same field changed to something else is a
conflict, shown field by field. `If-Match` is strict, and `If-Match: *` overwrites on purpose.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Header
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from headway.accounts.models import Person
from headway.answers import etag
from headway.errors import Conflict, Invalid, PreconditionFailed, PreconditionRequired
from headway.events.queries import changes_of

ETAG = re.compile(r'(?:W/)?"v(\d{1,18})"')


@dataclass(frozen=True, slots=True)
class IfMatch:
    """What the If-Match header said: nothing, anything goes, or exactly these versions."""

    given: bool = False
    anything: bool = False
    versions: frozenset[int] = frozenset()


def read_if_match(
    if_match: Annotated[str | None, Header(description='`"v3"`, or `*` to overwrite.')] = None,
) -> IfMatch:
    """The header, understood.

    Raises:
        Invalid: it holds something that was never one of our ETags.
    """
    if if_match is None:
        return IfMatch()
    if if_match.strip() == "*":
        return IfMatch(given=True, anything=True)
    tags = [ETAG.fullmatch(tag.strip()) for tag in if_match.split(",")]
    if not all(tags):
        raise Invalid("if_match", 'If-Match takes the ETag of what you read, such as "v3", or * to overwrite.')
    return IfMatch(given=True, versions=frozenset(int(tag[1]) for tag in tags if tag))


Match = Annotated[IfMatch, Depends(read_if_match)]


async def merge(
    db: AsyncSession,
    topic: str,
    current: Mapping[str, Any],
    wanted: Mapping[str, Any],
    version: int | None,
    match: IfMatch,
) -> None:
    """Lets a change through, or says why not. Call it with the row locked.

    Args:
        current: the thing as the API shows it now, with `id` and `version`.
        wanted: the fields to be changed and their new values, as JSON.
        version: the version the change was based on.
        match: the If-Match header.

    Raises:
        PreconditionFailed: If-Match named another version; carries `current`.
        PreconditionRequired: neither a version nor If-Match.
        Conflict: somebody else changed one of these fields since; carries `current` and `conflicts`.
    """
    if match.anything:
        return
    if match.given:
        if current["version"] not in match.versions:
            detail = f"This is at {etag(current['version'])} now. Look at it again before you change it."
            raise PreconditionFailed("changed", detail, current=dict(current))
        return
    if version is None:
        detail = 'Say which version you changed: "version" in the body, or its ETag in If-Match (* overwrites).'
        raise PreconditionRequired("version", detail)
    if version > current["version"]:
        raise Invalid("version", f"version: there is no version {version} yet; this is at {current['version']}.")
    if version == current["version"]:
        return
    conflicts = await conflicts_since(db, topic, current, wanted, version)
    if conflicts:
        names = sorted({c["by"]["name"] for c in conflicts if c["by"]}) or ["Somebody"]
        fields = ", ".join(c["field"].removesuffix("_id").replace("_", " ") for c in conflicts)
        detail = f"{' and '.join(names)} changed the {fields} first. Nothing of yours was saved over it."
        raise Conflict("changed", detail, current=dict(current), conflicts=conflicts)


async def conflicts_since(
    db: AsyncSession, topic: str, current: Mapping[str, Any], wanted: Mapping[str, Any], version: int
) -> list[dict[str, Any]]:
    """`[{field, base, yours, theirs, by, at}]` for each wanted field that others have set to something else since.

    A field that is back at its base is nobody's change. Where a version came about without an event, as in a change of
    very many things at once, nobody can say what it changed: every field that differs is a conflict without a base.
    """
    changes = (await db.execute(changes_of(UUID(current["id"]), topic, version))).all()
    told = {event.after["version"] for event, _ in changes if event.after}
    untold = len(told) < current["version"] - version
    found: dict[str, dict[str, Any]] = {}
    for event, person_id in changes:
        # What was brought back is told whole, as if new; that changed none of its fields.
        before, after = event.before or {}, event.after or {}
        for field in wanted.keys() & before.keys() & after.keys():
            base = found[field]["base"] if field in found else before[field]
            found[field] = {"base": base, "person_id": person_id, "at": event.at.isoformat()}
    if untold:
        unknown = {"base": None, "person_id": None, "at": current.get("updated_at")}
        found = dict.fromkeys(wanted, unknown) | found
    people = await names_of(db, {c["person_id"] for c in found.values() if c["person_id"]})
    return [
        {
            "field": field,
            "base": conflict["base"],
            "yours": wanted[field],
            "theirs": current[field],
            "by": people.get(conflict["person_id"]),
            "at": conflict["at"],
        }
        for field, conflict in sorted(found.items())
        if current[field] != wanted[field] and (untold or current[field] != conflict["base"])
    ]


async def names_of(db: AsyncSession, ids: set[UUID]) -> dict[UUID, dict[str, str]]:
    """`{id: {person_id, name}}`."""
    if not ids:
        return {}
    rows = await db.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: {"person_id": str(row.id), "name": row.name} for row in rows}
