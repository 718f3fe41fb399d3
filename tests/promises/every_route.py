"""Every route of an app, published or not: what its own router would answer, however it was put together."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute, APIWebSocketRoute
from starlette.routing import BaseRoute


@dataclass(frozen=True)
class Found:
    """A route as somebody outside sees it. A mount has no methods, and "/assets" for its name."""

    name: str
    path: str
    methods: tuple[str, ...]
    kind: str
    route: BaseRoute

    @property
    def method(self) -> str:
        """The one that says most: GET where it also takes HEAD."""
        return next((method for method in self.methods if method != "HEAD"), "")

    @property
    def parameters(self) -> list[str]:
        """The names in its path, in order."""
        return [part[1:-1].partition(":")[0] for part in self.path.split("/") if part.startswith("{")]


def every_route(app: FastAPI) -> list[Found]:
    """All of them. A kind of route that this does not know is an error, so that none can hide behind it."""
    return [describe(*one) for one in below(app.router.routes, "")]


def below(routes: Any, prefix: str) -> Iterator[tuple[Any, str]]:
    """(route, its whole path) of routes and of all that is included or mounted there."""
    for route in routes:
        if hasattr(route, "effective_candidates"):  # what include_router leaves
            yield from below(route.effective_candidates(), prefix)
            yield from below(route.effective_low_priority_routes(), prefix)
            continue
        seen = getattr(route, "starlette_route", None) or route
        path = prefix + str(getattr(seen, "path", None) or route.path)
        yield getattr(route, "original_route", route), path
        yield from below(getattr(seen, "routes", None) or (), path)


def describe(route: Any, path: str) -> Found:
    """A route in one shape, whatever its class."""
    kind = type(route).__name__
    if isinstance(route, APIWebSocketRoute) or kind == "WebSocketRoute":
        return Found(route.name, path, (), "socket", route)
    if isinstance(route, APIRoute) or kind in ("Route", "Page") or getattr(route, "methods", None):
        return Found(route.name, path, tuple(sorted(route.methods or ())), "http", route)
    if kind == "Mount":
        return Found(path, path, (), "mount", route)
    raise TypeError(f"{kind} at {path}: teach tests/promises/every_route.py what it is")
