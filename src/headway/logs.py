"""How the log reads: one event a line, its fields behind it, as text or as JSON.

What people wrote never gets here: no bodies, no query strings, no headers, no SQL parameters. Errors are the back door:
libraries put the value they stumbled over into their message, so messages are shown without what they quote.
"""

import logging
import re
import sys
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Literal

import orjson
import structlog
from structlog.typing import EventDict, Processor

Format = Literal["text", "json"]

# Their messages quote names of code, not what somebody sent.
ABOUT_CODE = (AttributeError, ImportError, NameError, NotImplementedError, AssertionError, RecursionError)
# Whose messages hold values in more ways than can be told apart: for these there is the SQLSTATE, or just the kind.
TELL_TALES = frozenset({"asyncpg", "psycopg", "sqlalchemy", "pydantic", "pydantic_core", "fastapi", "httpx2"})
QUOTED = re.compile(r"""(?<![A-Za-z0-9])[bBrRuU]{0,2}(['"`])(?:\\.|(?!\1).)*\1?""", re.DOTALL)
LONGEST = 500


def configure(form: Format = "text") -> None:
    """Sets structlog up for the process."""
    structlog.configure(processors=[*BEFORE, *rendered(form)], cache_logger_on_first_use=True)


def take_over(form: Format) -> None:
    """Has the standard library's loggers, which servers and libraries use, write the same lines."""
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*BEFORE, structlog.stdlib.ExtraAdder(allow=()), structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendered(form)],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def rendered(form: Format) -> list[Processor]:
    """The last steps: from an event's fields to its line."""
    if form == "json":
        return [structlog.processors.JSONRenderer(serializer=as_json)]
    return [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]


def as_json(event: EventDict, **_: Any) -> str:
    """A line of JSON; what has no form in JSON is shown as text."""
    return orjson.dumps(event, default=str).decode("utf-8", "replace")


def tell_errors(_: object, __: str, event: EventDict) -> EventDict:
    """Puts a traceback without values in the place of `exc_info`."""
    given = event.pop("exc_info", None)
    if given:
        at_hand = given[1] if isinstance(given, tuple) else sys.exc_info()[1]
        error = given if isinstance(given, BaseException) else at_hand
        if error is not None:
            event["exception"] = "\n".join(told(error))
    return event


def told(error: BaseException, seen: frozenset[int] = frozenset()) -> Iterator[str]:
    """An error's traceback with what led to it, as lines: places and kinds, and messages without what they quote."""
    seen |= {id(error)}
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and id(cause) not in seen:
        yield from told(cause, seen)
        yield "which led to:" if error.__cause__ is not None else "and while that was handled:"
    yield from places(error.__traceback__)
    yield in_short(error)
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            if id(one) not in seen:
                yield from (f"  | {line}" for line in told(one, seen))


def places(trace: TracebackType | None) -> Iterator[str]:
    """Where it came through. Source lines are code, and locals are never looked at."""
    for frame in traceback.extract_tb(trace):
        yield f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}'
        if frame.line:
            yield f"    {frame.line}"


def in_short(error: BaseException) -> str:
    """Its kind, and as much of its message as cannot be somebody's data."""
    kind = type(error)
    name = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
    state = getattr(error, "sqlstate", None) or getattr(getattr(error, "orig", None), "sqlstate", None)
    if kind.__module__.partition(".")[0] in TELL_TALES:
        return f"{name} (SQLSTATE {state})" if state else name
    message = str(error).partition("\n")[0][:LONGEST]
    if not isinstance(error, ABOUT_CODE):
        message = QUOTED.sub("'…'", message)
    return f"{name}: {message}" if message else name


BEFORE: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    tell_errors,
]
