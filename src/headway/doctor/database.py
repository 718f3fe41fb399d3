"""Checks of the PostgreSQL that the installation uses. They only read."""

import asyncio
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
from alembic.script import ScriptDirectory

from headway import migrations
from headway.clock import now
from headway.doctor.backups import backups
from headway.doctor.findings import Finding, State
from headway.postgres.outside import OLDEST, connected
from headway.settings import EXTRA_CONNECTIONS, Settings

GROUP = "Database"
LITTLE, TOO_LITTLE = 2_000_000_000, 200_000_000  # bytes free
# Leases and sessions are counted in tens of seconds.
APART, FAR_APART = timedelta(seconds=1), timedelta(seconds=30)
LIMITS = """
    SELECT current_setting('max_connections')::int AS most,
           (SELECT sum(setting::int) FROM pg_settings
             WHERE name IN ('superuser_reserved_connections', 'reserved_connections'))::int AS reserved,
           (SELECT NULLIF(rolconnlimit, -1) FROM pg_roles WHERE rolname = current_user) AS role,
           (SELECT NULLIF(datconnlimit, -1) FROM pg_database WHERE datname = current_database()) AS database,
           (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS used
"""


def examine_database(settings: Settings, data: Path | None, how: str) -> list[Finding]:
    """Raises CannotStart where the database cannot be reached."""
    return asyncio.run(_examine(settings, data, how))


async def _examine(settings: Settings, data: Path | None, how: str) -> list[Finding]:
    async with connected(settings) as db:
        return [
            await postgres_version(db, how),
            await at_head(db),
            await connections(db, settings),
            await disk(db, data),
            await clocks(db),
            await backups(db, settings),
        ]


async def postgres_version(db: Any, how: str, *, oldest: int = OLDEST) -> Finding:
    """New enough for what the statements use."""
    number, told = await db.fetchrow(
        "SELECT current_setting('server_version_num')::int / 10000, current_setting('server_version')"
    )
    figure = f"{told}, {how} ({oldest} or newer)"
    if number < oldest:
        return Finding(GROUP, "PostgreSQL", "wrong", figure, f"Upgrade it to {oldest} or newer.")
    return Finding(GROUP, "PostgreSQL", "ok", figure)


async def at_head(db: Any) -> Finding:
    """The tables are those of this version."""
    script = ScriptDirectory(migrations.__path__[0])
    newest = script.get_current_head()
    known = {one.revision for one in script.walk_revisions()}
    try:
        rows = await db.fetch("SELECT version_num FROM alembic_version")
    except asyncpg.UndefinedTableError:
        rows = []
    at = rows[0][0] if rows else None
    if at == newest:
        return Finding(GROUP, "Migrations", "ok", f"at {newest}, the newest of {len(known)}")
    if at is None:
        return Finding(GROUP, "Migrations", "wrong", "there are no tables of Headway's yet", "headway migrate")
    if at not in known:
        return Finding(GROUP, "Migrations", "wrong", f"at {at}, newer than this Headway", "Install that version again.")
    behind = sum(1 for _ in script.iterate_revisions(newest, at))
    return Finding(GROUP, "Migrations", "wrong", f"at {at}, {behind} behind {newest}", "headway migrate")


async def connections(db: Any, settings: Settings) -> Finding:
    """What all workers may open fits into what the server, the role and the database allow."""
    found = await db.fetchrow(LIMITS)
    given = found["most"] - found["reserved"]
    allowed = min(limit for limit in (given, found["role"], found["database"]) if limit is not None)
    needed = settings.connections_needed()
    worker = "worker" if settings.workers == 1 else "workers"
    figure = (
        f"{needed} of {allowed}: {settings.workers} {worker} × ({settings.pool_size} + {EXTRA_CONNECTIONS}); "
        f"{found['used']} open now"
    )
    if needed > allowed:
        fix = f"Lower HEADWAY_POOL_SIZE or HEADWAY_WORKERS, or raise the limit beyond {needed}."
        return Finding(GROUP, "Connections", "wrong", figure, fix)
    return Finding(GROUP, "Connections", "ok", figure)


async def spare_connections(db: Any) -> int:
    """How many more may be opened right now."""
    found = await db.fetchrow(LIMITS)
    limits = (found["most"] - found["reserved"], found["role"], found["database"])
    return int(min(limit for limit in limits if limit is not None) - found["used"])


async def disk(db: Any, data: Path | None, *, little: int = LITTLE, too_little: int = TOO_LITTLE) -> Finding:
    """Room where the data is.

    Args:
        db: an asyncpg connection.
        data: the folder of the embedded server's data; None where the database is somebody else's.
        little: bytes; less is a warning.
        too_little: bytes; less is wrong.
    """
    size = sized(await db.fetchval("SELECT pg_database_size(current_database())"))
    if data is None:
        return Finding(GROUP, "Disk", "not checked", f"{size} of data; its disk cannot be seen from here")
    total, _, free = shutil.disk_usage(data)
    figure = f"{sized(free)} free of {sized(total)}; the data is {size}"
    fix = f"Make room on the disk of {data}: PostgreSQL stops when it is full."
    if free < too_little:
        return Finding(GROUP, "Disk", "wrong", figure, fix)
    if free < little:
        return Finding(GROUP, "Disk", "warning", figure, fix)
    return Finding(GROUP, "Disk", "ok", figure)


async def clocks(db: Any, *, here: Callable[[], datetime] = now) -> Finding:
    """The database's clock against this machine's: the closest of five readings, half the way there and back taken."""
    apart, best = timedelta.max, timedelta.max
    for _ in range(5):
        before = here()
        there = await db.fetchval("SELECT clock_timestamp()")
        took = here() - before
        if took < best:
            best, apart = took, there - (before + took / 2)
    zone = await db.fetchval("SHOW timezone")
    milliseconds = apart / timedelta(milliseconds=1)
    figure = f"{abs(milliseconds):,.1f} ms apart; sessions are in {zone}"
    if abs(apart) < APART:
        return Finding(GROUP, "Clock", "ok", figure)
    side = "ahead of" if milliseconds > 0 else "behind"
    state: State = "wrong" if abs(apart) > FAR_APART else "warning"
    figure = f"the database is {abs(milliseconds) / 1000:,.1f} s {side} this machine"
    return Finding(GROUP, "Clock", state, figure, "Set both by NTP: timedatectl set-ntp true")


def sized(count: int) -> str:
    """12,300,000 as 12.3 MB."""
    for unit, size in (("GB", 1e9), ("MB", 1e6)):
        if count >= size:
            return f"{count / size:,.1f} {unit}"
    return f"{count / 1e3:,.1f} kB"
