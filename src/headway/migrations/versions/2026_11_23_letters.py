"""Links that are mailed: a forgotten password, an invitation's address."""

from alembic import op

revision = "2026_11_23_letters"
down_revision = "2026_11_23_jobs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
