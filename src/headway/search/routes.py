"""Search over HTTP."""

from datetime import timedelta, timezone
from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from headway.accounts.session import Me
from headway.answers import json_answer, refusals
from headway.clock import now
from headway.db import Db, fetch
from headway.paging import Limit
from headway.routing import Router
from headway.search import completing, queries
from headway.search.conditions import Asker
from headway.search.parse import parse, quoted_value
from headway.search.schemas import Completion, Completions
from headway.search.tree import AllOf
from headway.tasks.schemas import Found
from headway.text import Storable
from headway.workspaces.queries import visible_workspace

router = Router()
NO_WORKSPACE = ("workspace.not_found", "There is no such workspace.")
Text = Annotated[str, Query(max_length=500), Storable]
Ahead = Annotated[
    int,
    Query(ge=-1_439, le=1_439, description="By how many minutes your clock is ahead of UTC; says what day it is."),
]


@router.get("/workspaces/{workspace_id}/search", response_model=Found, responses=refusals(401, 404), tags=["search"])
async def search_tasks(
    workspace_id: UUID,
    q: Text,
    db: Db,
    me: Me,
    limit: Limit = 50,
    utc_offset: Ahead = 0,
    follow: Annotated[bool, Query(description="Also tell the revisions to follow events from.")] = False,
) -> Response:
    """Tasks that a filter means, such as `assignee:me due<7d label:bug -state:done "exact words"`.

    Plain words have to stand in the title, the description or a comment; an id such as HW-42 finds the one called so.
    A filter that cannot be read is a 422 `search.syntax`, in which `at` and `end` say which characters are meant.
    """
    tree = parse(q)
    await fetch(db, visible_workspace(me.person_id, workspace_id), *NO_WORKSPACE)
    if tree == AllOf(()):
        return json_answer('{"items":[],"revisions":null}')
    zone = timezone(timedelta(minutes=utc_offset))
    asker = Asker(me.person_id, now().astimezone(zone).date(), zone)
    return json_answer(str(await db.scalar(queries.found(asker, workspace_id, tree, limit, follow=follow))))


@router.get("/workspaces/{workspace_id}/search/completions", responses=refusals(401, 404), tags=["search"])
async def complete_search(
    workspace_id: UUID,
    q: Text,
    at: Annotated[int, Query(ge=0, le=500, description="Where the cursor is, in characters.")],
    db: Db,
    me: Me,
) -> Completions:
    """What could be written at this place of a filter: fields, or the values of one that you can see."""
    await fetch(db, visible_workspace(me.person_id, workspace_id), *NO_WORKSPACE)
    at = min(at, len(q))
    place = completing.place_in(q, at)
    if place is None:
        return Completions(begins=at, ends=at, items=[])
    could = completing.usual(place)
    statement = completing.names(me.person_id, workspace_id, place)
    if statement is not None:
        could += [(name, what) for name, what in await db.execute(statement)]
    # A name that holds a quote cannot be written.
    writable = [(text, what) for text, what in could if '"' not in text]
    items = [Completion(text=quoted_value(text), what=what) for text, what in writable[: completing.MOST]]
    return Completions(begins=place.begins, ends=place.ends, items=items)
