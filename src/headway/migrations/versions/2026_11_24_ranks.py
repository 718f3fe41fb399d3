"""The index of ranks has deleted tasks too: what is new goes behind them, as they may come back."""

from alembic import op

revision = "2026_11_24_ranks"
down_revision = "2026_11_23_restricted"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '300ms'")
    op.create_index("ix_task_project_id_rank_id", "task", ["project_id", "rank", "id"])
    op.drop_index("ix_task_project_id_rank", "task")
