"""Tasks have estimates, checklists and relations; projects say what a blocked task may do."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "2026_11_24_work_items"
down_revision = "2026_11_24_ranks"
branch_labels = None
depends_on = None

# Constant defaults: no row is written again.
NO_IDS = sa.text("'{}'")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '300ms'")
    op.add_column("task", sa.Column("estimate", sa.Double(), nullable=True))
    op.add_column("task", sa.Column("checklist", JSONB(), nullable=False, server_default=sa.text("'[]'")))
    op.add_column("task", sa.Column("blocked_by_ids", ARRAY(sa.Uuid()), nullable=False, server_default=NO_IDS))
    op.add_column("task", sa.Column("related_ids", ARRAY(sa.Uuid()), nullable=False, server_default=NO_IDS))
    op.add_column("task", sa.Column("duplicate_of_id", sa.Uuid(), nullable=True))
    for name in ("blocked_by_ids", "related_ids"):
        has_some = sa.text(f"{name} <> '{{}}'")
        op.create_index(f"ix_task_{name}", "task", [name], postgresql_using="gin", postgresql_where=has_some)
    given = sa.text("duplicate_of_id IS NOT NULL")
    op.create_index("ix_task_duplicate_of_id", "task", ["duplicate_of_id"], postgresql_where=given)
    op.add_column("project", sa.Column("blocking", sa.Text(), nullable=False, server_default="warn"))
    op.create_check_constraint("ck_project_blocking", "project", "blocking IN ('warn', 'refuse')")
