"""What the stacks are called in sentences, and the conditions under which a claim may hold."""

from collections.abc import Sequence

NAMES = {
    "blocking": "sync Session in async def",
    "threadpool": "sync Session as a dependency, FastAPI's threads",
    "fair": "sync Session in threads",
    "async-psycopg": "AsyncSession + psycopg",
    "async-asyncpg": "AsyncSession + asyncpg",
    "headway": "Headway",
    "headway-shared": "Headway, coalesced reads",
    "floor": "bare Starlette + asyncpg",
}

IN_ASYNC_DEF = "the sync Session is called inside async def, where requests go strictly one by one"
IN_ASYNC_DEF_SLOWEST = f"{IN_ASYNC_DEF}, and the slowest request's time is meant, not the average one's"

# Who else may reach a promise that ORM entities through AsyncSession missed, the nearest first, and what that takes.
SIMPLER = {
    "headway": "answers are built by the database instead of ORM entities, as Headway does",
    "async-psycopg": "the driver is psycopg",
    "floor": "neither an ORM nor FastAPI is used: bare Starlette and asyncpg",
}


def names(stacks: Sequence[str]) -> list[str]:
    """For a sentence."""
    return [NAMES.get(stack, stack) for stack in stacks]
