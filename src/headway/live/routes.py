"""Live delivery's doors: one WebSocket per tab, Server-Sent Events for scripts, and plain polling."""

from datetime import UTC
from typing import Annotated
from uuid import UUID

from fastapi import Header, Query, Request, WebSocket
from sqlalchemy import func, select
from starlette.responses import Response

from headway.accounts.session import Me
from headway.answers import Responses, json_answer, refusals
from headway.db import Db, fetch
from headway.errors import Gone, Invalid, NotFound
from headway.events.models import Event, Topic
from headway.live.hub import Hub, about
from headway.live.leases import present_in
from headway.live.queries import is_topic, next_allowed
from headway.live.schemas import MAX_REVISION, EventsOut, PresenceOut, Revision
from headway.live.sight import masked
from headway.live.socket import serve
from headway.live.stream import EventStream, events_of
from headway.live.telling import page_of
from headway.live.viewer import Viewer
from headway.paging import Limit
from headway.routing import Router

router = Router(tags=["live"])
STREAM: Responses = {200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}}


@router.websocket("/live")
async def live(socket: WebSocket) -> None:
    """Events of many topics, as they happen. docs/live.md describes the messages."""
    hub: Hub = socket.app.state.hub
    await serve(socket, hub)


@router.get("/events", response_model=EventsOut, responses=refusals(401, 404, 410) | STREAM)
async def list_events(
    request: Request,
    me: Me,
    db: Db,
    topic: Annotated[str, Query(max_length=100, examples=["project:01890a5d-ac96-774b-bcce-b302099a8057"])],
    after: Annotated[
        Revision | None,
        Query(description="The last revision you know. Left out: a page begins at the first event, a stream now."),
    ] = None,
    limit: Limit = 200,
    accept: Annotated[str, Header()] = "",
    last_event_id: Annotated[str | None, Header(description="For streams; goes before `after`.")] = None,
) -> Response:
    """What happened on a topic after a revision, oldest first.

    With `Accept: text/event-stream` the answer is a stream that goes on: each event's id is its revision, so that
    `Last-Event-ID` resumes. It ends when you lose access, with an event named `gone`. Where history is only kept for so
    long and what follows `after` is older, the answer is 410 with the time of the `oldest` event that is left, and a
    stream says `reload`. Who sees only what is assigned to them in a project is told only of that: a stream names what
    it passes over `skip`, a page leaves it out.
    """
    streamed = "text/event-stream" in accept
    if last_event_id is not None and streamed:
        after = revision_in(last_event_id)
    start = after if after is not None or streamed else 0
    found = (
        (await db.execute(*next_allowed(me.person_id, {topic: start}, limit, None))).all() if is_topic(topic) else []
    )
    if not found:
        raise NotFound("topic.not_found", "There is no such topic, or it is not yours to see.")
    if streamed:
        viewer = Viewer(me)
        return EventStream(viewer, events_of(request.app.state.hub, viewer, topic, after))
    newest, restricted = found[0][1], found[0][4]
    events = [(revision, data) for _, _, revision, data, _ in found if revision is not None and data is not None]
    # Revisions have no gaps, so a next event that is not there was let go.
    if after is not None and after < newest and (not events or events[0][0] != after + 1):
        raise await gone(db, topic)
    revision = events[-1][0] if events else newest
    texts = [data for _, data in events]
    if restricted:
        texts, end = await page_of(db, me.person_id, about(topic), start or 0, events)
        revision = end or revision
    body = ",".join(texts)
    more = "true" if revision < newest else "false"
    return json_answer(f'{{"topic":"{topic}","events":[{body}],"revision":{revision},"more":{more}}}')


@router.get("/projects/{project_id}/presence", response_model=PresenceOut, responses=refusals(401, 404))
async def get_presence(project_id: UUID, me: Me, db: Db) -> Response:
    """Who looks at the project at this moment. Sockets are told as it changes; docs/live.md."""
    people, restricted, tasks = await fetch(
        db, present_in(me.person_id, project_id), "project.not_found", "There is no such project."
    )
    if restricted:
        people = masked(people, tasks)
    return json_answer(f'{{"people":{people}}}')


async def gone(db: Db, topic: str) -> Gone:
    """What somebody is told who asks for events that are not kept any more."""
    first = select(Event.at).where(Event.topic == topic).order_by(Event.revision).limit(1).scalar_subquery()
    oldest = await db.scalar(select(func.coalesce(first, Topic.last_at)).where(Topic.name == topic))
    detail = (
        "What happened after that is older than history is kept here. Fetch the whole again, and follow from there."
    )
    return Gone("history.gone", detail, oldest=oldest.astimezone(UTC).isoformat() if oldest else None)


def revision_in(last_event_id: str) -> int:
    """The revision in a Last-Event-ID header.

    Raises:
        Invalid: it is not one that a stream of ours has sent.
    """
    text = last_event_id.strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= 19 and int(text) <= MAX_REVISION):
        raise Invalid("last_event_id", "Last-Event-ID must be the id of an event: its revision, a whole number.")
    return int(text)
