"""What an API token may be used for: one table, route by route. What is not in it is not for tokens.

A scope only narrows: a token never does what its owner may not. Each route needs exactly one, whatever its method says,
so that reading members and reading the audit log are two things. tests/accounts/test_scopes.py walks the app's router
and fails for a route that is in none of these lists.
"""

from enum import StrEnum

from starlette.requests import HTTPConnection

from headway.errors import Forbidden


class Scope(StrEnum):
    """What a token was made for."""

    read = "read"  # everything its owner sees in their workspaces
    write = "write"  # tasks, comments, labels, and taking changes back
    manage = "manage"  # projects, workspaces, who belongs to them, and the end of what was deleted
    admin = "admin"  # this server


EVERYTHING = tuple(Scope)


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


NEEDS: dict[Scope, frozenset[str]] = {
    Scope.read: _names(
        """
        get_me list_workspaces get_workspace list_members list_projects get_project list_project_members
        list_access get_access
        get_board list_tasks get_task get_task_by_human_id list_comments get_my_work search_tasks complete_search
        get_presence list_relations
        get_change get_project_history get_task_history get_comment_history get_project_timeline get_project_diff
        export_project get_last_look list_trash list_deleted_projects list_events live
        """
    ),
    Scope.write: _names(
        """
        create_task change_task move_task edit_tasks delete_task restore_task
        create_comment change_comment delete_comment restore_comment
        create_label change_label delete_label undo_change set_last_look
        """
    ),
    Scope.manage: _names(
        """
        create_workspace change_workspace change_role remove_member list_workspace_audit
        list_invitations create_invitation remove_invitation resend_invitation
        create_project change_project delete_project restore_project set_project_member remove_project_member
        create_state change_state delete_state end_task end_comment end_project
        """
    ),
    Scope.admin: _names(
        """
        list_people suspend_person reinstate_person set_admin list_audit
        list_jobs retry_job remove_job list_backups start_backup get_server_state
        list_lab_runs get_lab_run get_lab_report start_lab_run cancel_lab_run delete_lab_run get_lab_state
        stream_lab_run
        """
    ),
}

# Who somebody is, and how they prove it: a stolen token must not outlive its own end, or lock its owner out.
BROWSER_ONLY = _names(
    """
    rename_me change_password list_sessions end_session sign_out list_tokens make_token remove_token accept_invitation
    ask_for_address prove_address end_other_sessions
    get_second_factor begin_app confirm_app remove_app renew_recovery_codes ask_for_proof
    begin_passkey add_passkey rename_passkey remove_passkey
    list_identities unlink_identity start_link
    """
)

# These ask nobody who they are, so there is no token to look at.
NOBODYS = _names(
    """
    health get_setup set_up sign_up sign_in preview_invitation ask_for_reset reset_password
    get_provider start_provider_sign_in finish_provider_sign_in
    sign_in_with_code ask_passkey sign_in_with_passkey
    """
)

_NEEDED = {route: scope for scope, routes in NEEDS.items() for route in routes}


def needed_for(route: str) -> Scope | None:
    """The scope that a route needs, by the name of its function; None where no token will do."""
    return _NEEDED.get(route)


def open_also(scope: Scope, *routes: str) -> None:
    """Puts routes that are no part of the product into the table, by the names of their functions: the load lab's."""
    _NEEDED.update(dict.fromkeys(routes, scope))


def require_scope(scopes: frozenset[str], connection: HTTPConnection) -> None:
    """Lets pass a token that was made for what it asks.

    Raises:
        Forbidden: it was made for something else, or what it asks is for signed-in browsers only.
    """
    scope = needed_for(getattr(connection.scope.get("route"), "name", ""))
    if scope is None:
        raise Forbidden("token.session", "This takes a signed-in browser; no token may do it.")
    if scope not in scopes:
        detail = f"This token was not made for that: it lacks the scope “{scope}”. Make one that has it."
        raise Forbidden("token.scope", detail, needed=scope)
