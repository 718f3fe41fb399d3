"""How the server is, for its admins. The page asks again every two seconds."""

from typing import Annotated, Any

from fastapi import Depends, Request

from headway.accounts.session import ServerAdmin
from headway.administration.state_figures import chores_done, moment, slowest, together, worker_shown
from headway.administration.state_schemas import DatabaseOut, JobsOfOut, ServerStateOut
from headway.answers import refusals
from headway.clock import now
from headway.operations.state import Operations
from headway.routing import Router

router = Router(tags=["administration"], prefix="/administration/state")


async def get_state(request: Request) -> ServerStateOut:
    """Every figure there is. Costs next to nothing: the database is asked once a second at most."""
    operations: Operations = request.app.state.operations
    hub: Any = request.app.state.hub
    workers = await operations.workers()
    database, jobs = await operations.probe.figures(), await operations.probe.jobs()
    needed = operations.settings.connections_needed()
    return ServerStateOut(
        at=now(),
        version=operations.version,
        started_at=moment(min(one["started_at"] for one in workers)),
        live="ok" if hub.is_well else "failing",
        workers=[worker_shown(one) for one in workers],
        workers_expected=operations.settings.workers,
        database=None if database is None else DatabaseOut(needed=needed, **database),
        jobs=[JobsOfOut.model_validate(one) for one in jobs or ()],
        chores=chores_done(workers),
        routes=slowest(workers),
        history=together(workers),
    )


# Named before who asks: so the figures are there before a connection of the pool is held to look that up.
Figures = Annotated[ServerStateOut, Depends(get_state)]


@router.get("", responses=refusals(401, 403))
async def get_server_state(state: Figures, _: ServerAdmin) -> ServerStateOut:
    """How this server is right now: its processes, its database, its jobs, its slowest routes."""
    return state
