"""Who is looking at what: a row per connection with a lease. Unlogged: after a crash nobody is anywhere."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_presence"
down_revision = "2026_11_22_kept_answers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '300ms'")
    op.create_table(
        "presence",
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("typing", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", name="pk_presence"),
        prefixes=["UNLOGGED"],
    )
    op.create_index("ix_presence_topic", "presence", ["topic"])
