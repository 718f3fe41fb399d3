"""How the server is, as its admins see it."""

from datetime import datetime

from pydantic import BaseModel, Field


class PoolOut(BaseModel):
    """Database connections of one process."""

    size: int
    checked_out: int
    waiting: int = Field(description="Tasks that wait for a connection.")


class LineOut(BaseModel):
    """The line in front of the pool."""

    places: int
    active: int
    queued: int
    refused: int = Field(description="Answered 503 because the line was full, since the process started.")
    gone: int = Field(description="Whose client had hung up before their turn.")


class SpreadOut(BaseModel):
    """In milliseconds."""

    p50: float
    p99: float
    max: float


class LiveOut(BaseModel):
    viewers: int = Field(description="Open sockets and streams.")
    topics: int
    queued: int = Field(description="Frames that wait for their clients.")
    frames: int = Field(description="Frames of events handed to viewers.")
    delay: SpreadOut = Field(description="From an event's time to its viewers, lately.")


class WorkerOut(BaseModel):
    """One web process."""

    worker: int
    pid: int
    version: str
    started_at: datetime
    memory: int = Field(description="Bytes resident.")
    files: int = Field(description="Open file descriptors.")
    cpu: float = Field(description="Share of one processor, lately.")
    requests: int
    errors: int = Field(description="Answers that were errors of ours, since the process started.")
    errors_lately: int = Field(description="The same, in the last ten minutes.")
    loop: SpreadOut = Field(description="How late the event loop was in the last minute.")
    pool: PoolOut
    line: LineOut
    live: LiveOut


class RouteTimesOut(BaseModel):
    """How one route has answered since the processes started; times in milliseconds."""

    method: str
    route: str
    count: int
    errors: int
    p50: float
    p95: float
    longest: float


class DatabaseOut(BaseModel):
    version: str
    size: int | None = Field(description="Bytes on disk; null while it is not known.")
    open: int = Field(description="Connections to this database, anybody's.")
    ours: int = Field(description="Those of Headway, on whatever machine.")
    active: int
    idle_in_transaction: int
    allowed: int = Field(description="Connections that PostgreSQL gives.")
    needed: int = Field(description="Connections that this server takes at most.")
    machines: int = Field(description="Machines that run Headway on this database; 0 where addresses are not known.")


class JobsOfOut(BaseModel):
    name: str
    waiting: int
    trying: int
    dead: int


class ChoreOut(BaseModel):
    name: str
    done_at: datetime


class MomentOut(BaseModel):
    """Two seconds, all processes together."""

    at: datetime
    requests: float = Field(description="A second.")
    errors: int
    mean: float | None = Field(description="Milliseconds until an answer began; null without requests.")
    lag: float = Field(description="Milliseconds: the worst of all processes.")
    cpu: float = Field(description="Processors.")
    memory: int
    pool: int = Field(description="Connections in use.")
    queued: int
    viewers: int


class ServerStateOut(BaseModel):
    """The figures of all web processes of the server that answers. Another machine has a page of its own."""

    at: datetime
    version: str
    started_at: datetime = Field(description="Of the process that has run longest.")
    live: str = Field(description="`ok`, or `failing` where the process that answers does not hear of changes.")
    workers: list[WorkerOut]
    workers_expected: int
    database: DatabaseOut | None = Field(description="Null where the database did not answer within a second.")
    jobs: list[JobsOfOut]
    chores: list[ChoreOut]
    routes: list[RouteTimesOut] = Field(description="Those that take longest, by the 95th percentile.")
    history: list[MomentOut] = Field(description="The last five minutes, oldest first.")
