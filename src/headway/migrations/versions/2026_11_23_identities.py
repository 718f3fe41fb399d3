"""Who people are at a sign-in provider, and sign-ins under way there."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_identities"
down_revision = "2026_11_23_letters"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '300ms'")
    op.create_table(
        "identity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_identity"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_identity_person_id"),
        sa.UniqueConstraint("issuer", "subject", name="uq_identity_issuer_subject"),
    )
    op.create_index("ix_identity_person_id", "identity", ["person_id"])
    op.create_table(
        "sign_in_under_way",
        sa.Column("state_hash", sa.LargeBinary(), nullable=False),
        sa.Column("browser_hash", sa.LargeBinary(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("verifier", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name="pk_sign_in_under_way"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_sign_in_under_way_person_id"),
    )
    op.create_index("ix_sign_in_under_way_person_id", "sign_in_under_way", ["person_id"])
    op.create_index("ix_sign_in_under_way_expires_at", "sign_in_under_way", ["expires_at"])
