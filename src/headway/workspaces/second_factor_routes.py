"""The second step of signing in, and signing in with a passkey alone."""

from fastapi import Request, Response
from sqlalchemy import select

from headway.accounts import entering, passkeys, passkeys_commands
from headway.accounts.commands import SUSPENDED, begin_session
from headway.accounts.factors_commands import use_code
from headway.accounts.factors_models import Ticket
from headway.accounts.factors_schemas import CodeAnswer, KnownPasskey, PasskeyAnswer, PasskeyOptionsOut, PasskeyQuestion
from headway.accounts.factors_tries import count_code, forget_codes, tries_at_door, tries_with
from headway.accounts.limits import forgive_address, limit_address
from headway.accounts.models import Person
from headway.accounts.session import keep_session
from headway.answers import refusals
from headway.db import Database, Db
from headway.errors import Forbidden
from headway.events.record import begin_change
from headway.routing import Router
from headway.workspaces.answers import me_out
from headway.workspaces.me_routes import browser_of
from headway.workspaces.schemas import MeOut

router = Router(tags=["account"], prefix="/sessions")


@router.post("/second-factor", status_code=201, responses=refusals(401, 429))
async def sign_in_with_code(answer: CodeAnswer, request: Request, response: Response, db: Db) -> MeOut:
    """Finishes signing in with a code: from the app, or a recovery code. Each works once.

    401 `ticket` means: begin again. 401 `code.wrong`: another try. After ten wrong codes in a quarter of an hour the
    account answers 429 with Retry-After; whoever is signed in already stays so.
    """
    limit_address("code")
    ticket = await count_ticket(request.app.state.database, answer.ticket)
    person = await entering.use_ticket(db, answer.ticket)
    await use_code(db, person.id, answer.code)
    await forget_codes(db, tries_at_door(person.id), tries_with(ticket.id))
    forgive_address("code")
    return await let_in(db, person, request, response)


@router.post("/passkey/options", responses=refusals(401, 409, 429))
async def ask_passkey(question: PasskeyQuestion, request: Request, db: Db) -> PasskeyOptionsOut:
    """A challenge for a passkey: any that knows this server, or, with a ticket, one of that person's."""
    at = passkeys.party(request.app.state.settings)
    limit_address("passkey_options")
    if question.ticket is None:
        value = await passkeys_commands.challenge(db, "sign_in", None)
        return PasskeyOptionsOut(challenge=value, rp_id=at.id, allow=[], user_verification="required")
    ticket = await entering.look_at_ticket(db, question.ticket)
    known = await passkeys_commands.passkeys_of(db, ticket.person_id)
    return PasskeyOptionsOut(
        challenge=await passkeys_commands.challenge(db, "second_factor", ticket.person_id),
        rp_id=at.id,
        allow=[KnownPasskey.model_validate(one) for one in known],
        user_verification="preferred",
    )


@router.post("/passkey", status_code=201, responses=refusals(401, 403, 409, 429))
async def sign_in_with_passkey(answer: PasskeyAnswer, request: Request, response: Response, db: Db) -> MeOut:
    """Signs in with a passkey: as the second step with a ticket, or alone. Alone, it must have verified its owner.

    403 `passkey.wrong` does not say what is wrong with it.
    """
    at, database = passkeys.party(request.app.state.settings), request.app.state.database
    limit_address("passkey")
    if answer.ticket is None:
        async with database.reading() as own:
            person_id = await passkeys_commands.prove_with(
                own, answer.passkey, purpose="sign_in", person_id=None, at=at, alone=True
            )
        statement = select(Person).where(Person.id == person_id).with_for_update(read=True)
        person = (await db.scalars(statement)).one()
        if person.suspended_at is not None:
            raise Forbidden(*SUSPENDED)
        begin_change(db, "web", person.id)
    else:
        ticket = await count_ticket(database, answer.ticket)
        async with database.reading() as own:
            await passkeys_commands.prove_with(
                own, answer.passkey, purpose="second_factor", person_id=ticket.person_id, at=at, alone=False
            )
        person = await entering.use_ticket(db, answer.ticket)
        await forget_codes(db, tries_at_door(person.id), tries_with(ticket.id))
    forgive_address("passkey")
    return await let_in(db, person, request, response)


async def count_ticket(database: Database, secret: str) -> Ticket:
    """The ticket, after a try with it was counted: for itself, and for whose it is.

    Raises:
        Unauthenticated: there is no such ticket (any more).
        TooMany: none is left.
    """
    async with database.reading() as own:
        ticket = await entering.look_at_ticket(own, secret)
        await count_code(own, tries_with(ticket.id))
        await count_code(own, tries_at_door(ticket.person_id))
    return ticket


async def let_in(db: Db, person: Person, request: Request, response: Response) -> MeOut:
    """Begins the session of somebody who has shown all that is wanted."""
    me, secret = await begin_session(db, person, browser_of(request))
    keep_session(response, request.app.state.settings, secret)
    return await me_out(db, me)
