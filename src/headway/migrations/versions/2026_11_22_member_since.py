"""Since when somebody has a role in a project: one from an earlier stay in the workspace counts no more."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_member_since"
down_revision = "2026_11_22_tries"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '300ms'")
    now = sa.func.now()
    op.add_column("project_member", sa.Column("since", sa.DateTime(timezone=True), nullable=False, server_default=now))
    op.alter_column("project_member", "since", server_default=None)
