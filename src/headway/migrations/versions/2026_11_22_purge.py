"""What hangs on a thing that ends for good is found without reading whole tables, foreign keys' own checks included."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_purge"
down_revision = "2026_11_22_trash"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '300ms'")
    op.drop_index("ix_comment_task_id", "comment", postgresql_where=sa.text("deleted_at IS NULL"))
    op.create_index("ix_comment_task_id", "comment", ["task_id", "created_at", "id"])
    op.create_index("ix_imported_thing_entity_id", "imported_thing", ["entity_id"])
    op.create_index("ix_imported_thing_change_set_id", "imported_thing", ["change_set_id"])
