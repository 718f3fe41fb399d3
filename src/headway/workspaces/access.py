"""What each role in a workspace may do: one table, asked by every command."""

from typing import Literal

from headway.errors import Forbidden
from headway.workspaces.models import WorkspaceRole

Right = Literal["see", "create_project", "invite", "manage", "own"]

MAY: dict[WorkspaceRole, frozenset[Right]] = {
    WorkspaceRole.viewer: frozenset({"see"}),
    WorkspaceRole.member: frozenset({"see", "create_project"}),
    WorkspaceRole.admin: frozenset({"see", "create_project", "invite", "manage"}),
    WorkspaceRole.owner: frozenset({"see", "create_project", "invite", "manage", "own"}),
}

REFUSALS: dict[Right, str] = {
    "see": "You may not see this.",
    "create_project": "Viewers cannot make projects. Ask an admin of the workspace for the member role.",
    "invite": "Only admins and owners of the workspace may invite people.",
    "manage": "Only admins and owners of the workspace may do this.",
    "own": "Only an owner of the workspace may do this.",
}


def require(role: str, right: Right) -> None:
    """Lets pass who has the right.

    Raises:
        Forbidden: they see the workspace, but their role does not have it.
    """
    if right not in MAY[WorkspaceRole(role)]:
        raise Forbidden(f"role.{right}", REFUSALS[right])


def require_power_over(role: str, other: str | None) -> None:
    """Lets pass who may give, change or take away the other role: owners are made and unmade by owners only.

    Raises:
        Forbidden: their role does not reach that far.
    """
    require(role, "own" if other == WorkspaceRole.owner else "manage")
