"""The other end of an invitation: somebody has opened the link."""

from fastapi import Request, Response

from headway.accounts import commands as accounts
from headway.accounts.limits import forgive_address, limit_address
from headway.accounts.secrets import hash_password
from headway.accounts.session import get_me, keep_session, who_if_anyone
from headway.answers import refusals
from headway.db import Db
from headway.errors import Conflict, Invalid
from headway.routing import Router
from headway.workspaces import invitation_commands as commands
from headway.workspaces.answers import me_out
from headway.workspaces.me_routes import browser_of
from headway.workspaces.models import WorkspaceRole
from headway.workspaces.schemas import InvitationAnswer, InvitationPreviewOut, InvitationQuestion, MeOut

router = Router(tags=["invitations"], prefix="/invitations")


@router.post("/preview", responses=refusals(404, 410, 429))
async def preview_invitation(question: InvitationQuestion, request: Request) -> InvitationPreviewOut:
    """What the link lets one into. Needs no account: whoever has the link may know. 410 once it is used or too old."""
    limit_address("invitation")
    async with request.app.state.database.reading() as db:
        invitation, workspace, inviter = await commands.look_at(db, question.token)
    forgive_address("invitation")  # it was no guess
    role = WorkspaceRole(invitation.role)
    return InvitationPreviewOut(workspace=workspace.name, role=role, invited_by=inviter, email=invitation.email)


@router.post("/accept", responses=refusals(401, 404, 409, 410, 429))
async def accept_invitation(answer: InvitationAnswer, request: Request, response: Response, db: Db) -> MeOut:
    """Joins a workspace. Whoever is signed in sends the token alone; whoever is new sends name, email and password
    too, gets an account, and is signed in.

    The link works once. 409 `account.exists` when the address has an account: sign in, then open the link again.
    """
    limit_address("invitation")
    async with request.app.state.database.reading() as reads:
        is_signed_in = await who_if_anyone(reads, request) is not None
        await commands.look_at(reads, answer.token)  # before anything is hashed for it
    forgive_address("invitation")
    if is_signed_in:
        if answer.name or answer.email or answer.password:
            detail = "You are signed in. Join as who you are, or sign out to make another account."
            raise Conflict("invitation.signed_in", detail)
        me = await get_me(request, db)
    else:
        if answer.name is None or answer.email is None or answer.password is None:
            missing = [field for field in ("name", "email", "password") if getattr(answer, field) is None]
            errors = [{"field": field, "message": "is needed for a new account"} for field in missing]
            raise Invalid("invalid", "Sign in, or give name, email and password for a new account.", errors=errors)
        password_hash = await hash_password(answer.password)
        person = await accounts.create_person(db, name=answer.name, email=answer.email, password_hash=password_hash)
        me, secret = await accounts.begin_session(db, person, browser_of(request))
        keep_session(response, request.app.state.settings, secret)
    await commands.accept_invitation(db, me, answer.token)
    return await me_out(db, me)
