"""Letters with a secret in them: it is made when the letter is written, so that no job, log or backup holds it."""

from uuid import UUID

from headway.accounts.queries import person_by_email
from headway.accounts.reset_commands import make_link, person_of
from headway.db import Database
from headway.jobs.kinds import Work
from headway.letters import texts
from headway.letters.sending import send
from headway.settings import Settings

RESET, PROOF = "password_reset", "address_proof"
SIGNS_IN_ELSEWHERE = (
    "somebody, hopefully you, asked for a new password for your account. It has none: you sign in elsewhere."
)


async def mail_reset(database: Database, settings: Settings, work: Work) -> None:
    """Mails a link for a new password to whoever has this address; to nobody, if nobody has it."""
    async with database.unit_of_work() as db:
        known = await db.scalar(person_by_email(work.payload["email"]))
        person = await person_of(db, known.id) if known else None
        if person is None or person.email is None:
            return
        if person.password_hash is None:
            letter = texts.notice(name=person.name, subject="Your account has no password", sentence=SIGNS_IN_ELSEWHERE)
        else:
            token = await make_link(db, person, "password", person.email)
            letter = texts.password_reset(name=person.name, token=token)
        to = person.email
    await send(settings, letter, to=to, message_id=f"{work.id}.{work.attempts}")


async def mail_proof(database: Database, settings: Settings, work: Work) -> None:
    """Mails a link to the address that somebody wants to use."""
    async with database.unit_of_work() as db:
        person = await person_of(db, UUID(work.payload["person_id"]))
        if person is None:
            return
        token = await make_link(db, person, "address", work.payload["email"])
        letter = texts.address_proof(name=person.name, token=token)
    await send(settings, letter, to=work.payload["email"], message_id=f"{work.id}.{work.attempts}")
