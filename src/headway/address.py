"""Where a request comes from: set once by `middleware.ClientAddress`, read where tries are counted and acts audited."""

from contextvars import ContextVar

client_address: ContextVar[str | None] = ContextVar("client_address", default=None)
