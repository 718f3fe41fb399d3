"""Where each task stood, in an index of its own: a board of the past counts and orders without reading tasks."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_places"
down_revision = "2026_11_22_purge"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '300ms'")
    state = sa.Computed("CASE WHEN noun = 'task' THEN data->>'state_id' END", persisted=True)
    rank = sa.Computed("CASE WHEN noun = 'task' THEN data->>'rank' END", persisted=True)
    op.add_column("span", sa.Column("state_id", sa.Text(), state, nullable=True))
    op.add_column("span", sa.Column("rank", sa.String(collation="C"), rank, nullable=True))
    op.create_index(
        "ix_span_place",
        "span",
        ["topic", "until", "since"],
        postgresql_include=["entity_id", "state_id", "rank"],
        postgresql_where=sa.text("noun = 'task'"),
    )
