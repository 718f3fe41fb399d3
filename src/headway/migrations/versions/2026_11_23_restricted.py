"""People who see only what is assigned to them."""

from alembic import op

revision = "2026_11_23_restricted"
down_revision = "2026_11_23_identities"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '300ms'")
