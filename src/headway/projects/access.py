"""What each role in a project may do: one table, asked by every command."""

from typing import Literal

from headway.errors import Forbidden
from headway.projects.models import ProjectRole

Right = Literal["see", "comment", "edit", "manage"]

MAY: dict[ProjectRole, frozenset[Right]] = {
    ProjectRole.viewer: frozenset({"see"}),
    ProjectRole.commenter: frozenset({"see", "comment"}),
    ProjectRole.member: frozenset({"see", "comment", "edit"}),
    ProjectRole.admin: frozenset({"see", "comment", "edit", "manage"}),
}

REFUSALS: dict[Right, str] = {
    "see": "You may not see this.",
    "comment": "You may read here, but not comment. Ask an admin of the project for the commenter role.",
    "edit": "You may read here, but not change tasks. Ask an admin of the project for the member role.",
    "manage": "Only an admin of the project may do this.",
}


def may(role: str, right: Right) -> bool:
    """Whether the role has the right."""
    return right in MAY[ProjectRole(role)]


def require(role: str, right: Right) -> None:
    """Lets pass who has the right.

    Raises:
        Forbidden: they see the project, but their role does not have it.
    """
    if not may(role, right):
        raise Forbidden(f"role.{right}", REFUSALS[right])
