"""A project with a long past, written straight into a database: for measuring what looking back costs.

    HEADWAY_DATABASE_URL=… uv run python scripts/seed_history.py [--tasks 100000] [--events 1000000]

One workspace, ten people, one project whose tasks come into being through the year and are moved, renamed, prioritised,
assigned, dated and described meanwhile. Events, spans and the tasks themselves agree with one another. Prints the
project's id and a session's cookie of its owner.
"""

import argparse
import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
from fractional_indexing import generate_n_keys_between
from sqlalchemy import text

from headway.accounts.secrets import hashed, new_secret
from headway.clock import new_id, now
from headway.db import Database
from headway.events import timeline
from headway.settings import Settings, load_settings

STATES = (
    ("Backlog", "backlog"),
    ("To do", "todo"),
    ("In progress", "doing"),
    ("Done", "done"),
    ("Cancelled", "cancelled"),
)
PEOPLE = 10

# Every `each`-th event makes a task, the others change one of those that are there. What an event sets follows from its
# number, so `before` is the value that the last event of the same sort on the same task set.
EVENTS = """
CREATE TEMP TABLE made AS
WITH numbers AS (
    SELECT i, abs(hashint8(i)) AS h, (i + %(each)s - 1) / %(each)s AS there, %(each)s AS each
    FROM generate_series(1, %(events)s) i
), told AS (
    SELECT i, h, CASE WHEN i %% each = 1 THEN there ELSE 1 + h %% there END AS k,
           CASE WHEN i %% each = 1 THEN 'created'
                ELSE (ARRAY['move', 'move', 'move', 'move', 'priority', 'priority', 'title', 'assignees', 'due', 'text']
                     )[1 + h / 7 %% 10]
           END AS sort,
           timestamptz '2025-11-22 00:00:00Z' + i * (interval '1 year' / %(events)s) AS at
    FROM numbers
)
SELECT i, h, k, sort, at, row_number() OVER (PARTITION BY k ORDER BY i) AS version,
       lag(at) OVER (PARTITION BY k ORDER BY i) AS at_before,
       lag(i) OVER (PARTITION BY k, sort ORDER BY i) AS same, lag(h) OVER (PARTITION BY k, sort ORDER BY i) AS same_h
FROM told
"""
WRITE = """
INSERT INTO change_set (id, person_id, means, created_at)
SELECT (left(%(project)s::text, 24) || lpad(to_hex(i), 12, '0'))::uuid, p.id, 'web', at
FROM made JOIN seeded_people p ON p.n = h %% %(people)s;

INSERT INTO event (topic, revision, change_set_id, kind, entity_id, before, after, at)
SELECT %(topic)s, m.i + %(first)s, (left(%(project)s::text, 24) || lpad(to_hex(m.i), 12, '0'))::uuid,
    CASE m.sort WHEN 'created' THEN 'task.created' ELSE 'task.changed' END, t.id,
    CASE WHEN m.sort <> 'created'
         THEN jsonb_build_object('version', m.version - 1, 'updated_at', m.at_before) || b.data END,
    CASE WHEN m.sort = 'created' THEN jsonb_build_object(
        'id', t.id, 'project_id', %(project)s::uuid, 'number', m.k, 'human_id', 'BIG-' || m.k,
        'title', 'Task number ' || m.k,
        'state_id', s0.id, 'priority', 0, 'rank', t.rank, 'parent_id', null, 'start_on', null, 'due_on', null,
        'label_ids', '[]'::jsonb, 'assignee_ids', '[]'::jsonb, 'created_by', p0.id, 'created_at', m.at,
        'updated_at', m.at,
        'completed_at', null, 'version', 1, 'description', 'What it is about: ' || repeat(md5(m.k::text), 4),
        'description_html', '<p>What it is about: ' || repeat(md5(m.k::text), 4) || '</p>')
    ELSE jsonb_build_object('version', m.version, 'updated_at', m.at) || a.data END, m.at
FROM made m JOIN seeded_tasks t ON t.k = m.k
CROSS JOIN (SELECT id FROM seeded_states WHERE n = 0) s0 CROSS JOIN (SELECT id FROM seeded_people WHERE n = 0) p0
CROSS JOIN LATERAL (SELECT m.i, m.h) now_
CROSS JOIN LATERAL (SELECT CASE m.sort
    WHEN 'move' THEN jsonb_build_object('state_id', (SELECT s.id FROM seeded_states s WHERE s.n = m.h / 71 %% 5),
        'rank', (SELECT r.rank FROM seeded_tasks r WHERE r.k = 1 + m.h / 13 %% %(tasks)s))
    WHEN 'priority' THEN jsonb_build_object('priority', m.h / 71 %% 5)
    WHEN 'title' THEN jsonb_build_object('title', 'Task number ' || m.k || ', as of change ' || m.i)
    WHEN 'assignees' THEN jsonb_build_object('assignee_ids',
        (SELECT jsonb_build_array(p.id) FROM seeded_people p WHERE p.n = m.h / 71 %% %(people)s))
    WHEN 'due' THEN jsonb_build_object('due_on', (date '2026-01-01' + (m.h / 71 %% 700))::text)
    WHEN 'text' THEN jsonb_build_object('description', 'Written anew in change ' || m.i || ': '
        || repeat(md5(m.i::text), 5))
    END AS data) a
CROSS JOIN LATERAL (SELECT CASE m.sort
    WHEN 'move' THEN jsonb_build_object(
        'state_id', coalesce((SELECT s.id FROM seeded_states s WHERE s.n = m.same_h / 71 %% 5), s0.id),
        'rank', coalesce((SELECT r.rank FROM seeded_tasks r WHERE r.k = 1 + m.same_h / 13 %% %(tasks)s), t.rank))
    WHEN 'priority' THEN jsonb_build_object('priority', coalesce(m.same_h / 71 %% 5, 0))
    WHEN 'title' THEN jsonb_build_object('title',
        'Task number ' || m.k || coalesce(', as of change ' || m.same, ''))
    WHEN 'assignees' THEN jsonb_build_object('assignee_ids', coalesce(
        (SELECT jsonb_build_array(p.id) FROM seeded_people p WHERE p.n = m.same_h / 71 %% %(people)s), '[]'::jsonb))
    WHEN 'due' THEN jsonb_build_object('due_on', (date '2026-01-01' + (m.same_h / 71 %% 700)::int)::text)
    WHEN 'text' THEN jsonb_build_object('description', coalesce(
        'Written anew in change ' || m.same || ': ' || repeat(md5(m.same::text), 5),
        'What it is about: ' || repeat(md5(m.k::text), 4)))
    END AS data) b
"""
TASKS = """
INSERT INTO task (id, project_id, number, title, description, description_html, state_id, priority, rank, due_on,
                  created_by, created_at, updated_at, version)
SELECT s.entity_id, %(project)s, (s.data->>'number')::int, s.data->>'title', x.data->>'description',
       '<p>' || (x.data->>'description') || '</p>', (s.data->>'state_id')::uuid, (s.data->>'priority')::int,
       s.data->>'rank', (s.data->>'due_on')::date, (s.data->>'created_by')::uuid, (s.data->>'created_at')::timestamptz,
       (s.data->>'updated_at')::timestamptz, (s.data->>'version')::int
FROM span s JOIN span x ON x.topic = s.topic AND x.noun = 'text' AND x.entity_id = s.entity_id AND x.until = s.until
WHERE s.topic = %(topic)s AND s.noun = 'task' AND s.until = 9223372036854775807;

INSERT INTO task_assignee (task_id, person_id)
SELECT s.entity_id, a.id::uuid FROM span s CROSS JOIN jsonb_array_elements_text(s.data->'assignee_ids') a(id)
WHERE s.topic = %(topic)s AND s.noun = 'task' AND s.until = 9223372036854775807;

UPDATE project SET last_number = %(tasks)s WHERE id = %(project)s
"""


