"""Sessions, passwords and tokens of whoever is asking."""

from datetime import timedelta
from uuid import UUID

from fastapi import Request, Response

from headway.accounts import commands
from headway.accounts.passwords import prove_again
from headway.accounts.queries import own_sign_ins, own_tokens
from headway.accounts.schemas import NewToken, NewTokenOut, PasswordChange, SessionOut, TokenOut
from headway.accounts.secrets import hash_password
from headway.accounts.session import Me, drop_session, get_me, who_is_asking
from headway.answers import refusals
from headway.clock import now
from headway.db import Db
from headway.idempotency.keys import SECRET
from headway.routing import Router

router = Router(tags=["account"], responses=refusals(401))


@router.get("/sessions")
async def list_sessions(db: Db, me: Me) -> list[SessionOut]:
    """Where I am signed in, the latest first."""
    found = await db.scalars(own_sign_ins(me.person_id, now()))
    return [SessionOut.model_validate(one).model_copy(update={"current": one.id == me.session_id}) for one in found]


@router.delete("/sessions/current", status_code=204, responses=refusals(404))
async def sign_out(db: Db, me: Me, request: Request, response: Response) -> None:
    """Ends the session that asks."""
    assert me.session_id is not None  # tokens do not get here
    await commands.end_session(db, me, me.session_id)
    drop_session(response, request.app.state.settings)


@router.delete("/sessions/others", status_code=204)
async def end_other_sessions(db: Db, me: Me) -> None:
    """Signs me out everywhere but here. Open streams end at once."""
    await commands.end_other_sessions(db, me)


@router.delete("/sessions/{session_id}", status_code=204, responses=refusals(404))
async def end_session(session_id: UUID, db: Db, me: Me) -> None:
    """Signs one of my browsers out. Its open streams end at once."""
    await commands.end_session(db, me, session_id)


@router.put("/me/password", status_code=204, responses=refusals(403, 409, 429))
async def change_password(change: PasswordChange, request: Request, db: Db) -> None:
    """Changes my password, which ends all my other sessions and all my API tokens.

    403 `password.wrong` when `current` is not my password; 429 after ten wrong ones in a quarter of an hour.
    """
    # Hashing takes long, so nothing is held meanwhile: who asks is read first, and once more with the change.
    async with request.app.state.database.reading() as reads:
        me = await who_is_asking(reads, request)
    old_hash = await prove_again(request.app.state.database, me.person_id, change.current)
    new_hash = await hash_password(change.new)
    await commands.change_password(db, await get_me(request, db), old_hash, new_hash)


@router.get("/tokens")
async def list_tokens(db: Db, me: Me) -> list[TokenOut]:
    """My API tokens, the newest first. Their secrets are not kept, so they cannot be shown again."""
    return [TokenOut.model_validate(one) for one in await db.scalars(own_tokens(me.person_id))]


@router.post("/tokens", status_code=201, responses=refusals(403, 409), dependencies=[SECRET])
async def make_token(new: NewToken, db: Db, me: Me) -> NewTokenOut:
    """Makes an API token that may do what I may, as far as its scopes go. Send it as `Authorization: Bearer hw_…`.

    It is shown only here. 403 when a token asks, and for the scope `admin` when I do not administer this server.
    """
    lasts = None if new.expires_in_days is None else timedelta(days=new.expires_in_days)
    token, secret = await commands.make_token(db, me, new.name, new.scopes, lasts)
    return NewTokenOut(**TokenOut.model_validate(token).model_dump(), token=secret)


@router.delete("/tokens/{token_id}", status_code=204, responses=refusals(404))
async def remove_token(token_id: UUID, db: Db, me: Me) -> None:
    """Revokes one of my API tokens, from its next request on."""
    await commands.remove_token(db, me, token_id)
