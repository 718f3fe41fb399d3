"""The one list of routers."""

from fastapi import APIRouter

from headway.accounts.factors_routes import router as factors
from headway.accounts.reset_routes import router as resets
from headway.accounts.routes import router as accounts
from headway.administration.audit_routes import router as audit
from headway.administration.backup_routes import router as backups
from headway.administration.job_routes import router as jobs
from headway.administration.people_routes import router as people
from headway.administration.state_routes import router as state
from headway.comments.routes import router as comments
from headway.history.routes import router as history
from headway.history.undo_routes import router as undo
from headway.live.routes import router as live
from headway.oidc.routes import router as oidc
from headway.projects.routes import router as projects
from headway.runs.routes import router as lab
from headway.search.routes import router as search
from headway.setup.routes import router as setup
from headway.tasks.access_routes import router as access
from headway.tasks.bulk_routes import router as bulk
from headway.tasks.routes import router as tasks
from headway.trash.routes import router as trash
from headway.workspaces.address_routes import router as addresses
from headway.workspaces.invitation_routes import router as invitations
from headway.workspaces.me_routes import router as me
from headway.workspaces.routes import router as workspaces
from headway.workspaces.second_factor_routes import router as second_factor

# Looked through in this order for every request: what is asked most comes first.
ROUTERS: tuple[APIRouter, ...] = (
    tasks,
    comments,
    projects,
    bulk,
    live,
    setup,
    me,
    second_factor,
    factors,
    accounts,
    oidc,
    resets,
    addresses,
    workspaces,
    invitations,
    access,
    trash,
    search,
    history,
    undo,
    lab,
    backups,
    jobs,
    people,
    audit,
    state,
)
