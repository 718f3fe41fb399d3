"""Me and my workspaces, as routes answer with them."""

from sqlalchemy.ext.asyncio import AsyncSession

from headway.accounts.asker import Asker
from headway.workspaces.commands import workspace_data
from headway.workspaces.models import Workspace
from headway.workspaces.queries import visible_workspaces
from headway.workspaces.schemas import MeOut, WorkspaceOut


def workspace_out(workspace: Workspace, role: str) -> WorkspaceOut:
    """A workspace with the role of whoever asks."""
    return WorkspaceOut.model_validate({**workspace_data(workspace), "role": role})


async def me_out(db: AsyncSession, me: Asker) -> MeOut:
    """Who they are, and where they belong as this transaction sees it."""
    await db.flush()
    found = await db.execute(visible_workspaces(me.person_id))
    workspaces = [workspace_out(workspace, role) for workspace, role in found]
    return MeOut(id=me.person_id, name=me.name, email=me.email, is_admin=me.is_admin, workspaces=workspaces)
