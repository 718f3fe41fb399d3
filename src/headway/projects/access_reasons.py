"""Why somebody has the role that the statements found: the facts that were read beside it, in words.

Nothing is decided here. What decides is `my_role` and `restricted` in queries.py, and `MAY` in access.py.
"""

from collections.abc import Iterator
from typing import Any, get_args

from sqlalchemy import Row

from headway.projects.access import MAY, Right
from headway.projects.access_schemas import AccessOut, AccessReason, AccessRights, AccessToTask
from headway.projects.models import ProjectRole, Visibility

Facts = Row[Any]  # one of `access_queries.facts_of`

DOES: dict[str, str] = {
    "viewer": "they read everything and change nothing",
    "commenter": "they read and comment",
    "member": "they work on tasks",
    "admin": "they may do everything there",
}


def explained(facts: Facts, task: AccessToTask | None = None) -> AccessOut:
    """What somebody may do in a project, and why."""
    may = MAY[ProjectRole(facts.role)] if sees(facts) else frozenset[Right]()
    return AccessOut(
        person_id=facts.person_id,
        name=facts.name,
        project_id=facts.project_id,
        role=facts.role,
        only_assigned=facts.restricted,
        sees=sees(facts),
        rights=AccessRights(**{right: right in may for right in get_args(Right)}),
        reasons=[AccessReason(code=code, text=text) for code, text in reasons(facts)],
        task=task,
    )


def sees(facts: Facts) -> bool:
    """Whether they see the project: they have a role there, and an account that opens doors."""
    return facts.role is not None and not facts.suspended


def reasons(facts: Facts) -> Iterator[tuple[str, str]]:
    """(code, sentence) of each fact that decides, in that order."""
    who = facts.name
    if facts.placeholder:
        yield "placeholder", f"{who} is a name that an import brought along. Nobody can sign in with it."
        return
    if facts.suspended:
        text = "which shuts them out of everything. An admin of the server can reinstate them."
        yield "suspended", f"The account of {who} is suspended, {text}"
    if facts.in_workspace is None:
        yield "left", f"{who} does not belong to the workspace any more. Invite them again."
        return
    yield from by_role(facts)
    if facts.restricted:
        text = "and nothing that is about the whole project. Lift it under People."
        yield "only_assigned", f"{who} sees only the tasks that are assigned to them, {text}"


def by_role(facts: Facts) -> Iterator[tuple[str, str]]:
    """How somebody who belongs to the workspace comes by their role, or by none."""
    who, is_open = facts.name, facts.visibility == Visibility.workspace
    if facts.in_workspace == "owner" or (facts.in_workspace == "admin" and is_open):
        where = "every project in it" if facts.in_workspace == "owner" else "every project that is open to it"
        text = f"{who} is an {facts.in_workspace} of the workspace, so they administer {where}."
        yield f"workspace_{facts.in_workspace}", f"{text} Only another role in the workspace changes that."
        if facts.counts:
            yield "own_role_unused", f"Their own role in this project, {facts.given}, makes no difference."
        return
    if facts.given is not None and not facts.counts:
        text = f"{who} was made {facts.given} of this project before they last joined the workspace."
        yield "earlier_stay", f"{text} That does not count any more. Give it again under People."
    if facts.counts:
        yield "own_role", f"{who} has the role {facts.given} in this project{instead(facts)}: {DOES[facts.given]}."
    elif is_open:
        does = DOES[facts.in_workspace]
        text = f"This project is open to the workspace, where {who} is a {facts.in_workspace}: {does}."
        yield f"open_to_{facts.in_workspace}", f"{text} A role under People goes before that."
    else:
        beside = " Admins of the workspace see only those that are open to it." if facts.in_workspace == "admin" else ""
        yield "no_role", f"{who} has no role in this private project.{beside} Give one under People."
    if facts.counts and facts.in_workspace == "viewer" and facts.given != "viewer":
        text = "who never write: here they are a viewer. Change their role in the workspace."
        yield "workspace_viewer", f"{who} is one of the workspace's viewers, {text}"


def instead(facts: Facts) -> str:
    """What somebody's own role takes the place of."""
    return ", which goes before what the workspace gives" if facts.visibility == Visibility.workspace else ""


def about_task(facts: Facts) -> AccessToTask:
    """Whether somebody sees the task that was read beside the facts: `human_id`, `seen`, `assigned`."""
    who, what = facts.name, facts.human_id
    if not sees(facts):
        text = f"{who} does not see {what}, because they do not see the project."
    elif not facts.restricted:
        text = f"{who} sees {what}, like every task of this project."
    elif facts.assigned:
        text = f"{who} sees {what}, because it is assigned to them."
    else:
        text = f"{who} does not see {what}: it is not assigned to them. Assign it, or have them see everything."
    return AccessToTask(human_id=what, sees=sees(facts) and facts.seen, text=text)
