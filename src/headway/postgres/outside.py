"""Looks an outside PostgreSQL over before anything is written to it: there, new enough, ours to use, large enough."""

import asyncio
import contextlib
import ssl
import time
from collections.abc import AsyncIterator
from typing import Any

import asyncpg

from headway.console import CannotStart
from headway.settings import Settings

OLDEST = 15
STARTING_UP_SECONDS = 10.0
CHECK = """
    SELECT current_setting('server_version_num')::int / 10000 AS major,
           current_setting('server_version') AS version,
           current_setting('server_encoding') AS encoding,
           current_setting('transaction_read_only')::bool AS read_only,
           current_setting('max_connections')::int
               - current_setting('superuser_reserved_connections')::int AS connections,
           (SELECT NULLIF(rolconnlimit, -1) FROM pg_roles WHERE rolname = current_user) AS role_limit,
           (SELECT NULLIF(datconnlimit, -1) FROM pg_database WHERE datname = current_database()) AS database_limit,
           current_user AS role, current_database() AS database, current_schema() AS schema,
           has_schema_privilege(current_schema(), 'CREATE') AS may_create,
           has_database_privilege(current_database(), 'CREATE') AS may_extend,
           EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm') AS trgm_is_there,
           EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') AS trgm_is_on
"""


def check_outside_database(settings: Settings) -> None:
    """Raises CannotStart. Uses asyncpg, as the server will, so that what it accepts is what works."""
    asyncio.run(_check(settings))


async def _check(settings: Settings) -> None:
    async with connected(settings) as connection:
        found = await connection.fetchrow(CHECK)
    where = settings.database().where()
    _check_rights(found, where)
    _check_budget(settings, found)


def _check_rights(found: Any, where: str) -> None:
    if found["major"] < OLDEST:
        raise CannotStart(
            f"PostgreSQL {found['version']} at {where} is too old; Headway needs {OLDEST} or newer. "
            "Upgrade it, or set HEADWAY_DATABASE_URL to another one."
        )
    if found["encoding"] != "UTF8":
        raise CannotStart(
            f"The database at {where} is encoded in {found['encoding']}; Headway needs UTF8. "
            "Create another: createdb --encoding=UTF8 --template=template0."
        )
    if found["read_only"]:
        raise CannotStart(f"PostgreSQL at {where} is read-only (a standby?). Set HEADWAY_DATABASE_URL to the primary.")
    if not found["may_create"]:
        raise CannotStart(
            f"User {found['role']} may not create tables in the database at {where}. As its owner, run: "
            f"GRANT CREATE ON SCHEMA {found['schema'] or 'public'} TO {found['role']}"
        )
    if not found["trgm_is_there"]:
        raise CannotStart(f"PostgreSQL at {where} lacks the extension pg_trgm. Install its contrib package.")
    if not found["trgm_is_on"] and not found["may_extend"]:
        raise CannotStart(
            f"User {found['role']} may not add extensions at {where}. As the database's owner, run in it: "
            "CREATE EXTENSION pg_trgm"
        )


def _check_budget(settings: Settings, found: Any) -> None:
    limits = [found["connections"], found["role_limit"], found["database_limit"]]
    allowed = min(limit for limit in limits if limit is not None)
    if settings.connections_needed() > allowed:
        each = settings.connections_needed() // settings.workers
        raise CannotStart(
            f"{settings.workers} workers with {each} connections each (pool {settings.pool_size}) need "
            f"{settings.connections_needed()}, and PostgreSQL at {settings.database().where()} gives {allowed}. "
            "Lower --workers or HEADWAY_POOL_SIZE, or raise its limit."
        )


@contextlib.asynccontextmanager
async def connected(settings: Settings) -> AsyncIterator[Any]:
    """An asyncpg connection; CannotStart says why there is none and what to do."""
    started = time.monotonic()
    while True:
        try:
            connection = await _connect(settings)
            break
        except asyncpg.CannotConnectNowError:
            if time.monotonic() > started + STARTING_UP_SECONDS:
                raise CannotStart(
                    f"PostgreSQL at {settings.database().where()} is still starting up. Try again in a moment."
                ) from None
            await asyncio.sleep(0.2)
    try:
        yield connection
    finally:
        await connection.close()


async def _connect(settings: Settings) -> Any:
    database = settings.database()
    arguments = {**settings.asyncpg_arguments}
    arguments.pop("prepared_statement_cache_size", None)  # SQLAlchemy's
    arguments.setdefault("ssl", database.sslmode)
    try:
        return await asyncpg.connect(
            host=database.host,
            port=database.port,
            user=database.user,
            password=database.password,
            database=database.name,
            **arguments,
        )
    except asyncpg.CannotConnectNowError:
        raise
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise CannotStart(_explain(error, settings)) from None


def _explain(error: Exception, settings: Settings) -> str:  # noqa: PLR0911 - one line each
    database, check = settings.database(), "Check HEADWAY_DATABASE_URL."
    where = database.where()
    match error:
        case asyncpg.InvalidPasswordError():
            return f"PostgreSQL at {where} refused the password of user {database.user}. {check}"
        case asyncpg.InvalidAuthorizationSpecificationError():
            return (
                f"PostgreSQL at {where} does not let user {database.user} in. "
                "Check the user, and pg_hba.conf on the server; it may also want another sslmode."
            )
        case asyncpg.InvalidCatalogNameError():
            return f"PostgreSQL at {where}: there is no such database. Create it with createdb. {check}"
        case asyncpg.TooManyConnectionsError():
            return f"PostgreSQL at {where} has no connection left. Close some, or raise its max_connections."
        case asyncpg.PostgresError() if not isinstance(error, asyncpg.PostgresConnectionError):
            return f"PostgreSQL at {where} refused the connection (SQLSTATE {error.sqlstate}). {check}"
        case asyncpg.ClientConfigurationError():
            return f"HEADWAY_DATABASE_URL: {str(error).splitlines()[0]}."
        case ssl.SSLError():
            return f"No trusted TLS connection to {where}: {error.reason}. Check sslmode and sslrootcert."
        case TimeoutError():
            return f"Nothing answers at {where} within {settings.connect_timeout:g} s. {check}"
        case ConnectionRefusedError() | FileNotFoundError():
            return f"No PostgreSQL is listening at {where}. Start it, or check HEADWAY_DATABASE_URL."
        case OSError() if error.errno is not None:
            return f"Cannot reach {where}: {error.strerror or error}. {check}"
        case _:
            return f"What answers at {where} does not speak PostgreSQL's protocol (or not with this sslmode). {check}"
