"""Finding what was deleted, and what has been in the trash for long enough."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_trash"
down_revision = "2026_11_22_last_look"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '300ms'")
    deleted = sa.text("deleted_at IS NOT NULL")
    for table in ("task", "comment"):
        op.create_index(f"ix_{table}_deleted_at", table, ["project_id", "deleted_at"], postgresql_where=deleted)
    op.create_index("ix_project_deleted_at", "project", ["deleted_at"], postgresql_where=deleted)
