"""Who people are at a sign-in provider, and sign-ins under way there."""

from alembic import op

revision = "2026_11_23_identities"
down_revision = "2026_11_23_letters"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
