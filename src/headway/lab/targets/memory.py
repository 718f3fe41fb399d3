"""What one process of Headway takes, at rest and with a hundred requests in flight."""

import time
from collections.abc import Sequence

import httpx2

from headway.console import CannotStart
from headway.lab.load.jobs import Request
from headway.lab.measure import MB, Meter, proportional
from headway.lab.servers import StackServer
from headway.lab.targets.bench import HEADWAY, SHIPPED_POOL, TIME_LIMIT, Bench, Ground, Told, get
from headway.lab.targets.schemas import Measured

REST, BUSY = "memory", "memory-busy"
IN_FLIGHT = 100
SLEEP = 0.05  # seconds that each of them takes in the database, so that they are in flight
QUIET = 1.0  # seconds without any request before it counts as at rest


def measure(bench: Bench, rows: Sequence[str]) -> Told:
    """A fresh process each time, which has answered a request of each kind; PSS in MB."""
    yield "filling a database"
    ground, size = bench.ground, bench.size
    for repeat in range(1, size.repeats + 1):
        yield f"{REST} ({repeat} of {size.repeats})"
        with bench.serving(HEADWAY, ground, SHIPPED_POOL) as server:
            look_at_everything(server, ground)
            time.sleep(QUIET)
            rest = pss(server)
            if REST in rows:
                yield Measured(row=REST, repeat=repeat, headway=rest)
            if BUSY not in rows:
                continue
            yield f"{BUSY} ({repeat} of {size.repeats})"
            with Meter(server.pid).during() as measured:
                answer = bench.load(server, ground, [slow(ground)], IN_FLIGHT, seed=repeat)
            bench.note_answer(BUSY, f"{IN_FLIGHT} users", answer)
            if measured.usage is not None and measured.usage.pss is not None:
                yield Measured(row=BUSY, repeat=repeat, headway=measured.usage.pss - rest)


def look_at_everything(server: StackServer, ground: Ground) -> None:
    """Asks once for everything that people look at most."""
    project, task = ground.to_read[0].project_id, ground.to_read[0].task_id
    paths = (f"/api/tasks/{task}", f"/api/projects/{project}/tasks", f"/api/projects/{project}/board", "/api/me")
    with httpx2.Client(base_url=server.address, headers=ground.headers, timeout=TIME_LIMIT) as client:
        for path in paths:
            client.get(path).raise_for_status()


def slow(ground: Ground) -> Request:
    """The lab's call that waits in the database."""
    return get("slow", [HEADWAY.paths.person(one, SLEEP).path for one in ground.seeded.person_ids])


def pss(server: StackServer) -> float:
    """MB of the server now.

    Raises:
        CannotStart: the system does not tell it.
    """
    found = proportional(server.pid)
    if found is None:
        raise CannotStart("Memory is told by /proc, which this system does not have. Measure the other rows by name.")
    return found / MB
