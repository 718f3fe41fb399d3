"""What was backed up, and when a restore of it was last tried."""

from alembic import op

revision = "2026_11_23_backups"
down_revision = "2026_11_23_restricted"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
