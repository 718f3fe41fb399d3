"""Links that are mailed: what they prove, and to whom invitations were sent."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_letters"
down_revision = "2026_11_23_jobs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '300ms'")
    op.add_column("person", sa.Column("email_proved_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("invitation", sa.Column("email", sa.Text(), nullable=True))
    op.add_column("invitation", sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "mailed_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("password_mark", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mailed_link"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_mailed_link_person_id", ondelete="CASCADE"),
        sa.UniqueConstraint("secret_hash", name="uq_mailed_link_secret_hash"),
        sa.CheckConstraint("kind IN ('password', 'address')", name=op.f("ck_mailed_link_kind")),
    )
    op.create_index("ix_mailed_link_person_id", "mailed_link", ["person_id"])
