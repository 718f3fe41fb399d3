"""Headway's mix beside pgbench with the floor's statements: what the database does when nobody has to be served."""

import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from random import Random

import psycopg

from headway.console import CannotStart
from headway.lab import scenarios
from headway.lab.targets.bench import HEADWAY, POOL, Bench, Ground, Told, turns
from headway.lab.targets.floor_sql import spelled
from headway.lab.targets.schemas import Measured
from headway.postgres.binaries import INSIDE, in_the_wheel
from headway.postgres.process import die_with_parent

ROW = "mix-pgbench"
PATIENCE = 60.0  # seconds beyond the load's own
# A task and its project for each transaction: what the load generator knows and pgbench does not.
DRAWN = """\\set n random(1, :places)
SELECT project_id, task_id, gen_random_uuid() AS new_id, gen_random_uuid() AS change_set_id
FROM drawn WHERE n = :n \\gset
"""
EVENT = (
    "CAST(json_build_array(json_build_object('kind', '{kind}', 'entity_id', CAST({entity} AS text),"
    " 'before', CAST({before} AS json), 'after', CAST({after} AS json))) AS text)"
)
# A key that Headway can go on from, and behind all that it makes itself: n begins those of 14 digits.
RANK = "concat('n', lpad(to_hex(CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)), 14, '0'))"
GIVEN = {
    "id": ":new_id", "at": "clock_timestamp()", "created_at": "clock_timestamp()", "rank": RANK,
    "title": "'Count the spare sails'", "new_title": "concat('Mend sail ', CAST(random() AS text))",
    "scope": "'read'", "limit": "50", "topic": "concat('project:', CAST(:project_id AS text))", "n": "1",
    "means": "'api'", "why": "NULL", "undoes": "NULL",
}  # fmt: skip


def measure(bench: Bench, rows: Sequence[str]) -> Told:
    """In turns, on the same database; Headway on a fresh process each time."""
    yield "filling a database"
    ground, size = bench.ground, bench.size
    with tempfile.TemporaryDirectory(prefix="headway-lab-") as folder:
        command = prepare(ground, Path(folder))
        for repeat, sides in turns(size.repeats, ["headway", "pgbench"]):
            found = {}
            for side in sides:
                yield f"{ROW}: {side} ({repeat} of {size.repeats})"
                if side == "pgbench":
                    found[side] = run(command, max(1, round(size.seconds)))
                    continue
                with bench.serving(HEADWAY, ground) as server:
                    mix = scenarios.mix(HEADWAY, ground.seeded, Random(repeat))  # noqa: S311 - what to ask for
                    answer = bench.load(server, ground, mix, size.users, seed=repeat)
                bench.note_answer(ROW, side, answer)
                found[side] = answer.throughput
            if all(found.values()):
                yield Measured(row=ROW, repeat=repeat, headway=found["headway"], other=found["pgbench"])


def prepare(ground: Ground, folder: Path, weights: Mapping[str, float] = scenarios.MIX) -> list[str]:
    """Writes the scripts and the table that they draw from. The command, but for how long."""
    tasks = ground.seeded.task_ids[: scenarios.SAMPLE * 10]
    with psycopg.connect(ground.database.plain_url()) as db:
        db.execute("CREATE TABLE IF NOT EXISTS drawn (n serial PRIMARY KEY, project_id uuid, task_id uuid)")
        db.execute("TRUNCATE drawn RESTART IDENTITY")
        db.execute(
            "INSERT INTO drawn (project_id, task_id) SELECT project_id, id FROM task WHERE id = ANY (%s)",
            [tasks],
        )
        db.execute("ANALYZE drawn")
    chosen = []
    for name, weight in weights.items():
        file = folder / f"{name}.sql"
        file.write_text(scripts()[name])
        chosen += ["-f", f"{file}@{weight:.0f}"]
    program = in_the_wheel()[0] / INSIDE / "bin" / "pgbench"
    secret = sha256(ground.seeded.token.encode()).hexdigest()
    known = ["-D", f"places={len(tasks)}", "-D", f"secret_hash=\\x{secret}"]
    return [
        str(program), "-n", "-M", "prepared", "-c", str(POOL), "-j", "1", *known, *chosen,
        ground.database.plain_url(),
    ]  # fmt: skip


def run(command: list[str], seconds: int) -> float:
    """Transactions a second.

    Raises:
        CannotStart: pgbench refused, or a statement failed.
    """
    try:
        done = subprocess.run(  # noqa: S603 - our own program and files
            [*command[:-1], "-T", str(seconds), command[-1]],
            capture_output=True, text=True, timeout=seconds + PATIENCE, check=False, preexec_fn=die_with_parent,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise CannotStart(f"pgbench did not end within {PATIENCE:.0f} s of what it was given.") from None
    rate = re.search(r"^tps = ([\d.]+)", done.stdout, re.MULTILINE)
    failed = re.search(r"^number of failed transactions: ([1-9]\d*)", done.stdout, re.MULTILINE)
    if done.returncode or rate is None or failed:
        words = (done.stderr.strip() or done.stdout.strip() or "no words").splitlines()[0]
        raise CannotStart(f"pgbench failed: {words}")
    return float(rate[1])


def scripts() -> dict[str, str]:
    """Kind of request -> what the floor sends to the database for it."""
    sql = spelled()

    def said(name: str, **given: str) -> str:
        text, names, _ = sql[name]
        return filled(text.strip(), names, {**GIVEN, **given})

    asked = named(said("asker"), "person_id", "token_id") + " \\gset\n"
    writing = named(said("asker", scope="'write'"), "person_id", "token_id") + " \\gset\nBEGIN;\n"
    # The columns as the statements themselves call them.
    created = EVENT.format(kind="task.created", entity=":new_id", before="NULL", after=":json_build_object")
    changed = EVENT.format(kind="task.changed", entity=":task_id", before=":was", after=":json_build_object_1")
    place = named(said("place"), "my_role", "state_id", "last") + " \\gset\n"
    before = named(said("before"), "was", "project_id", "my_role") + " \\gset\n"
    return {
        "list": DRAWN + asked + said("page") + ";\n",
        "get": DRAWN + asked + said("task") + ";\n",
        "create": DRAWN
        + writing
        + place
        + said("create")
        + " \\gset\n"
        + said("happened", rows=created)
        + ";\nCOMMIT;\n",
        "update": DRAWN
        + writing
        + before
        + said("retitle")
        + " \\gset\n"
        + said("happened", rows=changed)
        + ";\nCOMMIT;\n",
    }


def named(statement: str, *columns: str) -> str:
    """The statement with names for its columns, which become pgbench's variables."""
    return f"SELECT * FROM ({statement}) AS found ({', '.join(columns)})"  # noqa: S608 - our own words only


def filled(text: str, names: Sequence[str], given: Mapping[str, str]) -> str:
    """The statement with pgbench's variables, or other words for them, where asyncpg's arguments were."""
    return re.sub(r"\$(\d+)", lambda found: given.get(names[int(found[1]) - 1], f":{names[int(found[1]) - 1]}"), text)
