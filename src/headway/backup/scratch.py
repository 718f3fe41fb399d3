"""Databases beside the real one: made for a restore or a try, and taken away again, also after a kill -9."""

import contextlib
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import replace

import psycopg
from psycopg import sql

from headway.backup.catalog import Connection, connected, told_in_one_line
from headway.console import CannotStart
from headway.database_url import parse_database_url
from headway.settings import Settings

# The time is in the name, so that one that was left behind can be told from one that is being made.
NAMED = re.compile(r"headway_scratch_(\d{9,12})_[0-9a-f]{8}")
YOUNG = 120  # seconds
# The same letters sort the same way there.
LOCALE = """
    SELECT datcollate, datctype, datlocprovider,
           coalesce(to_jsonb(d)->>'datlocale', to_jsonb(d)->>'daticulocale'),
           (SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user)
    FROM pg_database d WHERE datname = current_database()
"""
LEFT_BEHIND = """
    SELECT datname FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba
    WHERE datname LIKE 'headway\\_scratch\\_%' AND r.rolname = current_user
      AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid AND a.usename = current_user)
"""
OURS_IN_THERE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = current_user"


class Scratch:
    """A database of our own. Dropped in the end, unless it has become the real one: then `kept`."""

    def __init__(self, settings: Settings, name: str) -> None:
        self.settings, self.name, self.kept = elsewhere(settings, name), name, False
        # Whoever clears away what was left behind sees that somebody is in there.
        self._inside = contextlib.ExitStack()

    def enter(self) -> None:
        self._inside.enter_context(connected(self.settings))

    def leave(self) -> None:
        self._inside.close()


def elsewhere(settings: Settings, name: str) -> Settings:
    """The same server, another database."""
    url = replace(parse_database_url(settings.database_url or ""), name=name)
    return settings.model_copy(update={"database_url": url.normal_url()})


@contextlib.contextmanager
def scratch_database(settings: Settings) -> Iterator[Scratch]:
    """An empty database beside the one that `settings` lead to.

    Raises:
        CannotStart: the role may not make databases.
    """
    scratch = Scratch(settings, f"headway_scratch_{int(time.time())}_{secrets.token_hex(4)}")
    with connected(settings) as server:
        clear_away(server)
        create(server, scratch.name)
    try:
        scratch.enter()
        yield scratch
    finally:
        scratch.leave()
        if not scratch.kept:
            with contextlib.suppress(CannotStart, psycopg.Error), connected(settings) as server:
                drop(server, scratch.name)


def create(server: Connection, name: str) -> None:
    """With the encoding and the locale of the database that we are connected to."""
    row = server.execute(LOCALE).fetchone()
    assert row is not None
    collate, ctype, provider, locale, may_create = row
    if not may_create:
        raise CannotStart(
            "A restore needs a second database for a while, and this user may not make one. "
            "As a superuser, run: ALTER ROLE the_user CREATEDB"
        )
    words = [
        sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name)),
        sql.SQL("LC_COLLATE {} LC_CTYPE {}").format(sql.Literal(collate), sql.Literal(ctype)),
    ]
    kinds = {"i": ("icu", "ICU_LOCALE"), "b": ("builtin", "BUILTIN_LOCALE"), "c": ("libc", "")}
    kind, word = kinds.get(provider, ("libc", ""))
    words.append(sql.SQL("LOCALE_PROVIDER {}").format(sql.Identifier(kind)))
    if word and locale:
        words.append(sql.SQL("{} {}").format(sql.SQL(word), sql.Literal(locale)))
    with told_in_one_line("A database to restore into could not be made"):
        server.execute(sql.SQL(" ").join(words))


def drop(server: Connection, name: str) -> None:
    """Whoever of ours is in there is sent away; a plain DROP sends autovacuum away by itself."""
    server.execute(OURS_IN_THERE, [name])
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def clear_away(server: Connection) -> None:
    """Drops what a killed restore has left behind."""
    for (name,) in server.execute(LEFT_BEHIND).fetchall():
        made = NAMED.fullmatch(name)
        if made and time.time() - int(made[1]) > YOUNG:
            with contextlib.suppress(psycopg.Error):
                drop(server, name)
