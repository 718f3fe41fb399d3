"""Second factors: codes from an app, passkeys, recovery codes."""

from alembic import op

revision = "2026_11_23_factors"
down_revision = "2026_11_23_standing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
