"""What a change of very many things did to each of them, and which change set an undo took back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_22_details"
down_revision = "2026_11_22_member_since"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '300ms'")
    op.create_table(
        "change_detail",
        sa.Column("change_set_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=True),
        sa.Column("after", postgresql.JSONB(), nullable=True),
        sa.ForeignKeyConstraint(["change_set_id"], ["change_set.id"], name="fk_change_detail_change_set_id"),
        sa.PrimaryKeyConstraint("change_set_id", "topic", "position", name="pk_change_detail"),
    )
    op.create_index("ix_change_detail_entity_id", "change_detail", ["entity_id"])
    op.add_column("change_set", sa.Column("undoes", sa.Uuid(), nullable=True))
    op.create_foreign_key("fk_change_set_undoes", "change_set", "change_set", ["undoes"], ["id"])
    op.create_index("ix_change_set_undoes", "change_set", ["undoes"], postgresql_where=sa.text("undoes IS NOT NULL"))
    # Everything that ever happened, one row per thing and change: what viewers were told one by one, and what stands
    # behind a single `reload`.
    op.execute(
        """
        CREATE VIEW happened AS
        SELECT topic, revision, 0 AS position, change_set_id, kind, entity_id, before, after, at
        FROM event WHERE kind <> 'reload'
        UNION ALL
        SELECT e.topic, e.revision, d.position, d.change_set_id, d.kind, d.entity_id, d.before, d.after, e.at
        FROM event e JOIN change_detail d ON d.change_set_id = e.change_set_id AND d.topic = e.topic
        WHERE e.kind = 'reload'
        """
    )
