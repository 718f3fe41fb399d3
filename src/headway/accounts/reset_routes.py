"""Somebody has forgotten their password. Needs no account, and tells nobody whether there is one."""

from fastapi import Request

from headway.accounts import reset_commands as commands
from headway.accounts.limits import limit_address
from headway.accounts.reset_jobs import RESET
from headway.accounts.reset_limits import count_question
from headway.accounts.reset_schemas import Asked, PasswordReset, ResetQuestion
from headway.accounts.secrets import hash_password
from headway.answers import refusals
from headway.db import Db
from headway.errors import Conflict
from headway.jobs.commands import enqueue
from headway.routing import Router
from headway.settings import Settings

router = Router(tags=["account"], prefix="/password-resets")
LINKS = 20


def refuse_without_mail(settings: Settings) -> None:
    """Lets pass where letters can be sent.

    Raises:
        Conflict: this server sends no mail.
    """
    if settings.smtp is None:
        detail = "This server sends no mail. Ask whoever runs it; they can set a new password for you."
        raise Conflict("mail.none", detail)


@router.post("", status_code=202, responses=refusals(409, 429))
async def ask_for_reset(question: ResetQuestion, request: Request, db: Db) -> Asked:
    """Has a link for a new password mailed to this address, if an account has it. The answer is the same if not.

    409 `mail.none` where the server sends no mail; 429 after three in a quarter of an hour.
    """
    refuse_without_mail(request.app.state.settings)
    await count_question(db, question.email)
    # Whether there is such an account is looked up by the job: this answer takes the same time either way.
    await enqueue(db, RESET, {"email": question.email}, key=question.email)
    return Asked(detail="If there is an account with this address, a link is on its way to it. It works for one hour.")


@router.post("/confirm", status_code=204, responses=refusals(410, 429))
async def reset_password(reset: PasswordReset, request: Request, db: Db) -> None:
    """Sets a new password by the link that was mailed: once, within an hour. Ends all sessions and API tokens.

    Signs nobody in: do that with the new password, and with the second factor where the account has one.
    """
    limit_address("link", LINKS)  # what is guessed belongs to nobody yet, so it counts where it comes from
    async with request.app.state.database.reading() as reads:
        await commands.look_at(reads, "password", reset.token)  # before anything is hashed for it
    await commands.reset_password(db, reset.token, await hash_password(reset.new))
