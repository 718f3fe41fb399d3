"""Proving my e-mail address, and changing it: the letter goes to the new one, and the old one hears of it."""

from fastapi import Request

from headway.accounts.limits import limit_address
from headway.accounts.passwords import prove_again
from headway.accounts.reset_commands import change_address
from headway.accounts.reset_jobs import PROOF
from headway.accounts.reset_limits import count_letter
from headway.accounts.reset_routes import LINKS, refuse_without_mail
from headway.accounts.reset_schemas import AddressChange, AddressProof, Asked
from headway.accounts.session import Me, get_me, who_is_asking
from headway.answers import refusals
from headway.db import Db
from headway.errors import Forbidden
from headway.jobs.commands import enqueue
from headway.routing import Router
from headway.workspaces.answers import me_out
from headway.workspaces.commands import tell_address
from headway.workspaces.schemas import MeOut

router = Router(tags=["account"], prefix="/me/email", responses=refusals(401))


@router.put("", status_code=202, responses=refusals(403, 409, 429))
async def ask_for_address(change: AddressChange, request: Request, db: Db) -> Asked:
    """Mails a link to the address that is to be mine, or is mine and unproved. Nothing changes before it is used.

    Whether another account has the address is told only to who reads its mail. 403 `password.wrong`; 409 `mail.none`.
    """
    refuse_without_mail(request.app.state.settings)
    async with request.app.state.database.reading() as reads:
        me = await who_is_asking(reads, request)
    if me.session_id is None:
        raise Forbidden("address.session", "Addresses are changed in a signed-in browser, not with a token.")
    await prove_again(request.app.state.database, me.person_id, change.password)
    me = await get_me(request, db)
    await count_letter(db, "proof", change.email)
    await enqueue(db, PROOF, {"person_id": str(me.person_id), "email": change.email})
    return Asked(detail=f"A link is on its way to {change.email}. Open it there within a day, while you are signed in.")


@router.post("/confirm", responses=refusals(409, 410, 429))
async def prove_address(proof: AddressProof, db: Db, me: Me) -> MeOut:
    """Uses the link that was mailed, once, within a day, signed in as who asked for it: the address is mine now.

    409 `account.exists` when another account has got the address meanwhile.
    """
    limit_address("link", LINKS)
    change = await change_address(db, me, proof.token)
    return await me_out(db, await tell_address(db, me, change))
