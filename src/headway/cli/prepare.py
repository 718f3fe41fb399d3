"""A short-lived child of the supervisor: reads the settings, then makes the database ready to be served.

It is spoken to in JSON lines. In: the flags; then the database's address. Out: the plan; then lines to show
(`say` at once, `notes` when the server is ready), and at the end `done` or `error`.
"""

import json
import sys
from typing import Any

from headway.console import CannotStart
from headway.settings import Settings, load_settings


def main() -> None:
    try:
        settings = load_settings(**_hear())
        _tell(plan=_plan(settings))
        from headway.cli.readiness import make_ready  # loads while the database starts

        is_embedded = settings.database_url is None
        settings = settings.model_copy(update=_hear())
        notes = make_ready(settings, is_embedded=is_embedded, say=lambda line: _tell(say=line))
        _tell(notes=notes)
        _tell(done=True)
    except CannotStart as error:
        _tell(error=str(error))
    except (EOFError, BrokenPipeError):
        pass  # the supervisor has gone


def _plan(settings: Settings) -> dict[str, Any]:
    return {
        "home": str(settings.home),
        "host": settings.host,
        "port": settings.port,
        "workers": settings.workers,
        "connections": settings.connections_needed(),
        "database_url": settings.database_url,
        "postgres_bin": str(settings.postgres_bin) if settings.postgres_bin else None,
        "public_url": settings.public_url,
    }


def _hear() -> dict[str, Any]:
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    heard: dict[str, Any] = json.loads(line)
    return heard


def _tell(**message: Any) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
