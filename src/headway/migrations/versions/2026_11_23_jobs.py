"""What must happen later, written down in the transaction that wants it."""

from alembic import op

revision = "2026_11_23_jobs"
down_revision = "2026_11_23_factors"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
