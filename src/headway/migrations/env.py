"""What Alembic runs: one connection, handed over by `run.py`."""

from alembic import context

from headway.accounts import factors_models as factors
from headway.accounts import models as accounts
from headway.accounts import reset_models as mailed_links
from headway.audit import models as audit
from headway.backup import models as backups
from headway.comments import models as comments
from headway.db import Base
from headway.events import models as events
from headway.history import models as history
from headway.idempotency import models as idempotency
from headway.importers import models as importers
from headway.jobs import models as jobs
from headway.live import models as live
from headway.oidc import models as oidc
from headway.projects import models as projects
from headway.tasks import models as tasks
from headway.workspaces import models as workspaces

# Importing them fills Base.metadata.
ALL = (
    backups,
    events,
    jobs,
    audit,
    accounts,
    oidc,
    mailed_links,
    factors,
    workspaces,
    projects,
    tasks,
    comments,
    importers,
    history,
    idempotency,
    live,
)

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
