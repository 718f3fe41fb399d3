"""What each scenario asks of a server: one job for the load generator."""

import random

from headway.lab.load.jobs import Beside, How, Job, Request
from headway.lab.plan import CALL_MS, Step
from headway.lab.seed import Seeded
from headway.lab.stacks.table import Asked, Stack

PINGS_A_SECOND = 50
ROUNDS = 150_000  # of a loop in Python: some milliseconds
SAMPLE = 400  # different paths of a kind: enough to spread over the database, few enough to send along
MIX = {"list": 70.0, "get": 15.0, "create": 10.0, "update": 5.0}
PING = Beside(request=Request(name="ping", method="GET", paths=["/lab/ping"]), rate=PINGS_A_SECOND)
PINGED = ("ping", "memory", "rollback", "cpu")


def job(step: Step, stack: Stack, address: str, seeded: Seeded, time_limit: float, seed: int) -> Job:
    """The load of one step; the same seed asks every stack for the same things."""
    return Job(
        address=address,
        how=how(step),
        requests=requests(step, stack, seeded, random.Random(seed)),  # noqa: S311 - which tasks to read, no secret
        users=step.users,
        seconds=step.seconds,
        warm_up=step.warm_up,
        time_limit=time_limit,
        seed=seed,
        beside=PING if step.scenario in PINGED else None,
        headers=dict(stack.headers(seeded)),
    )


def how(step: Step) -> How:
    """Bursts for the guide's table, an open loop where arrivals do not wait, closed loops elsewhere."""
    if step.scenario in ("one-call", "link"):
        return "burst"
    return "open" if step.scenario == "open-mix" else "closed"


def requests(step: Step, stack: Stack, seeded: Seeded, luck: random.Random) -> list[Request]:
    """What is asked for, with its weights."""
    options = dict(step.options)
    if step.scenario in ("mix", "open-mix"):
        return mix(stack, seeded, luck)
    people = luck.sample(seeded.person_ids, min(SAMPLE, len(seeded.person_ids)))
    if step.scenario in ("one-call", "ping", "memory", "threads"):
        return [request("person", [stack.paths.person(one, CALL_MS / 1000) for one in people])]
    if step.scenario == "link":
        return [request("person", [stack.paths.person(one, 0) for one in people])]
    if step.scenario == "rollback":
        asked = [stack.paths.rollback(one) for one in seeded.project_ids[:SAMPLE]]
        return [request("rollback", asked, expects=[400, 422])]
    if step.scenario == "several":
        return [request("several", [stack.paths.several(int(options["calls"]), CALL_MS / 1000, str(options["how"]))])]
    return [request("cpu", [stack.paths.cpu(ROUNDS)])]


def mix(stack: Stack, seeded: Seeded, luck: random.Random) -> list[Request]:
    """What a team does all day: mostly lists, some single tasks, now and then a new one or a change."""
    projects = luck.sample(seeded.project_ids, min(SAMPLE, len(seeded.project_ids)))
    tasks = luck.sample(seeded.task_ids, min(SAMPLE, len(seeded.task_ids)))
    asked = {
        "list": [stack.paths.list(one) for one in projects],
        "get": [stack.paths.get(one) for one in tasks],
        "create": [stack.paths.create(one, "Count the spare sails") for one in projects],
        # Each another title, because Headway does not write what changes nothing.
        "update": [stack.paths.change(one, {"title": f"Mend sail {luck.randrange(10**6)}"}) for one in tasks],
    }
    return [request(name, some, weight=MIX[name]) for name, some in asked.items()]


def request(name: str, asked: list[Asked], weight: float = 1, expects: list[int] | None = None) -> Request:
    """One kind of request, at any of its addresses."""
    first = asked[0]
    return Request(
        name=name,
        method=first.method,
        paths=[one.path for one in asked],
        weight=weight,
        headers=dict(first.headers),
        bodies=None if first.body is None else [one.body for one in asked],
        expects=expects or [200, 201],
    )
