"""A workspace to measure on: people, projects and tasks that Headway's own routes take for their own."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from uuid import UUID

import psycopg
from fractional_indexing import generate_n_keys_between

from headway.accounts.secrets import hashed
from headway.clock import new_id, now
from headway.console import Say, quiet
from headway.database_url import DatabaseUrl

STATES = (
    ("Backlog", "backlog"),
    ("To do", "todo"),
    ("In progress", "doing"),
    ("Done", "done"),
    ("Cancelled", "cancelled"),
)
LABELS = (("bug", "red"), ("idea", "blue"), ("docs", "green"), ("later", "gray"), ("urgent", "orange"))
SAMPLE = 4_000
SLOW_INDEXES = ("ix_task_title", "ix_task_description")


@dataclass(frozen=True)
class Size:
    """How many of each."""

    people: int = 200
    projects: int = 100
    tasks: int = 200_000


@dataclass(frozen=True)
class Seeded:
    """What requests are made from. The token is of somebody who sees every project."""

    project_ids: list[UUID]
    task_ids: list[UUID]
    person_ids: list[UUID]
    token: str


TASKS = """
INSERT INTO task (id, project_id, number, title, description, description_html, state_id, priority, rank, due_on,
                  created_by, created_at, updated_at, version)
SELECT gen_random_uuid(), p.id, n.number,
       initcap(v.verbs[1 + (n.number + p.place) %% 8]) || ' the ' || v.things[1 + (n.number * 7 + p.place) %% 8]
           || ' no. ' || n.number,
       w.words, '<p>' || w.words || '</p>',
       s.id, n.number %% 5, r.rank, date '2026-01-01' + (n.number * 13 + p.place) %% 700, o.id,
       %(at)s - n.number * interval '1 minute', %(at)s - n.number * interval '1 minute', 1
FROM lab_project p
CROSS JOIN generate_series(1, %(each)s) AS n(number)
JOIN lab_rank r ON r.number = n.number
JOIN lab_state s ON s.project_id = p.id AND s.place = (n.number * 11) %% 5
JOIN lab_person o ON o.place = (n.number + p.place) %% %(people)s
CROSS JOIN (SELECT ARRAY['mend', 'paint', 'count', 'sort', 'test', 'write', 'move', 'clean'] AS verbs,
                   ARRAY['sail', 'deck', 'log', 'rudder', 'anchor', 'flag', 'lamp', 'chart'] AS things) v
CROSS JOIN LATERAL (SELECT repeat(v.verbs[1 + n.number %% 8] || ' what the ' || v.things[1 + p.place %% 8]
                                  || ' needs, and say so. ', 1 + n.number %% 8) AS words) w
