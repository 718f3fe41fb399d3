"""What is asked in each row that has the floor beside it: the same of both, from the same seed."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from random import Random
from uuid import UUID

import orjson

from headway.lab import scenarios
from headway.lab.load.jobs import Request
from headway.lab.targets.bench import HEADWAY, Ground, Place, Size, get

WARM_TASKS, WARM_PROJECTS = 50, 10
LIMITS = range(40, 61)
TITLES = 500
Asking = Callable[[Ground, Size, Random], list[Request]]


def read(ground: Ground, size: Size, luck: Random) -> list[Request]:
    """Tasks that everybody looks at."""
    return [get("read", [f"/api/tasks/{one.task_id}" for one in ground.to_read[:WARM_TASKS]])]


def page(ground: Ground, size: Size, luck: Random) -> list[Request]:
    """The first page of what people work on."""
    projects = ground.projects(ground.to_read)[:WARM_PROJECTS]
    return [get("page", [f"/api/projects/{one}/tasks?limit=50" for one in projects])]


def board(ground: Ground, size: Size, luck: Random) -> list[Request]:
    """One board, open in many windows."""
    return [get("board", [f"/api/projects/{ground.projects(ground.to_read)[0]}/board"])]


def read_cold(ground: Ground, size: Size, luck: Random) -> list[Request]:
    """Any task of all there are to read."""
    some = luck.sample(ground.to_read, min(size.cold, len(ground.to_read)))
    return [get("read", [f"/api/tasks/{one.task_id}" for one in some])]


def page_cold(ground: Ground, size: Size, luck: Random) -> list[Request]:
    """Lists that go on from any task, those of one priority, and those with a word: each time another one."""
    return [
        get("on", [goes_on(one, luck) for one in many(ground, size.cold // 2, luck)], weight=5),
        get("priority", [of_priority(one, luck) for one in many(ground, size.cold // 3, luck)], weight=3),
        get("words", [with_word(one, luck) for one in many(ground, size.cold // 6, luck)], weight=2),
    ]


def board_cold(ground: Ground, size: Size, luck: Random) -> list[Request]:
    """Boards of many projects, each under an address of its own, so that nothing is kept for it and nobody waits for
    somebody else's: what a board costs that has just changed.
    """
    projects = ground.projects(ground.to_read)
    tags = luck.sample(range(10**9), min(size.cold // 10, 2_000))
    return [get("board", [f"/api/projects/{projects[tag % len(projects)]}/board?tag={tag}" for tag in tags])]


def create(ground: Ground, size: Size, luck: Random) -> list[Request]:
    """New tasks, spread over the projects that are written to."""
    return [creating(ground.projects(ground.to_write), luck)]


def creating(projects: list[UUID], luck: Random) -> Request:
    """New tasks in some projects."""
    return Request(
        name="create",
        method="POST",
        paths=[f"/api/projects/{one}/tasks" for one in projects],
        bodies=[{"title": f"Count the spare sails {luck.randrange(10**6)}"} for _ in range(TITLES)],
        expects=[201],
    )


def update(ground: Ground, size: Size, luck: Random) -> list[Request]:
    """Other titles: Headway does not write what changes nothing."""
    some = luck.sample(ground.to_write, min(size.cold // 10, len(ground.to_write)))
    titles = [{"title": f"Mend sail {luck.randrange(10**9)}"} for _ in range(TITLES)]
    paths = [f"/api/tasks/{one.task_id}" for one in some]
    headers = {"if-match": "*"}
    return [Request(name="update", method="PATCH", paths=paths, bodies=titles, headers=headers, expects=[200])]


def mix(ground: Ground, size: Size, luck: Random) -> list[Request]:
    """What a team does all day, everywhere."""
    return scenarios.mix(HEADWAY, ground.seeded, luck)


ASKED: dict[str, Asking] = {
    "read": read, "page": page, "board": board,
    "read-cold": read_cold, "page-cold": page_cold, "board-cold": board_cold,
    "create": create, "update": update, "mix": mix,
}  # fmt: skip


def many(ground: Ground, count: int, luck: Random) -> list[Place]:
    return luck.choices(ground.to_read, k=max(1, count))


def goes_on(place: Place, luck: Random) -> str:
    cursor = cursor_behind("rank", place.rank, place)
    return f"/api/projects/{place.project_id}/tasks?limit={luck.choice(LIMITS)}&cursor={cursor}"


def of_priority(place: Place, luck: Random) -> str:
    cursor = cursor_behind("number", place.number, place)
    given = f"sort=number&priority={luck.randrange(5)}&cursor={cursor}"
    return f"/api/projects/{place.project_id}/tasks?limit={luck.choice(LIMITS)}&{given}"


def with_word(place: Place, luck: Random) -> str:
    # Titles end with the task's number.
    return f"/api/projects/{place.project_id}/tasks?limit={luck.choice(LIMITS)}&q={place.number}"


def cursor_behind(sort: str, key: str | int, place: Place) -> str:
    """Where a page begins that goes on behind this task."""
    return urlsafe_b64encode(orjson.dumps((sort, key, str(place.task_id)))).decode().rstrip("=")
