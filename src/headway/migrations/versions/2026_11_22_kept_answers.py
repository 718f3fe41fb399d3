"""Idempotency-Key: the answer that a request under a key got, so that sending it again does nothing again."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_22_kept_answers"
down_revision = "2026_11_22_timeline"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '300ms'")
    op.create_table(
        "kept_answer",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", postgresql.JSONB(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_kept_answer_person_id"),
        sa.PrimaryKeyConstraint("person_id", "key", name="pk_kept_answer"),
    )
    op.create_index("ix_kept_answer_created_at", "kept_answer", ["created_at"])
