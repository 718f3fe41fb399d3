"""Who may do what, route by route: one line for each route of the app. test_doors_matrix.py holds the app to it.

A new route fails there by its name until it stands here. The words:

    public(...)      anybody; only its status is looked at
    signed_in(...)   whoever is signed in, about themselves
    own(...)         a thing of one person: to everybody else it is not there
    room(role, ...)  a workspace's thing, from that role in the workspace on
    project(role, ...) a project's thing, from that role in the project on; "author": only who wrote it
    server_admin(...)  who runs this server, and nobody else whatever their roles

with the body that does it, `status` for whoever may, and `at` for what the path names where that is not what its
parameters are called after (see `things.py`).
"""

from dataclasses import dataclass
from typing import Any, Literal

from tests.accounts.conftest import PASSWORD

Kind = Literal["public", "signed_in", "own", "room", "project", "server_admin"]
Status = int | tuple[int, ...]
NOBODY = "01890a5d-ac96-774b-bcce-b302099a8057"


@dataclass(frozen=True)
class Policy:
    """Who may, and what a request that may looks like."""

    kind: Kind
    least: str = ""
    body: Any = None
    status: Status = 200
    at: str = ""
    query: str = ""
    method: str = ""
    whole: bool = False  # it is about all of a project: refused to who sees only what is assigned to them
    alone: bool = False  # it ends what its asker came with: only asked by somebody who is not needed again


def public(body: Any = None, status: Status = 200, **more: Any) -> Policy:
    """Open to nobody in particular."""
    return Policy("public", "", body, status, **more)


def signed_in(body: Any = None, status: Status = 200, **more: Any) -> Policy:
    """Open to everybody with an account, for themselves."""
    return Policy("signed_in", "", body, status, **more)


def own(body: Any = None, status: Status = 200, **more: Any) -> Policy:
    """Open to its owner, and not there for others."""
    return Policy("own", "", body, status, **more)


def room(least: str, body: Any = None, status: Status = 200, **more: Any) -> Policy:
    """Open from a role in the workspace on."""
    return Policy("room", least, body, status, **more)


def project(least: str, body: Any = None, status: Status = 200, **more: Any) -> Policy:
    """Open from a role in the project on."""
    return Policy("project", least, body, status, **more)


def server_admin(body: Any = None, status: Status = 200, **more: Any) -> Policy:
    """Open to who runs this server."""
    return Policy("server_admin", "", body, status, **more)


# What wants the password again is given a wrong one: whoever gets as far as being told so, may.
PROOF, UNPROVED = {"proof": {"password": "not theirs"}}, 403
LETTER = {"email": "new@example.org", "password": "not theirs"}

