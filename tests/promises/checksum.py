"""A hash over the whole database: what a refused request must leave as it was."""

from typing import Any

from sqlalchemy import text

# What may move although nothing happened, and why.
NOT_COUNTED = {
    "tries": "a refused guess is counted, on purpose and on its own",
    "kept_answer": "the answer to an Idempotency-Key",
    "presence": "leases of who is looking",
}
COLUMNS = {"sign_in": "last_seen_at", "api_token": "last_used_at"}


async def checksum(app: Any) -> dict[str, str]:
    """A hash for each table but those above."""
    async with app.state.database.reading() as db:
        names = await db.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"))
        tables = [name for name in names if name not in NOT_COUNTED]
        each = " UNION ALL ".join(one(name) for name in tables)
        return {row[0]: row[1] for row in await db.execute(text(each))}


def one(table: str) -> str:
    row = f"(to_jsonb(t) - '{COLUMNS[table]}')" if table in COLUMNS else "t"
    hashed = f"md5(coalesce(string_agg({row}::text, E'\\n' ORDER BY {row}::text COLLATE \"C\"), ''))"
    return f"SELECT '{table}', {hashed} FROM \"{table}\" t"


def differing(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """The tables that changed."""
    return sorted(name for name in before | after if before.get(name) != after.get(name))
