"""Members who see only what is assigned to them."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_restricted"
down_revision = "2026_11_23_backups"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '300ms'")
    op.add_column("project_member", sa.Column("only_assigned", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("project_member", "only_assigned", server_default=None)
    op.create_check_constraint(
        "ck_project_member_only_assigned", "project_member", "NOT only_assigned OR role <> 'admin'"
    )
