"""How the log reads: one event a line, its fields behind it. No local variables and no SQL parameters, ever."""

import structlog


def configure() -> None:
    """Sets structlog up for the process. Tracebacks are plain: a prettier one would print what variables held."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ],
        cache_logger_on_first_use=True,
    )
