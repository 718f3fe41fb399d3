"""create_app(): the whole application from its settings."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import version
from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp

from headway import errors, logs, problems, webfiles
from headway.admission import Gate, TakePlace
from headway.api import ROUTERS
from headway.chores.rounds import Rounds
from headway.client_address import ClientAddress
from headway.db import Database
from headway.hot import writes
from headway.hot.kept import Kept
from headway.hot.layer import NAMES, HotReads, hot
from headway.hot.writes import HotWrites
from headway.jobs.running import Runner
from headway.live.hub import Hub
from headway.live.stream import Streams
from headway.middleware import KnownHost, LastResort, OnceMore, SafeHeaders, SameOrigin, Shielded, WholeBody
from headway.migrations.known import migrations_here
from headway.oidc.configured import provider_of
from headway.operations.measured import Measured, log_lines
from headway.operations.parts import admission_figures, pool_figures
from headway.operations.routes import router as asked_by_machines
from headway.operations.state import Operations
from headway.routing import Route
from headway.runs.running import Lab
from headway.settings import LOOK_UP_CONNECTIONS, Settings
from headway.worker import JOBS

FINISH_SECONDS = 10
# Reads that share them, and those that are built meanwhile.
HOT_PLACES = 48
LOOPBACK_NAMES = {"localhost", "127.0.0.1", "::1"}
MAX_BODY, BODY_SECONDS = 2 * 1024 * 1024, 30


def create_app(settings: Settings) -> FastAPI:
    """The ASGI application. Everything it needs is in `settings`; nothing is read from the environment."""
    logs.configure(settings.log)
    database = Database(settings)
    hub = Hub(database, settings)
    rounds = Rounds(database, settings)
    jobs = Runner(database, settings, JOBS)
    lab = Lab(settings.home)
    gate = Gate(settings.pool_size, settings.queue_seconds, settings.pool_timeout)
    kept, line = Kept(), Gate(HOT_PLACES, settings.queue_seconds, settings.pool_timeout)
    operations = Operations(
        settings,
        *migrations_here(),
        {
            "pool": partial(pool_figures, database.engine),
            "admission": partial(admission_figures, gate),
            "hub": hub.figures,
            "hot": partial(admission_figures, line),
            "kept": kept.figures,
            "chores": lambda: dict(rounds.done_at),
        },
    )
    database.after_commit = hub.bell.ring
    shielded: list[Shielded] = []

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await operations.start()
        await hub.start()
        if settings.chores:
            rounds.start()
            jobs.start()
        try:
            yield
            for layer in shielded:
                await layer.finish(FINISH_SECONDS)
        finally:
            await lab.stop()
            await rounds.stop()
            await jobs.stop()
            await hub.stop()
            await operations.stop()
            await database.close()

    def shield(app: ASGIApp) -> Shielded:
        shielded.append(Shielded(app))
        return shielded[-1]

    app = FastAPI(
        title="Headway",
        version=version("headway"),
        summary="A task tracker where every screen is live and no edit is lost.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        # Asked anew with each request, and set up by whatever the environment says. Headway has its own /metrics.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
        separate_input_output_schemas=False,
        generate_unique_id_function=lambda route: route.name,
        # From the outside in.
        middleware=[
            Middleware(Streams),
            Middleware(Measured, tally=operations.tally, lines=log_lines(settings)),
            Middleware(ClientAddress, proxies=settings.proxies),
            Middleware(shield),
            Middleware(SafeHeaders),
            Middleware(LastResort),
            Middleware(KnownHost, hosts=trusted_hosts(settings), address=settings.public_url),
            Middleware(
                HotReads,
                database=database,
                routes=routes_of(NAMES),
                kept=kept,
                line=line,
                gate=gate,
                at_once=LOOK_UP_CONNECTIONS // 2,
            ),
            Middleware(SameOrigin, origins=origins(settings)),
            Middleware(WholeBody, limit=MAX_BODY, seconds=BODY_SECONDS),
            Middleware(TakePlace, gate=gate),
            Middleware(OnceMore),
            Middleware(GZipMiddleware, minimum_size=1_000, compresslevel=5),
            Middleware(HotWrites, database=database, routes=routes_of(writes.NAMES), at_once=LOOK_UP_CONNECTIONS // 2),
        ],
    )
    app.state.settings, app.state.database, app.state.hub, app.state.lab = settings, database, hub, lab
    app.state.turn_away = lambda scope: (line if hot(scope) else gate).turn_away(scope)
    app.state.admission, app.state.jobs, app.state.operations = gate, jobs, operations
    app.state.provider, app.state.kept = provider_of(settings), kept
    errors.install(app)
    problems.describe(app)

    app.include_router(asked_by_machines)
    for router in ROUTERS:
        app.include_router(router, prefix="/api")
    app.mount("/assets", webfiles.assets)
    app.include_router(webfiles.router)
    return app


def routes_of(names: Collection[str]) -> dict[str, Route]:
    """The routes of these names."""
    found = (route for router in ROUTERS for route in router.routes if isinstance(route, Route))
    return {route.name: route for route in found if route.name in names}


def trusted_hosts(settings: Settings) -> list[str]:
    """Names this server answers to: its public one, and this machine's own while it listens there."""
    names = {urlsplit(settings.public_url).hostname or "", settings.host}
    return sorted(names | LOOPBACK_NAMES if settings.is_loopback or settings.url is None else names)


def origins(settings: Settings) -> set[str]:
    """Origins whose pages may write and open sockets."""
    own = urlsplit(settings.public_url)
    port = f":{own.port}" if own.port else ""
    hosts = {f"[{host}]" if ":" in host else host for host in trusted_hosts(settings)}
    return {f"{own.scheme}://{host}{port}" for host in hosts}
