"""Proving once more that it is you, before what would lock you out or let somebody else in."""

from datetime import timedelta

from fastapi import Request
from sqlalchemy import select

from headway.accounts.asker import Asker
from headway.accounts.factors_commands import has_passkeys
from headway.accounts.factors_schemas import Proof
from headway.accounts.factors_tries import forget_codes
from headway.accounts.limits import forgive_address, limit_address
from headway.accounts.models import Person, SignIn
from headway.accounts.passkeys import party
from headway.accounts.passkeys_commands import prove_with
from headway.accounts.passwords import prove_again, tries_of
from headway.accounts.session import who_is_asking
from headway.clock import now
from headway.errors import Forbidden

FRESH = timedelta(minutes=10)


async def prove_self(request: Request, proof: Proof) -> Asker:
    """Who asks, after they have shown a password or a passkey. Holds no connection meanwhile.

    Raises:
        Forbidden: the password or the passkey is not right, or neither was given by somebody who has one.
        TooMany: too many passwords were wrong.
    """
    database, settings = request.app.state.database, request.app.state.settings
    async with database.reading() as db:
        me = await who_is_asking(db, request)
    if proof.passkey is not None:
        limit_address("passkey")
        async with database.reading() as db:
            await prove_with(db, proof.passkey, purpose="proof", person_id=me.person_id, at=party(settings), alone=True)
        forgive_address("passkey")
    elif proof.password is not None:
        await prove_again(database, me.person_id, proof.password)
        async with database.reading() as db:  # or whoever tidies up their passkeys is locked out by being right
            await forget_codes(db, tries_of(me.person_id))
    else:
        await refuse_unproved(request, me)
    return me


async def refuse_unproved(request: Request, me: Asker) -> None:
    """Lets pass whoever has nothing to prove themselves with, since they sign in elsewhere, and has just done so.

    Raises:
        Forbidden: they have, or it is a while ago.
    """
    async with request.app.state.database.reading() as db:
        password_hash = await db.scalar(select(Person.password_hash).where(Person.id == me.person_id))
        provable = password_hash is not None or await has_passkeys(db, me.person_id)
        began = await db.scalar(select(SignIn.created_at).where(SignIn.id == me.session_id))
    if provable:
        raise Forbidden("proof.wanted", "Type your password, or use a passkey, to show that it is you.")
    if began is None or began < now() - FRESH:
        raise Forbidden("proof.stale", "Sign out and in again first; you have no password to show that it is you.")
