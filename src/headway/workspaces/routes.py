"""Workspaces, their members and the links that let people in."""

from uuid import UUID

from fastapi import Request, Response

from headway.accounts.reset_routes import refuse_without_mail
from headway.accounts.session import Me
from headway.answers import etag, refusals
from headway.clock import now
from headway.db import Db, fetch
from headway.errors import NotFound
from headway.idempotency.keys import SECRET
from headway.merging import Match
from headway.routing import Router
from headway.workspaces import commands, invitation_commands
from headway.workspaces.answers import workspace_out
from headway.workspaces.queries import open_invitations, visible_members, visible_workspace, visible_workspaces
from headway.workspaces.schemas import (
    InvitationOut,
    MemberList,
    MemberOut,
    NewInvitation,
    NewInvitationOut,
    NewWorkspace,
    RoleChange,
    WorkspaceChange,
    WorkspaceOut,
)

router = Router(tags=["workspaces"])


@router.get("/workspaces", responses=refusals(401))
async def list_workspaces(db: Db, me: Me) -> list[WorkspaceOut]:
    """The workspaces I belong to, by name."""
    return [workspace_out(workspace, role) for workspace, role in await db.execute(visible_workspaces(me.person_id))]


@router.post("/workspaces", status_code=201, responses=refusals(401, 403))
async def create_workspace(new: NewWorkspace, request: Request, db: Db, me: Me) -> WorkspaceOut:
    """Makes a workspace that I own. Where sign-up is by invitation, only who owns one already may make another."""
    workspace = await commands.make_workspace(db, me, new.name, request.app.state.settings.sign_up)
    return workspace_out(workspace, "owner")


@router.get("/workspaces/{workspace_id}", responses=refusals(401, 404))
async def get_workspace(workspace_id: UUID, response: Response, db: Db, me: Me) -> WorkspaceOut:
    """One workspace, with its ETag."""
    workspace, role = await fetch(db, visible_workspace(me.person_id, workspace_id), *commands.NOT_FOUND)
    response.headers["etag"] = etag(workspace.version)
    return workspace_out(workspace, role)


@router.patch("/workspaces/{workspace_id}", responses=refusals(401, 403, 404, 409, 412, 428))
async def change_workspace(
    workspace_id: UUID, change: WorkspaceChange, match: Match, response: Response, db: Db, me: Me
) -> WorkspaceOut:
    """Renames a workspace; owners may. Say which `version` you saw, or send its ETag in If-Match."""
    workspace, role = await commands.change_workspace(db, me, workspace_id, change, match)
    response.headers["etag"] = etag(workspace.version)
    return workspace_out(workspace, role)


@router.get("/workspaces/{workspace_id}/members", responses=refusals(401, 404))
async def list_members(workspace_id: UUID, db: Db, me: Me) -> MemberList:
    """Everybody in a workspace, by name, and the revision of its topic that they show.

    Placeholders are people whom an import mentions: they have no account and no role.
    """
    rows = (await db.execute(visible_members(me.person_id, workspace_id))).all()
    if not rows:
        raise NotFound(*commands.NOT_FOUND)
    members = [MemberOut.model_validate(commands.member_data(person, role)) for _, person, role in rows]
    return MemberList(revision=rows[0].revision, members=members)


@router.patch("/workspaces/{workspace_id}/members/{person_id}", responses=refusals(401, 403, 404, 409))
async def change_role(workspace_id: UUID, person_id: UUID, change: RoleChange, db: Db, me: Me) -> MemberOut:
    """Gives somebody another role, from their next request on. Admins may, but only owners make and unmake owners.

    409 `workspace.last_owner` when nobody would own the workspace any more.
    """
    return await commands.change_role(db, me, workspace_id, person_id, change.role)


@router.delete(
    "/workspaces/{workspace_id}/members/{person_id}", status_code=204, responses=refusals(401, 403, 404, 409)
)
async def remove_member(workspace_id: UUID, person_id: UUID, db: Db, me: Me) -> None:
    """Takes somebody out of a workspace; with my own id, I leave it. What they wrote stays, with their name.

    They see nothing of it from their next request on, and their open streams of it end at once.
    409 `workspace.last_owner` when nobody would own the workspace any more.
    """
    await commands.remove_member(db, me, workspace_id, person_id)


@router.get("/workspaces/{workspace_id}/invitations", responses=refusals(401, 403, 404))
async def list_invitations(workspace_id: UUID, db: Db, me: Me) -> list[InvitationOut]:
    """Links that would still let somebody in, the newest first; for admins and owners. The links themselves are not
    kept, so they cannot be shown again."""
    await commands.workspace_i_may(db, me, workspace_id, "invite")
    return [InvitationOut.model_validate(one) for one in await db.scalars(open_invitations(workspace_id, now()))]


@router.post(
    "/workspaces/{workspace_id}/invitations",
    status_code=201,
    responses=refusals(401, 403, 404, 409, 429),
    dependencies=[SECRET],
)
async def create_invitation(
    workspace_id: UUID, new: NewInvitation, request: Request, db: Db, me: Me
) -> NewInvitationOut:
    """Makes a link that lets one person in, once, within fourteen days. `url` is shown only here.

    Its secret stands behind the `#`, which browsers do not send: no server's log sees it. With `email` it lets in
    only whoever has that address; where this server sends mail, the link goes there and `url` is null. 429 when very
    much was mailed lately.
    """
    settings = request.app.state.settings
    by_mail = new.email is not None and settings.smtp is not None
    invitation, secret = await invitation_commands.invite(db, me, workspace_id, new.role, new.email, by_mail)
    url = None if by_mail else f"{settings.public_url}/join#{secret}"
    return NewInvitationOut(**InvitationOut.model_validate(invitation).model_dump(), url=url)


@router.post(
    "/workspaces/{workspace_id}/invitations/{invitation_id}/resend",
    status_code=204,
    responses=refusals(401, 403, 404, 409, 429),
)
async def resend_invitation(workspace_id: UUID, invitation_id: UUID, request: Request, db: Db, me: Me) -> None:
    """Mails an invitation once more, with a new link; the one before stops working. It lasts fourteen days from then.

    409 `invitation.no_address` when it was made for whoever has the link, `mail.none` where the server sends no mail.
    """
    refuse_without_mail(request.app.state.settings)
    await invitation_commands.resend_invitation(db, me, workspace_id, invitation_id)


@router.delete(
    "/workspaces/{workspace_id}/invitations/{invitation_id}", status_code=204, responses=refusals(401, 403, 404)
)
async def remove_invitation(workspace_id: UUID, invitation_id: UUID, db: Db, me: Me) -> None:
    """Makes a link useless before anybody has used it."""
    await invitation_commands.take_back_invitation(db, me, workspace_id, invitation_id)
