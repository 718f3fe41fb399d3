"""The first visit, over HTTP."""

from fastapi import Request, Response

from headway.accounts.limits import limit_address
from headway.accounts.secrets import hash_password
from headway.accounts.session import keep_session
from headway.answers import refusals
from headway.db import Db
from headway.routing import Router
from headway.setup import commands
from headway.setup.schemas import NewSetup, SetupOut
from headway.workspaces.answers import me_out
from headway.workspaces.schemas import MeOut

router = Router(tags=["setup"], prefix="/setup")


@router.get("")
async def get_setup(request: Request, db: Db) -> SetupOut:
    """Whether this server waits for its owner, and how accounts are made on it. Needs no account."""
    return await commands.how_it_stands(db, request.app.state.settings)


@router.post("", status_code=201, responses=refusals(403, 409, 429))
async def set_up(new: NewSetup, request: Request, response: Response, db: Db) -> MeOut:
    """Makes the owner's account, a workspace and a first project, and signs the owner in. Works once.

    409 `setup.done` when the server has an owner already; 403 `setup.link` when it takes the one-time link from the
    server's console and `link` is not it.
    """
    limit_address("setup")
    async with request.app.state.database.reading() as reads:
        await commands.refuse_unless_open(reads, new.link)  # before anything is hashed for it
    password_hash = await hash_password(new.password)
    me, secret = await commands.set_up(db, new, password_hash, request.headers.get("user-agent", ""))
    keep_session(response, request.app.state.settings, secret)
    return await me_out(db, me)
