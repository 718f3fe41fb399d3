"""How far somebody has seen a project: what has changed since they last looked."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_last_look"
down_revision = "2026_11_22_presence"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '300ms'")
    op.create_table(
        "last_look",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_last_look_person_id"),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_last_look_project_id"),
        sa.PrimaryKeyConstraint("person_id", "project_id", name="pk_last_look"),
    )