def grounds(db: psycopg.Connection[Any], project: UUID, topic: str) -> tuple[str, list[UUID]]:
    """Workspace, people, project and states, told as they are when people make them. A cookie of the owner's."""
    at, workspace = now() - timedelta(days=366), new_id()
    people = [new_id() for _ in range(PEOPLE)]
    for n, person in enumerate(people):
        row = (person, f"Person {n}", f"person {n}", f"person-{person.hex[-12:]}@example.org", False, False, at)
        columns = "id, name, name_key, email, is_admin, placeholder, created_at"
        db.execute(f"INSERT INTO person ({columns}) VALUES (%s, %s, %s, %s, %s, %s, %s)", row)  # noqa: S608
    slug = f"big-{workspace.hex[-12:]}"
    workspace_columns = "id, slug, name, name_key, created_at, updated_at, version"
    db.execute(
        f"INSERT INTO workspace ({workspace_columns}) VALUES (%s, %s, 'Big', 'big', %s, %s, 1)",  # noqa: S608
        (workspace, slug, at, at),
    )
    for n, person in enumerate(people):
        role = "member" if n else "owner"
        db.execute("INSERT INTO membership VALUES (%s, %s, %s, %s)", (workspace, person, role, at))
    columns = (
        "id, workspace_id, key, name, name_key, description, visibility, last_number, created_at, updated_at, version"
    )
    db.execute(
        f"INSERT INTO project ({columns}) VALUES (%s, %s, 'BIG', 'Big', 'big', '', 'workspace', 0, %s, %s, 1)",  # noqa: S608
        (project, workspace, at, at),
    )
    db.execute(
        "CREATE TEMP TABLE seeded_people AS SELECT n - 1 AS n, id FROM unnest(%s) WITH ORDINALITY p(id, n)", [people]
    )
    db.execute("CREATE TEMP TABLE seeded_states (n int, id uuid)")
    change = new_id()
    db.execute(
        "INSERT INTO change_set (id, person_id, means, created_at) VALUES (%s, %s, 'web', %s)", (change, people[0], at)
    )
    db.execute("INSERT INTO topic VALUES (%s, 6, %s)", (topic, at))
    told = "INSERT INTO event (topic, revision, change_set_id, kind, entity_id, before, after, at) "
    db.execute(
        told  # noqa: S608
        + "SELECT %s, 1, %s, 'project.created', p.id, NULL, to_jsonb(p)"
        " - '{name_key,last_number,created_by,deleted_at}'"
        "::text[], %s FROM project p WHERE p.id = %s",
        (topic, change, at, project),
    )
    ranks = generate_n_keys_between(None, None, len(STATES))
    for n, ((name, category), rank) in enumerate(zip(STATES, ranks, strict=True)):
        state = new_id()
        db.execute("INSERT INTO state VALUES (%s, %s, %s, %s, %s, 1)", (state, project, name, category, rank))
        db.execute("INSERT INTO seeded_states VALUES (%s, %s)", (n, state))
        db.execute(
            told + "SELECT %s, %s, %s, 'state.created', s.id, NULL, to_jsonb(s), %s FROM state s WHERE s.id = %s",  # noqa: S608
            (topic, n + 2, change, at, state),
        )
    cookie = new_secret()
    columns = "id, person_id, secret_hash, user_agent, created_at, last_seen_at, expires_at"
    row = (new_id(), people[0], hashed(cookie), "seed", now(), now(), now() + timedelta(days=30))
    db.execute(f"INSERT INTO sign_in ({columns}) VALUES (%s, %s, %s, %s, %s, %s, %s)", row)  # noqa: S608
    return cookie, people


