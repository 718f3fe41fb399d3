"""What has to hold in a database before and after its tables are changed. Plain SQL, read on a scratch database."""

from collections.abc import Iterable
from dataclasses import dataclass

from psycopg import sql

from headway.backup.catalog import Connection, is_there, tables_of

SAMPLED = 50  # projects whose history is told again; the busiest and the newest ones
REVISIONS = "SELECT name, revision FROM topic"
# Each foreign key: the table it is of, the columns, where they lead.
KEYS = """
    SELECT k.conname, k.conrelid::regclass::text, k.confrelid::regclass::text,
           (SELECT array_agg(a.attname::text ORDER BY u.n) FROM unnest(k.conkey) WITH ORDINALITY u(num, n)
              JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.num),
           (SELECT array_agg(a.attname::text ORDER BY u.n) FROM unnest(k.confkey) WITH ORDINALITY u(num, n)
              JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.num)
    FROM pg_constraint k WHERE k.contype = 'f' AND k.connamespace = current_schema()::regnamespace
"""
PROJECTS = """
    SELECT p.id::text, t.revision FROM project p JOIN topic t ON t.name = 'project:' || p.id
    WHERE p.deleted_at IS NULL ORDER BY t.revision DESC, p.created_at DESC LIMIT %s
"""
# A project's tasks as its history tells them, beside the rows: what one side lacks or has otherwise.
TOLD_OTHERWISE = """
    SELECT count(*) FROM (
        SELECT entity_id AS id, data->>'title' AS title, (data->>'number')::int AS number,
               (data->>'state_id')::uuid AS state_id, (data->>'version')::int AS version, data->>'rank' AS rank,
               (data->>'parent_id')::uuid AS parent_id, (data->>'due_on')::date AS due_on
        FROM state_at('project:' || %(project)s, %(revision)s, ARRAY['task'])
    ) told FULL JOIN (
        SELECT id, title, number, state_id, version, rank, parent_id, due_on FROM task
        WHERE project_id = %(project)s::uuid AND deleted_at IS NULL
    ) row USING (id)
    WHERE told IS NULL OR row IS NULL
       OR (told.title, told.number, told.state_id, told.version, told.rank, told.parent_id, told.due_on)
          IS DISTINCT FROM (row.title, row.number, row.state_id, row.version, row.rank, row.parent_id, row.due_on)
"""


@dataclass(frozen=True, slots=True)
class Check:
    """Something that was looked at: how it stands, in which figure one sees it."""

    name: str
    ok: bool
    figure: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How many rows each table has, and how far each topic is."""

    rows: dict[str, int]
    revisions: dict[str, int]


def standing(db: Connection) -> Standing:
    rows = {}
    for table in tables_of(db):
        found = db.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table.name))).fetchone()
        rows[table.name] = int(found[0]) if found else 0
    return Standing(rows, {name: int(revision) for name, revision in db.execute(REVISIONS)})


def compare(before: Standing, after: Standing) -> list[Check]:
    """No table has lost a row, and no topic's revision has moved: open screens go on where they were."""
    lost = sorted(name for name, rows in before.rows.items() if after.rows.get(name, rows) < rows)
    gone = sorted(before.rows.keys() - after.rows.keys())
    moved = sorted(name for name, at in before.revisions.items() if after.revisions.get(name) != at)
    tables = f"{sum(before.rows.values()):,} rows in {len(before.rows)} tables"
    if gone:
        tables += f"; no longer there: {named(gone)}"
    return [
        Check("Rows", not lost, f"fewer in {named(lost)}" if lost else f"{tables}, none lost"),
        Check("Revisions", not moved, f"moved: {named(moved)}" if moved else f"{len(before.revisions):,}, none moved"),
    ]


def keys_hold(db: Connection) -> Check:
    """Every reference leads to a row."""
    broken, count = [], 0
    for name, child, parent, columns, referred in db.execute(KEYS).fetchall():
        count += 1
        pairs = [
            sql.SQL("p.{} = c.{}").format(sql.Identifier(theirs), sql.Identifier(ours))
            for ours, theirs in zip(columns, referred, strict=True)
        ]
        filled = [sql.SQL("c.{} IS NOT NULL").format(sql.Identifier(ours)) for ours in columns]
        statement = sql.SQL("SELECT count(*) FROM {} c WHERE {} AND NOT EXISTS (SELECT FROM {} p WHERE {})").format(
            sql.SQL(child), sql.SQL(" AND ").join(filled), sql.SQL(parent), sql.SQL(" AND ").join(pairs)
        )
        orphans = db.execute(statement).fetchone()
        if orphans and orphans[0]:
            broken.append(f"{name} ({orphans[0]:,})")
    return Check("References", not broken, f"broken: {named(broken)}" if broken else f"{count} foreign keys hold")


def history_agrees(db: Connection) -> Check:
    """What the history tells of a project's tasks is what the tasks are."""
    if not is_there(db, "span"):
        return Check("History", True, "not kept yet by these tables")
    projects = db.execute(PROJECTS, [SAMPLED]).fetchall()
    wrong = []
    for project, revision in projects:
        found = db.execute(TOLD_OTHERWISE, {"project": project, "revision": revision}).fetchone()
        if found and found[0]:
            wrong.append(f"{project} ({found[0]:,} tasks)")
    figure = f"tells otherwise of {named(wrong)}" if wrong else f"of {len(projects):,} projects tells what is there"
    return Check("History", not wrong, figure)


def named(names: Iterable[str]) -> str:
    """The first few, and how many more."""
    listed = list(names)
    return ", ".join(listed[:3]) + (f" and {len(listed) - 3} more" if len(listed) > 3 else "")
