"""Second factors: codes from an app, passkeys, recovery codes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_23_factors"
down_revision = "2026_11_23_standing"
branch_labels = None
depends_on = None


def moment(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def of_person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=f"fk_{table}_person_id", ondelete="CASCADE")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '300ms'")
    op.create_table(
        "code_app",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        moment("created_at"),
        moment("confirmed_at", nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_code_app"),
        of_person("code_app"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        moment("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_recovery_code"),
        of_person("recovery_code"),
        sa.UniqueConstraint("person_id", "code_hash", name="uq_recovery_code_person_id_code_hash"),
    )
    op.create_table(
        "passkey",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", postgresql.ARRAY(sa.Text()), nullable=False),
        moment("created_at"),
        moment("last_used_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_passkey"),
        of_person("passkey"),
        sa.UniqueConstraint("credential_id", name="uq_passkey_credential_id"),
    )
    op.create_index("ix_passkey_person_id", "passkey", ["person_id"])
    op.create_table(
        "challenge",
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        moment("expires_at"),
        sa.PrimaryKeyConstraint("value", name="pk_challenge"),
        of_person("challenge"),
        sa.CheckConstraint(
            "purpose IN ('sign_in', 'second_factor', 'proof', 'passkey')", name=op.f("ck_challenge_purpose")
        ),
    )
    op.create_index("ix_challenge_person_id", "challenge", ["person_id"])
    op.create_index("ix_challenge_expires_at", "challenge", ["expires_at"])
    op.create_table(
        "sign_in_ticket",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("password_mark", sa.LargeBinary(), nullable=False),
        moment("expires_at"),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_ticket"),
        of_person("sign_in_ticket"),
        sa.UniqueConstraint("secret_hash", name="uq_sign_in_ticket_secret_hash"),
    )
    op.create_index("ix_sign_in_ticket_person_id", "sign_in_ticket", ["person_id"])