def seed(settings: Settings, tasks: int, events: int) -> tuple[UUID, str]:
    """(project, a cookie of its owner)."""
    project = new_id()
    topic = f"project:{project}"
    given = {
        "topic": topic, "project": project, "tasks": tasks, "events": events, "each": events // tasks,
        "people": PEOPLE, "first": 6,
    }  # fmt: skip
    with psycopg.connect(settings.plain_url) as db:
        db.execute("SET statement_timeout = 0")
        db.execute("SET TIME ZONE 'UTC'")
        db.execute("SET synchronous_commit = off")
        cookie, _ = grounds(db, project, topic)
        db.execute("CREATE TEMP TABLE seeded_tasks (k int PRIMARY KEY, id uuid, rank text)")
        with db.cursor().copy("COPY seeded_tasks FROM STDIN") as copy:
            for k, rank in enumerate(generate_n_keys_between(None, None, tasks), start=1):
                copy.write_row((k, new_id(), rank))
        db.execute("ANALYZE seeded_tasks, seeded_people, seeded_states")
        db.execute(EVENTS, given)
        run_each(db, WRITE, given)
        db.execute(
            "UPDATE topic SET revision = %(events)s + 6, last_at = (SELECT max(at) FROM made) WHERE name = %(topic)s",
            given,
        )
        db.execute("ANALYZE event, change_set, topic")
        db.commit()
        asyncio.run(build(settings, topic))
        run_each(db, TASKS, given)
        db.commit()
        db.autocommit = True
        db.execute("VACUUM ANALYZE")
    return project, cookie


def run_each(db: psycopg.Connection[Any], statements: str, given: dict[str, Any]) -> None:
    for statement in statements.split(";"):
        db.execute(statement, given)


async def build(settings: Settings, topic: str) -> None:
    """The spans of it all, with statistics as autovacuum keeps them."""
    database = Database(settings)
    more = True
    while more:
        async with database.unit_of_work() as db:
            await db.execute(text("SET LOCAL statement_timeout = 0"))
            more = await timeline.build(db, topic)
        async with database.reading() as db:
            await db.execute(text("ANALYZE span"))
    await database.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--events", type=int, default=1_000_000)
    chosen = parser.parse_args()
    project, cookie = seed(load_settings(), chosen.tasks, chosen.events)
    print(project, cookie)


if __name__ == "__main__":
    main()
