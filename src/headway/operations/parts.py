"""How the parts of a process are, in figures."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import QueuePool

from headway.admission import Gate


def pool_figures(engine: AsyncEngine) -> dict[str, Any]:
    """Connections: how many there may be, how many are in use, and how many tasks wait for one."""
    pool = engine.sync_engine.pool
    assert isinstance(pool, QueuePool)
    # Private to SQLAlchemy and to asyncio, so whatever else they may become is nobody.
    waiting = getattr(getattr(getattr(pool, "_pool", None), "_queue", None), "_getters", ())
    return {"size": pool.size(), "checked_out": pool.checkedout(), "waiting": len(waiting)}


def admission_figures(gate: Gate) -> dict[str, Any]:
    """The line in front of the pool."""
    return {
        "places": gate.places,
        "active": gate.active,
        "queued": gate.queued,
        "refused": gate.refused_total,
        "gone": gate.gone_total,
    }
