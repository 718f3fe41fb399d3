"""The Lab page's routes, for admins of the server: kept runs, and the one that is under way."""

import asyncio
from functools import partial
from typing import Annotated

from fastapi import Depends, Header, Query, Request
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import HTMLResponse, Response, StreamingResponse

from headway.accounts.session import Me, Person, who_is_asking
from headway.answers import Responses, json_answer, refusals
from headway.audit.record import audit
from headway.db import Db
from headway.errors import Forbidden, Invalid, NotFound, Problem
from headway.routing import Router
from headway.runs import kept, log
from headway.runs.answers import LabState, NewLabRun, RunsOut
from headway.runs.running import Lab
from headway.runs.schemas import Result
from headway.runs.stream import LabStream

STREAM: Responses = {200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}}
PAGE: Responses = {200: {"content": {"text/html": {"schema": {"type": "string"}}}}}
# The page brings its own style and pictures, and asks for nothing else.
REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"


async def get_admin(me: Me) -> Person:
    """Whoever is asking, if the server is theirs: a run takes the whole machine."""
    if not me.is_admin:
        raise Forbidden("lab.admins", "The lab is for admins of this server. Ask one of them to run it.")
    return me


async def get_lab(request: Request) -> Lab:
    lab: Lab = request.app.state.lab
    return lab


Admin = Annotated[Person, Depends(get_admin, scope="function")]
TheLab = Annotated[Lab, Depends(get_lab)]

router = Router(tags=["lab"], prefix="/lab")


@router.get("/runs", responses=refusals(401, 403))
async def list_lab_runs(_: Admin, lab: TheLab) -> RunsOut:
    """The runs that are kept on this machine, newest first. Files that hold none are named in `warnings`."""
    items, warnings = await asyncio.to_thread(kept.look_through, lab.home)
    return RunsOut(items=items, warnings=warnings)


@router.get("/runs/{run_id}", response_model=Result, responses=refusals(401, 403, 404))
async def get_lab_run(run_id: str, _: Admin, lab: TheLab) -> Response:
    """One run with all its figures: the document of `headway lab run --json`."""

    def read() -> str:
        return kept.load(lab.home, run_id).model_dump_json()

    try:
        return json_answer(await asyncio.to_thread(read))
    except kept.NoSuchRun:
        raise no_such_run() from None
    except kept.Damaged as error:
        raise NotFound("lab.damaged", str(error)) from None


@router.get(
    "/runs/{run_id}/report", response_class=HTMLResponse, responses={**refusals(401, 403, 404), **PAGE}
)  # fmt: skip
async def get_lab_report(run_id: str, _: Admin, lab: TheLab) -> Response:
    """A run's report: one page that needs nothing else."""
    try:
        page = await asyncio.to_thread(kept.load_report, lab.home, run_id)
    except kept.NoSuchRun:
        raise no_such_run() from None
    if page is None:
        raise NotFound("lab.no_report", "No report is kept with this run. Write one: headway lab report")
    return HTMLResponse(page, headers={"content-security-policy": REPORT_POLICY})


@router.delete("/runs/{run_id}", status_code=204, responses=refusals(401, 403, 404))
async def delete_lab_run(run_id: str, _: Admin, lab: TheLab) -> None:
    """Deletes a kept run and its report from this machine, for good."""
    try:
        await asyncio.to_thread(kept.delete, lab.home, run_id)
    except kept.NoSuchRun:
        raise no_such_run() from None


@router.post("/runs", status_code=202, responses=refusals(401, 403, 409))
async def start_lab_run(new: NewLabRun, me: Admin, db: Db, lab: TheLab) -> LabState:
    """Starts a run, which takes the machine for minutes. 409 `lab.running` while one is under way."""
    await asyncio.to_thread(lab.start, new, me.name)
    await audit(db, "lab_run.started", by=me.person_id, means=me.means)
    return await asyncio.to_thread(log.state, lab.home)


@router.get("/running", responses=refusals(401, 403))
async def get_lab_state(_: Admin, lab: TheLab) -> LabState:
    """The run that is under way on this machine, with all it has measured so far; or how the last one ended."""
    return await asyncio.to_thread(log.state, lab.home)


@router.delete("/running", status_code=202, responses=refusals(401, 403, 409))
async def cancel_lab_run(_: Admin, lab: TheLab) -> LabState:
    """Asks the run that is under way to stop. What it has measured is scored and kept. 409 when none is."""
    await asyncio.to_thread(lab.cancel)
    return await asyncio.to_thread(log.state, lab.home)


@router.get("/running/stream", response_class=StreamingResponse, responses={**refusals(401, 403), **STREAM})
async def stream_lab_run(
    request: Request,
    _: Admin,
    lab: TheLab,
    after: Annotated[int, Query(ge=0, le=10**9, description="`lines` of the state you know.")] = 0,
    last_event_id: Annotated[str | None, Header(description="Goes before `after`.")] = None,
) -> Response:
    """The run under way as Server-Sent Events: `started`, `progress`, `stopping` and `ended`.

    An event's id is its number. The stream ends with the run, and after a minute in any case: come back with
    `Last-Event-ID`.
    """
    if last_event_id is not None:
        text = last_event_id.strip()
        if not (text.isascii() and text.isdecimal() and len(text) <= 9):
            raise Invalid("last_event_id", "Last-Event-ID must be the id of an event: its number.")
        after = int(text)
    return LabStream(lab, after, partial(still_admin, request))


async def still_admin(request: Request) -> bool:
    """Whether whoever opened a stream may still read it. Where that cannot be told, they come back and hear why."""
    try:
        async with request.app.state.database.reading() as db:
            return (await who_is_asking(db, request)).is_admin
    except (Problem, SQLAlchemyError, OSError):
        return False


def no_such_run() -> NotFound:
    return NotFound("lab.no_run", "There is no such run. Perhaps somebody has deleted it.")
