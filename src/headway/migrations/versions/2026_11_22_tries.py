"""Password tries, counted across workers."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_tries"
down_revision = "2026_11_22_first_light"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '300ms'")
    op.create_table(
        "tries",
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("about", name="pk_tries"),
    )
    op.create_index("ix_tries_last_at", "tries", ["last_at"], unique=False)