POLICY: dict[str, Policy] = {
    # the pages and what watches this server
    "openapi": public(),
    "page": public(),
    "/assets": public(status=404),
    "health": public(),
    "ready": public(),
    "metrics": public(status=404),  # off, unless settings say otherwise: tests/operations
    # signing in and up, with what a letter or a link says
    "get_setup": public(),
    "set_up": public({"name": "A", "email": "a@b.c", "password": "long enough to do", "workspace": "W"}, 409),
    "sign_in": public({"email": "a@example.org", "password": "x"}, 401),
    "sign_up": public({"name": "A", "email": "a@example.org", "password": "long enough to do"}, 403),
    "sign_in_with_code": public({"ticket": "x", "code": "123456"}, 401),
    "ask_passkey": public({}),
    "sign_in_with_passkey": public({"passkey": {}}, 422),
    "get_provider": public(),
    "start_provider_sign_in": public({}, 503),  # nobody answers at the provider of these tests
    "finish_provider_sign_in": public({"state": "x"}, 401),
    "preview_invitation": public({"token": "x"}, 404),
    "accept_invitation": public({"token": "x"}, 404),
    "ask_for_reset": public({"email": "a@example.org"}, 202),
    "reset_password": public({"token": "x", "new": "long enough to do"}, 410),
    # oneself
    "get_me": signed_in(),
    "rename_me": signed_in({"name": "Renamed"}),
    "change_password": signed_in({"current": "x", "new": "long enough to do"}, 403),
    "get_second_factor": signed_in(),
    "begin_app": signed_in(PROOF, UNPROVED),
    "confirm_app": signed_in({"code": "123456"}, 409),
    "remove_app": signed_in(PROOF, UNPROVED),
    "renew_recovery_codes": signed_in(PROOF, UNPROVED),
    "ask_for_proof": signed_in(),
    "begin_passkey": signed_in(PROOF, UNPROVED),
    "add_passkey": signed_in({"name": "Key", "client_data": "AAAA", "attestation": "AAAA"}, 403),
    "rename_passkey": own({"name": "Mine"}),
    "remove_passkey": own({"proof": {"password": PASSWORD}}, 204),
    "list_sessions": signed_in(),
    "sign_out": signed_in(status=204, alone=True),
    "end_other_sessions": signed_in(status=204, alone=True),
    "end_session": own(status=204),
    "list_tokens": signed_in(),
    "make_token": signed_in({"name": "Token"}, 201),
    "remove_token": own(status=204),
    "start_link": signed_in({"password": "x"}, 403),
    "list_identities": signed_in(),
    "unlink_identity": own(status=204),
    "ask_for_address": signed_in(LETTER, 403),
    "prove_address": signed_in({"token": "x"}, 410),
    # workspaces
    "list_workspaces": signed_in(),
    "create_workspace": signed_in({"name": "Mine"}, (201, 403)),  # who owns none may not, see tests/accounts
    "get_workspace": room("viewer"),
    "change_workspace": room("owner", {"name": "New"}, 428),
    "list_members": room("viewer"),
    "change_role": room("admin", {"role": "viewer"}, at="colleague"),
    "remove_member": room("admin", status=204, at="colleague"),
    "list_invitations": room("admin"),
    "create_invitation": room("admin", {"role": "member"}, 201),
    "resend_invitation": room("admin", status=409),
    "remove_invitation": room("admin", status=204),
    "list_workspace_audit": room("owner"),
    "list_projects": room("viewer"),
    "create_project": room("member", {"name": "New", "key": "NEW"}, 201),
    "get_my_work": room("viewer"),
    "list_deleted_projects": room("viewer"),
    "search_tasks": room("viewer", query="q=secret"),
    "complete_search": room("viewer", query="q=label:&at=6"),
    # projects
    "get_project": project("viewer"),
    "change_project": project("admin", {"name": "New"}, 428),
    "delete_project": project("admin", status=204, at="spare_project"),
    "restore_project": project("admin", at="deleted_project"),
    "list_project_members": project("viewer"),
    "set_project_member": project("admin", {"role": "viewer"}, 204, at="guest"),
    "remove_project_member": project("admin", status=204, at="guest"),
    "list_access": project("admin"),
    "get_access": project("admin", at="guest"),
    "create_state": project("admin", {"name": "Review", "category": "doing"}, 201),
    "change_state": project("admin", {"version": 1, "name": "Renamed"}),
    "delete_state": project("admin", status=204),
    "create_label": project("member", {"name": "New label"}, 201),
    "change_label": project("member", {"version": 1, "color": "red"}),
    "delete_label": project("member", status=204, whole=True),
    # tasks
    "get_board": project("viewer"),
    "list_tasks": project("viewer"),
    "create_task": project("member", {"title": "New"}, 201),
    "get_task": project("viewer"),
    "get_task_by_human_id": project("viewer"),
    "change_task": project("member", {"version": 1, "title": "New"}),
    "move_task": project("member", {}),
    "edit_tasks": project("member", {"items": [{"id": NOBODY}], "delete": True}),
    "delete_task": project("member", status=204),
    "restore_task": project("member", at="deleted_task"),
    "list_relations": project("viewer"),
    "list_comments": project("viewer"),
    "create_comment": project("commenter", {"body": "Hello"}, 201),
    "change_comment": project("author", {"version": 1, "body": "New"}),
    "delete_comment": project("admin", status=204, at="others_comment"),
    "restore_comment": project("admin", at="deleted_comment"),
    # what was deleted, what happened, who looks
    "list_trash": project("viewer"),
    "end_task": project("admin", status=204, at="deleted_task"),
    "end_comment": project("admin", status=204, at="deleted_comment"),
    "end_project": project("admin", status=204, at="deleted_project"),
    "get_project_history": project("viewer", whole=True),
    "get_task_history": project("viewer"),
    "get_comment_history": project("viewer"),
    "get_project_timeline": project("viewer", whole=True),
    "get_project_diff": project("viewer", whole=True, query="from=1"),
    "export_project": project("viewer", whole=True),
    "get_last_look": project("viewer"),
    "set_last_look": project("viewer", {"revision": 1}, 204),
    "get_change": project("viewer"),
    "undo_change": project("member", {}),
    "get_presence": project("viewer"),
    "list_events": project("viewer", query="topic=project:{project_id}"),
    "live": project("viewer"),  # a socket: test_doors_socket.py
    # this server
    "get_server_state": server_admin(),
    "list_people": server_admin(),
    "suspend_person": server_admin(at="somebody"),
    "reinstate_person": server_admin(at="somebody"),
    "set_admin": server_admin({"is_admin": True}, at="somebody"),
    "list_audit": server_admin(),
    "list_jobs": server_admin(),
    "retry_job": server_admin(status=204),
    "remove_job": server_admin(status=204),
    "list_backups": server_admin(),
    "start_backup": server_admin(status=409),  # these tests have no folder for them
    "list_lab_runs": server_admin(),
    "get_lab_run": server_admin(status=404),
    "get_lab_report": server_admin(status=404),
    "delete_lab_run": server_admin(status=404),
    "start_lab_run": server_admin(
        {"users": "all"}, 422
    ),  # it would take the machine: whoever may is told that it is no list
    "get_lab_state": server_admin(),
    "cancel_lab_run": server_admin(status=409),
    "stream_lab_run": server_admin(),
}

# Tools of the MCP server join here when there is one: name -> Policy, asked through its own door.
TOOLS: dict[str, Policy] = {}
