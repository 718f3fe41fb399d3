"""Two people change one thing: what merges, what is a conflict, and what to tell whoever came second.

A change says which version it was based on. Different fields merge, and so do edits of different places in one long
text. The same field changed to something else is a conflict, shown field by field. `If-Match` is strict, and
`If-Match: *` overwrites on purpose.
"""

import asyncio
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated, Any, NamedTuple
from uuid import UUID

from fastapi import Depends, Header
from sqlalchemy import ARRAY, BigInteger, Row, Uuid, and_, column, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from headway.accounts.models import Person
from headway.answers import etag
from headway.errors import Conflict, Invalid, PreconditionFailed, PreconditionRequired
from headway.events.models import ChangeSet
from headway.events.past import happened
from headway.threeway import merge_texts

NO_TEXTS: Mapping[str, int] = {}
ETAG = re.compile(r'(?:W/)?"v(\d{1,18})"')


@dataclass(frozen=True, slots=True)
class IfMatch:
    """What the If-Match header said: nothing, anything goes, or exactly these versions."""

    given: bool = False
    anything: bool = False
    versions: frozenset[int] = frozenset()


async def read_if_match(
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


class Meeting(NamedTuple):
    """What became of a change that met others: conflicts as the API shows them, and long texts put together."""

    conflicts: list[dict[str, Any]]
    merged: dict[str, str]


async def merge(
    db: AsyncSession,
    topic: str,
    current: Mapping[str, Any],
    wanted: Mapping[str, Any],
    version: int | None,
    match: IfMatch,
    texts: Mapping[str, int] = NO_TEXTS,
) -> dict[str, str]:
    """Lets a change through, or says why not. Call it with the row locked.

    Args:
        current: the thing as the API shows it now, with `id` and `version`.
        wanted: the fields to be changed and their new values, as JSON.
        version: the version the change was based on.
        match: the If-Match header.
        texts: which of the fields are long texts, and how many characters each may have.

    Returns:
        The long texts that hold somebody else's edits besides the wanted ones: to be saved instead of those.

    Raises:
        PreconditionFailed: If-Match named another version; carries `current`.
        PreconditionRequired: neither a version nor If-Match.
        Conflict: somebody else changed one of these fields since; carries `current` and `conflicts`.
    """
    if match.anything:
        return {}
    if match.given:
        if current["version"] not in match.versions:
            detail = f"This is at {etag(current['version'])} now. Look at it again before you change it."
            raise PreconditionFailed("changed", detail, current=dict(current))
        return {}
    if version is None:
        detail = 'Say which version you changed: "version" in the body, or its ETag in If-Match (* overwrites).'
        raise PreconditionRequired("version", detail)
    if version > current["version"]:
        raise Invalid("version", f"version: there is no version {version} yet; this is at {current['version']}.")
    conflicts, merged = await meet(db, topic, current, wanted, version, texts)
    if conflicts:
        raise Conflict("changed", in_words(conflicts), current=dict(current), conflicts=conflicts)
    return merged


def in_words(conflicts: Sequence[Mapping[str, Any]]) -> str:
    """Who was first with what."""
    names = sorted({c["by"]["name"] for c in conflicts if c["by"]}) or ["Somebody"]
    fields = ", ".join(c["field"].removesuffix("_id").replace("_", " ") for c in conflicts)
    return f"{' and '.join(names)} changed the {fields} first. Nothing of yours was saved over it."


async def meet(
    db: AsyncSession,
    topic: str,
    current: Mapping[str, Any],
    wanted: Mapping[str, Any],
    version: int,
    texts: Mapping[str, int] = NO_TEXTS,
) -> Meeting:
    """What a change based on a version meets: `merge` without raising, for changes of many things at once.

    Each conflict is `{field, base, yours, theirs, by, at}`, for each wanted field that others have set to something
    else since. A field that is back at its base is nobody's change.
    """
    if version >= current["version"]:
        return Meeting([], {})
    conflicts = await conflicts_since(db, topic, current, wanted, version)
    merged = {}
    for conflict in conflicts:
        field, base = conflict["field"], conflict["base"]
        if field in texts and base is not None:
            # Beside the event loop: two long texts can take half a second.
            text = await asyncio.to_thread(merge_texts, base, conflict["yours"], conflict["theirs"])
            if text is not None and len(text) <= texts[field]:
                merged[field] = text
    return Meeting([conflict for conflict in conflicts if conflict["field"] not in merged], merged)


async def conflicts_since(
    db: AsyncSession, topic: str, current: Mapping[str, Any], wanted: Mapping[str, Any], version: int
) -> list[dict[str, Any]]:
    """`[{field, base, yours, theirs, by, at}]` for each wanted field that others have set to something else since."""
    return (await conflicts_of(db, topic, [(current, version)], wanted))[UUID(current["id"])]


async def conflicts_of(
    db: AsyncSession, topic: str, based: Sequence[tuple[Mapping[str, Any], int]], wanted: Mapping[str, Any]
) -> dict[UUID, list[dict[str, Any]]]:
    """The same for many things that are to be changed alike, each based on a version of its own; by their ids."""
    versions = {UUID(current["id"]): version for current, version in based}
    history = await history_of(db, topic, versions)
    conflicts = {
        (about := UUID(current["id"])): conflicts_in(history.get(about, ()), current, wanted, version)
        for current, version in based
    }
    everyone = [conflict for ones in conflicts.values() for conflict in ones]
    people = await names_of(db, {conflict["by"] for conflict in everyone if conflict["by"]})
    for conflict in everyone:
        conflict["by"] = people.get(conflict["by"])
    return conflicts


def conflicts_in(
    history: Sequence[Row[Any]], current: Mapping[str, Any], wanted: Mapping[str, Any], version: int
) -> list[dict[str, Any]]:
    """One thing's conflicts, with `by` an id.

    Where history no longer tells how a version came about, nobody can say what it changed: every field that differs is
    a conflict without a base.
    """
    found: dict[str, dict[str, Any]] = {}
    told: set[int] = set()
    for row, before, after in changes_since(history):
        told.update(range(before.get("version", after["version"] - 1) + 1, after["version"] + 1))
        for field in wanted.keys() & before.keys() & after.keys():
            if before[field] != after[field]:
                base = found[field]["base"] if field in found else before[field]
                found[field] = {"base": base, "by": row.person_id, "at": row.at.isoformat()}
    untold = not told.issuperset(range(version + 1, current["version"] + 1))
    if untold:
        unknown = {"base": None, "by": None, "at": current.get("updated_at")}
        found = dict.fromkeys(wanted, unknown) | found
    return [
        {
            "field": field,
            "base": conflict["base"],
            "yours": wanted[field],
            "theirs": current[field],
            "by": conflict["by"],
            "at": conflict["at"],
        }
        for field, conflict in sorted(found.items())
        if current[field] != wanted[field] and (untold or current[field] != conflict["base"])
    ]


async def history_of(db: AsyncSession, topic: str, versions: Mapping[UUID, int]) -> dict[UUID, Sequence[Row[Any]]]:
    """What has happened to each of these since a version of it, oldest first: (before, after, at, person_id)."""
    ids, known = literal(list(versions), ARRAY(Uuid)), literal(list(versions.values()), ARRAY(BigInteger))
    columns = column("entity_id", Uuid), column("version", BigInteger)
    since = func.unnest(ids, known).table_valued(*columns, name="since").render_derived()
    became, was = (half["version"].astext.cast(BigInteger) for half in (happened.c.after, happened.c.before))
    rows = (
        select(happened.c.entity_id, happened.c.before, happened.c.after, happened.c.at, ChangeSet.person_id)
        .select_from(since)
        .join(happened, happened.c.entity_id == since.c.entity_id)
        .join(ChangeSet, ChangeSet.id == happened.c.change_set_id)
        .where(happened.c.topic == topic)
        .where(or_(became > since.c.version, and_(happened.c.after.is_(None), was >= since.c.version)))
        .order_by(happened.c.entity_id, happened.c.revision, happened.c.position)
    )
    found = (await db.execute(rows)).all()
    return {about: list(ones) for about, ones in groupby(found, lambda row: row.entity_id)}


def changes_since(rows: Sequence[Row[Any]]) -> Iterator[tuple[Row[Any], dict[str, Any], dict[str, Any]]]:
    """(row, before, after) of each change among them. Gone and back again is one, from what was to what came back."""
    gone: dict[str, Any] = {}
    for row in rows:
        if row.after is None:
            gone = row.before or {}
        elif "version" in row.after:
            yield row, row.before or gone, row.after
            gone = {}


def with_merged(answer: Response, merged: Iterable[str]) -> Response:
    """The answer to a change, with a header that names the texts that hold somebody else's edits too."""
    if merged:
        answer.headers["Headway-Merged"] = ", ".join(sorted(merged))
    return answer


async def names_of(db: AsyncSession, ids: set[UUID]) -> dict[UUID, dict[str, str]]:
    """`{id: {person_id, name}}`."""
    if not ids:
        return {}
    rows = await db.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: {"person_id": str(row.id), "name": row.name} for row in rows}
