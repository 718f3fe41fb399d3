"""Time travel: each thing's states as ranges of revisions, made behind the writes from what happened."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_22_timeline"
down_revision = "2026_11_22_details"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '300ms'")
    op.create_table(
        "timeline",
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("told_from", sa.BigInteger(), nullable=False),
        sa.Column("told_until", sa.BigInteger(), nullable=False),
        sa.Column("kept_from", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("topic", name="pk_timeline"),
    )
    op.create_table(
        "span",
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("noun", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("topic", "noun", "entity_id", "since", name="pk_span"),
    )
    op.create_index("ix_span_topic_noun_until_since", "span", ["topic", "noun", "until", "since"])
    op.execute(FOLD_STEP)
    op.execute("CREATE AGGREGATE folded (boolean, jsonb) (sfunc = fold_step, stype = jsonb)")
    op.execute(TOLD)
    op.execute(STATE_AT)
    op.execute(REVISION_AT)
    # What was there before today was not always told in detail, so time travel begins here.
    op.execute("SET LOCAL TIME ZONE 'UTC'")
    op.execute(BASELINE)


FOLD_STEP = """
CREATE FUNCTION fold_step(state jsonb, fresh boolean, data jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT CASE WHEN data IS NULL THEN NULL WHEN fresh THEN data ELSE state || data END $$
"""

# A task's description has a line of its own: it is long, it changes seldom, and boards do not show it.
TOLD = """
CREATE VIEW told AS
SELECT topic, revision, position, split_part(kind, '.', 1) AS noun, entity_id, before IS NULL AS fresh,
       CASE WHEN kind LIKE 'task.%' THEN after - '{description,description_html}'::text[]
            WHEN kind LIKE 'comment.%' THEN after - 'body_html'
            ELSE after END AS data
FROM happened
WHERE split_part(kind, '.', 1) IN ('project', 'state', 'label', 'task', 'comment')
UNION ALL
SELECT topic, revision, position, 'text', entity_id, before IS NULL,
       CASE WHEN after IS NOT NULL THEN jsonb_build_object('description', after->'description') END
FROM happened
WHERE kind LIKE 'task.%' AND (after IS NULL OR after ? 'description')
"""

STATE_AT = """
CREATE FUNCTION state_at(of_topic text, at_revision bigint, nouns text[])
RETURNS TABLE (noun text, entity_id uuid, data jsonb) LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    WITH built AS MATERIALIZED (
        SELECT least(at_revision, coalesce((SELECT t.told_until FROM timeline t WHERE t.topic = of_topic), 0))
               AS revision
    ), tail AS MATERIALIZED (
        SELECT t.* FROM told t
        WHERE t.topic = of_topic AND t.revision > (SELECT b.revision FROM built b) AND t.revision <= at_revision
          AND t.noun = ANY (nouns)
    ), steps AS (
        SELECT t.noun, t.entity_id, t.revision, t.position, t.fresh, t.data FROM tail t
        UNION ALL
        SELECT s.noun, s.entity_id, s.since, -1, true, s.data
        FROM (SELECT DISTINCT t.noun, t.entity_id FROM tail t) touched
        JOIN span s ON s.topic = of_topic AND s.noun = touched.noun AND s.entity_id = touched.entity_id
        WHERE s.since <= (SELECT b.revision FROM built b) AND s.until > (SELECT b.revision FROM built b)
    )
    SELECT s.noun, s.entity_id, s.data FROM span s
    WHERE s.topic = of_topic AND s.noun = ANY (nouns)
      AND s.since <= (SELECT b.revision FROM built b) AND s.until > (SELECT b.revision FROM built b)
      AND NOT EXISTS (SELECT 1 FROM tail t WHERE t.noun = s.noun AND t.entity_id = s.entity_id)
    UNION ALL
    SELECT f.noun, f.entity_id, f.data FROM (
        SELECT steps.noun, steps.entity_id,
               folded(steps.fresh, steps.data ORDER BY steps.revision, steps.position) AS data
        FROM steps GROUP BY steps.noun, steps.entity_id
    ) f WHERE f.data IS NOT NULL
$$
"""

# Within a topic times follow revisions, so a moment is found by halving, along the primary key.
REVISION_AT = """
CREATE FUNCTION revision_at(of_topic text, moment timestamptz) RETURNS bigint LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
    low bigint := coalesce((SELECT t.kept_from FROM timeline t WHERE t.topic = of_topic), 0);
    high bigint := coalesce((SELECT t.revision FROM topic t WHERE t.name = of_topic), 0);
    middle bigint;
BEGIN
    WHILE low < high LOOP
        middle := (low + high + 1) / 2;
        IF (SELECT e.at > moment FROM event e WHERE e.topic = of_topic AND e.revision = middle) THEN
            high := middle - 1;
        ELSE
            low := middle;
        END IF;
    END LOOP;
    RETURN low;
END
$$
"""

BASELINE = """
INSERT INTO timeline (topic, told_from, told_until, kept_from)
SELECT name, revision, revision, 0 FROM topic WHERE name LIKE 'project:%';

INSERT INTO span (topic, noun, entity_id, since, until, data)
SELECT t.topic, now.noun, now.id, t.told_from, 9223372036854775807, now.data
FROM timeline t JOIN LATERAL (
    SELECT 'project' AS noun, p.id, jsonb_build_object(
        'id', p.id, 'workspace_id', p.workspace_id, 'key', p.key, 'name', p.name, 'description', p.description,
        'visibility', p.visibility, 'version', p.version, 'created_at', p.created_at, 'updated_at', p.updated_at
    ) AS data
    FROM project p WHERE p.id = split_part(t.topic, ':', 2)::uuid AND p.deleted_at IS NULL
    UNION ALL
    SELECT 'state', s.id, jsonb_build_object(
        'id', s.id, 'project_id', s.project_id, 'name', s.name, 'category', s.category, 'rank', s.rank,
        'version', s.version
    ) FROM state s WHERE s.project_id = split_part(t.topic, ':', 2)::uuid
    UNION ALL
    SELECT 'label', l.id, jsonb_build_object(
        'id', l.id, 'project_id', l.project_id, 'name', l.name, 'color', l.color, 'version', l.version
    ) FROM label l WHERE l.project_id = split_part(t.topic, ':', 2)::uuid
    UNION ALL
    SELECT 'comment', c.id, jsonb_build_object(
        'id', c.id, 'task_id', c.task_id, 'project_id', c.project_id, 'author_id', c.author_id, 'body', c.body,
        'created_at', c.created_at, 'updated_at', c.updated_at, 'version', c.version
    ) FROM comment c WHERE c.project_id = split_part(t.topic, ':', 2)::uuid AND c.deleted_at IS NULL
    UNION ALL
    SELECT 'text', k.id, jsonb_build_object('description', k.description)
    FROM task k WHERE k.project_id = split_part(t.topic, ':', 2)::uuid AND k.deleted_at IS NULL
    UNION ALL
    SELECT 'task', k.id, jsonb_build_object(
        'id', k.id, 'project_id', k.project_id, 'number', k.number,
        'human_id', (SELECT concat(p.key, '-', k.number) FROM project p WHERE p.id = k.project_id),
        'title', k.title, 'state_id', k.state_id, 'priority', k.priority, 'rank', k.rank, 'parent_id', k.parent_id,
        'start_on', k.start_on, 'due_on', k.due_on,
        'label_ids', coalesce((SELECT jsonb_agg(x.label_id ORDER BY x.label_id) FROM task_label x
                               WHERE x.task_id = k.id), '[]'),
        'assignee_ids', coalesce((SELECT jsonb_agg(x.person_id ORDER BY x.person_id) FROM task_assignee x
                                  WHERE x.task_id = k.id), '[]'),
        'created_by', k.created_by, 'created_at', k.created_at, 'updated_at', k.updated_at,
        'completed_at', k.completed_at, 'version', k.version
    ) FROM task k WHERE k.project_id = split_part(t.topic, ':', 2)::uuid AND k.deleted_at IS NULL
) now ON true;
"""
