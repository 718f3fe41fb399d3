"""The tables of the first slice: people, workspaces, projects, tasks, comments, and what happened to them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_22_first_light"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '300ms'")
    # Substring search over titles, descriptions and comments; a trusted extension, so no superuser is needed.
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.create_table(
        "instance",
        sa.Column("id", sa.SmallInteger(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("setup_token_hash", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_instance_only_one"),
        sa.PrimaryKeyConstraint("id", name="pk_instance"),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("placeholder", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("email", name="uq_person_email"),
    )
    op.create_table(
        "topic",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_topic"),
    )
    op.create_table(
        "workspace",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_workspace"),
        sa.UniqueConstraint("slug", name="uq_workspace_slug"),
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_api_token_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_api_token"),
        sa.UniqueConstraint("secret_hash", name="uq_api_token_secret_hash"),
    )
    op.create_index("ix_api_token_person_id", "api_token", ["person_id"], unique=False)
    op.create_table(
        "change_set",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("means", sa.Text(), nullable=False),
        sa.Column("token_id", sa.Uuid(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_change_set_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_change_set"),
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("role IN ('owner', 'admin', 'member', 'viewer')", name="ck_invitation_role"),
        sa.ForeignKeyConstraint(["accepted_by"], ["person.id"], name="fk_invitation_accepted_by"),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name="fk_invitation_created_by"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name="fk_invitation_workspace_id"),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
        sa.UniqueConstraint("secret_hash", name="uq_invitation_secret_hash"),
    )
    op.create_index("ix_invitation_workspace_id", "invitation", ["workspace_id"], unique=False)
    op.create_table(
        "membership",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('owner', 'admin', 'member', 'viewer')", name="ck_membership_role"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_membership_person_id"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name="fk_membership_workspace_id"),
        sa.PrimaryKeyConstraint("workspace_id", "person_id", name="pk_membership"),
    )
    op.create_index("ix_membership_person_id", "membership", ["person_id"], unique=False)
    op.create_table(
        "project",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("visibility IN ('workspace', 'private')", name="ck_project_visibility"),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name="fk_project_created_by"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name="fk_project_workspace_id"),
        sa.PrimaryKeyConstraint("id", name="pk_project"),
    )
    op.create_index("uq_project_workspace_id_key", "project", ["workspace_id", "key"], unique=True)
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_agent", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_sign_in_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in"),
        sa.UniqueConstraint("secret_hash", name="uq_sign_in_secret_hash"),
    )
    op.create_index("ix_sign_in_person_id", "sign_in", ["person_id"], unique=False)
    op.create_table(
        "event",
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("change_set_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["change_set_id"], ["change_set.id"], name="fk_event_change_set_id"),
        sa.ForeignKeyConstraint(["topic"], ["topic.name"], name="fk_event_topic"),
        sa.PrimaryKeyConstraint("topic", "revision", name="pk_event"),
    )
    op.create_index("ix_event_change_set_id", "event", ["change_set_id"], unique=False)
    op.create_index("ix_event_entity_id", "event", ["entity_id", "topic", "revision"], unique=False)
    op.create_table(
        "imported_thing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("change_set_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["change_set_id"], ["change_set.id"], name="fk_imported_thing_change_set_id"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name="fk_imported_thing_workspace_id"),
        sa.PrimaryKeyConstraint("id", name="pk_imported_thing"),
    )
    op.create_index(
        "uq_imported_thing_external_id",
        "imported_thing",
        ["workspace_id", "source", "kind", "external_id"],
        unique=True,
    )
    op.create_table(
        "label",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("color", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_label_project_id"),
        sa.PrimaryKeyConstraint("id", name="pk_label"),
        sa.UniqueConstraint("project_id", "id", name="uq_label_project_id_id"),
        sa.UniqueConstraint("project_id", "name", name="uq_label_project_id_name"),
    )
    op.create_table(
        "project_member",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.CheckConstraint("role IN ('viewer', 'commenter', 'member', 'admin')", name="ck_project_member_role"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_project_member_person_id"),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_project_member_project_id"),
        sa.PrimaryKeyConstraint("project_id", "person_id", name="pk_project_member"),
    )
    op.create_index("ix_project_member_person_id", "project_member", ["person_id"], unique=False)
    op.create_table(
        "state",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("rank", sa.String(collation="C"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("category IN ('backlog', 'todo', 'doing', 'done', 'cancelled')", name="ck_state_category"),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_state_project_id"),
        sa.PrimaryKeyConstraint("id", name="pk_state"),
        sa.UniqueConstraint("project_id", "id", name="uq_state_project_id_id"),
        sa.UniqueConstraint("project_id", "name", name="uq_state_project_id_name"),
    )
    op.create_table(
        "task",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("description_html", sa.Text(), nullable=False),
        sa.Column("state_id", sa.Uuid(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("rank", sa.String(collation="C"), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("parent_id <> id", name="ck_task_not_its_own_parent"),
        sa.CheckConstraint("priority BETWEEN 0 AND 4", name="ck_task_priority"),
        sa.CheckConstraint("start_on <= due_on", name="ck_task_starts_before_due"),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name="fk_task_created_by"),
        sa.ForeignKeyConstraint(["project_id", "parent_id"], ["task.project_id", "task.id"], name="fk_task_parent"),
        sa.ForeignKeyConstraint(["project_id", "state_id"], ["state.project_id", "state.id"], name="fk_task_state"),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_task_project_id"),
        sa.PrimaryKeyConstraint("id", name="pk_task"),
        sa.UniqueConstraint("project_id", "id", name="uq_task_project_id_id"),
        sa.UniqueConstraint("project_id", "number", name="uq_task_project_id_number"),
    )
    op.create_index(
        "ix_task_description",
        "task",
        ["description"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"description": "gin_trgm_ops"},
    )
    op.create_index("ix_task_parent_id", "task", ["parent_id"], unique=False, postgresql_where="parent_id IS NOT NULL")
    op.create_index(
        "ix_task_project_id_rank",
        "task",
        ["project_id", "rank", "id"],
        unique=False,
        postgresql_where="deleted_at IS NULL",
    )
    op.create_index(
        "ix_task_project_id_updated_at",
        "task",
        ["project_id", "updated_at", "id"],
        unique=False,
        postgresql_where="deleted_at IS NULL",
    )
    op.create_index("ix_task_state_id", "task", ["state_id"], unique=False)
    op.create_index(
        "ix_task_title",
        "task",
        ["title"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"title": "gin_trgm_ops"},
    )
    op.create_table(
        "comment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name="fk_comment_author_id"),
        sa.ForeignKeyConstraint(["project_id", "task_id"], ["task.project_id", "task.id"], name="fk_comment_task"),
        sa.PrimaryKeyConstraint("id", name="pk_comment"),
    )
    op.create_index(
        "ix_comment_body",
        "comment",
        ["body"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"body": "gin_trgm_ops"},
    )
    op.create_index(
        "ix_comment_task_id",
        "comment",
        ["task_id", "created_at", "id"],
        unique=False,
        postgresql_where="deleted_at IS NULL",
    )
    op.create_table(
        "task_assignee",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_task_assignee_person_id"),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_task_assignee_task_id"),
        sa.PrimaryKeyConstraint("task_id", "person_id", name="pk_task_assignee"),
    )
    op.create_index("ix_task_assignee_person_id", "task_assignee", ["person_id"], unique=False)
    op.create_table(
        "task_label",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("label_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id", "label_id"], ["label.project_id", "label.id"], name="fk_task_label_label"
        ),
        sa.ForeignKeyConstraint(["project_id", "task_id"], ["task.project_id", "task.id"], name="fk_task_label_task"),
        sa.PrimaryKeyConstraint("task_id", "label_id", name="pk_task_label"),
    )
    op.create_index("ix_task_label_label_id", "task_label", ["label_id"], unique=False)
    op.execute("INSERT INTO instance (id, demo, created_at) VALUES (1, false, now())")