"""
ASSIGNEES = """
INSERT INTO task_assignee (task_id, person_id)
SELECT t.id, o.id FROM task t
CROSS JOIN generate_series(0, 1) AS k(place)
JOIN lab_person o ON o.place = (t.number * 3 + k.place * 17) %% %(people)s
WHERE k.place = 0 OR t.number %% 3 = 0
"""
TASK_LABELS = """
INSERT INTO task_label (task_id, label_id, project_id)
SELECT t.id, l.id, t.project_id FROM task t
CROSS JOIN generate_series(0, 2) AS k(place)
JOIN lab_label l ON l.project_id = t.project_id AND l.place = (t.number + k.place) % 5
WHERE k.place < t.number % 4
"""


def seed(database: DatabaseUrl, size: Size, say: Say = quiet) -> Seeded:
    """Fills an empty, migrated database."""
    luck = Random(42)  # noqa: S311 - example data
    token = f"hw_lab_{luck.randbytes(16).hex()}"
    each = max(1, size.tasks // size.projects)
    with psycopg.connect(database.plain_url(), options="-c synchronous_commit=off -c TimeZone=UTC") as db:
        grounds(db, size, each, token)
        given = {"each": each, "people": size.people, "at": now()}
        # Made anew at the end in a third of the time.
        indexes = [
            str(row[0])
            for row in db.execute("SELECT indexdef FROM pg_indexes WHERE indexname = ANY(%s)", [list(SLOW_INDEXES)])
        ]
        for name in SLOW_INDEXES:
            db.execute(f"DROP INDEX {name}")
        db.execute(TASKS, given)
        say("giving tasks people and labels")
        db.execute("ANALYZE task")
        db.execute(ASSIGNEES, given)
        db.execute(TASK_LABELS)
        db.execute("SET LOCAL maintenance_work_mem = '256MB'")
        say("making indexes")
        for definition in indexes:
            db.execute(definition)
        db.commit()
        db.autocommit = True
        db.execute("VACUUM ANALYZE")
        projects = [row[0] for row in db.execute("SELECT id FROM project ORDER BY key")]
        people = [row[0] for row in db.execute("SELECT id FROM person ORDER BY email")]
        tasks = [row[0] for row in db.execute("SELECT id FROM task ORDER BY number, project_id LIMIT %s", [SAMPLE])]
    return Seeded(projects, tasks, people, token)


def grounds(db: psycopg.Connection, size: Size, each: int, token: str) -> None:
    """People, the workspace, projects with their states and labels, and tables to find them by number."""
    at, workspace = now() - timedelta(days=200), new_id()
    people = [new_id() for _ in range(size.people)]
    many = db.cursor().executemany
    many(
        "INSERT INTO person (id, name, name_key, email, is_admin, placeholder, created_at)"
        " VALUES (%s, %s, %s, %s, %s, false, %s)",
        [
            (one, f"Person {n:04d}", f"person {n:04d}", f"p{n:04d}@lab.example", n == 0, at)
            for n, one in enumerate(people)
        ],
    )
    db.execute(
        "INSERT INTO workspace (id, slug, name, name_key, created_at, updated_at, version)"
        " VALUES (%s, 'lab', 'Lab', 'lab', %s, %s, 1)",
        [workspace, at, at],
    )
    many(
        "INSERT INTO membership (workspace_id, person_id, role, joined_at) VALUES (%s, %s, %s, %s)",
        [(workspace, one, "owner" if n == 0 else "member", at) for n, one in enumerate(people)],
    )
    db.execute(
        "INSERT INTO api_token (id, person_id, name, scopes, secret_hash, created_at, last_used_at)"
        " VALUES (%s, %s, 'lab', '{read,write}', %s, %s, %s)",
        [new_id(), people[0], hashed(token), at, now() + timedelta(days=1)],
    )
    projects = [new_id() for _ in range(size.projects)]
    many(
        "INSERT INTO project (id, workspace_id, key, name, name_key, description, visibility, last_number, created_by,"
        " created_at, updated_at, version) VALUES (%s, %s, %s, %s, %s, '', 'workspace', %s, %s, %s, %s, 1)",
        [
            (one, workspace, f"LAB{n}", f"Project {n:03d}", f"project {n:03d}", each, people[0], at, at)
            for n, one in enumerate(projects)
        ],
    )
    ranks = generate_n_keys_between(None, None, len(STATES))
    states = [
        (new_id(), project, name, category, rank, place)
        for project in projects
        for place, ((name, category), rank) in enumerate(zip(STATES, ranks, strict=True))
    ]
    many(
        "INSERT INTO state (id, project_id, name, category, rank, version) VALUES (%s, %s, %s, %s, %s, 1)",
        [row[:5] for row in states],
    )
    labels = [
        (new_id(), project, name, name, color, place)
        for project in projects
        for place, (name, color) in enumerate(LABELS)
    ]
    many(
        "INSERT INTO label (id, project_id, name, name_key, color, version) VALUES (%s, %s, %s, %s, %s, 1)",
        [row[:5] for row in labels],
    )
    db.execute("CREATE TEMP TABLE lab_person (id uuid, place int)")
    many("INSERT INTO lab_person VALUES (%s, %s)", [(one, n) for n, one in enumerate(people)])
    db.execute("CREATE TEMP TABLE lab_project (id uuid, place int)")
    many("INSERT INTO lab_project VALUES (%s, %s)", [(one, n) for n, one in enumerate(projects)])
    db.execute("CREATE TEMP TABLE lab_state (id uuid, project_id uuid, place int)")
    many("INSERT INTO lab_state VALUES (%s, %s, %s)", [(row[0], row[1], row[5]) for row in states])
    db.execute("CREATE TEMP TABLE lab_label (id uuid, project_id uuid, place int)")
    many("INSERT INTO lab_label VALUES (%s, %s, %s)", [(row[0], row[1], row[5]) for row in labels])
    db.execute('CREATE TEMP TABLE lab_rank (number int, rank text COLLATE "C")')
    many("INSERT INTO lab_rank VALUES (%s, %s)", list(enumerate(generate_n_keys_between(None, None, each), start=1)))
    db.execute("ANALYZE lab_person, lab_project, lab_state, lab_label, lab_rank")
