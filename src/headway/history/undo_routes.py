"""Undo over HTTP."""

from uuid import UUID

from fastapi import Request

from headway.accounts.session import Me
from headway.answers import refusals
from headway.db import Db
from headway.errors import NotFound
from headway.history import gone
from headway.history.undo import undo_change as take_back
from headway.history.undo_schemas import UndoOut, UndoWanted
from headway.routing import Router

router = Router(tags=["history"])


@router.post(
    "/changes/{change_id}/undo", status_code=200, response_model=UndoOut, responses=refusals(401, 403, 404, 409, 410)
)
async def undo_change(change_id: UUID, wanted: UndoWanted, request: Request, db: Db, me: Me) -> UndoOut:
    """Takes back what a change did, wherever nobody has changed it since; the rest is listed as conflicts.

    For each thing you need what making that change by hand would need now. The undo is a change of its own: undoing
    that one is the redo. With `preview` nothing is written.
    """
    try:
        return await take_back(db, me, change_id, wanted)
    except NotFound as error:
        raise gone.missing(change_id, request.app.state.settings.history_months, error) from None
