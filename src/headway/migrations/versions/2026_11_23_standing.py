"""Tokens with scopes and an end, suspended people, and acts found by their name."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_standing"
down_revision = "2026_11_23_audit"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '300ms'")
    op.add_column("person", sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("api_token", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    # Tokens that are there keep what they could do; new ones say what they are for.
    everything = sa.text("'{read,write,manage,admin}'")
    op.add_column("api_token", sa.Column("scopes", sa.ARRAY(sa.Text()), nullable=False, server_default=everything))
    op.alter_column("api_token", "scopes", server_default=None)
    op.create_index("ix_audit_entry_act_id", "audit_entry", ["act", "id"])
