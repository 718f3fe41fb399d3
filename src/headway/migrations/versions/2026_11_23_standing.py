"""Tokens with scopes and an end, suspended people, limits by address."""

from alembic import op

revision = "2026_11_23_standing"
down_revision = "2026_11_23_audit"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
