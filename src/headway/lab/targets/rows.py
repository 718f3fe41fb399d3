"""The rows of the table: what is measured, beside what, and the target that is set for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from headway.console import CannotStart

FLOOR = "floor"
RATE = "answers/s"


@dataclass(frozen=True)
class Row:
    """A target is for the ratio to the other side, or for the figure itself where there is none beside it."""

    key: str
    what: str
    unit: str
    beside: str = ""
    at_least: float | None = None
    at_most: float | None = None
    large: bool = False  # only with --large

    @property
    def target(self) -> str:
        """As it is printed."""
        unit = "" if self.beside else f" {self.unit}"
        if self.at_least is not None:
            return f"≥ {self.at_least:g}{unit}"
        return f"≤ {self.at_most:g}{unit}" if self.at_most is not None else "–"


def grown(kind: str, key: str, where: str, beside: str, *, large: bool = False) -> Row:
    """A kind of request where there is much beside where there is little."""
    return Row(f"{kind}-{key}", f"p50 of {KINDS[kind]} in {where}, one user", "ms", beside, at_most=1.3, large=large)


# Each time for something else, so that nothing kept answers.
KINDS = {
    "list": "a page from anywhere",
    "read": "any task",
    "search": "a search for a word that one task has",
    "create": "a new task",
}
# Key, what is asked, and the target: the kinds of the mix, each alone.
ORM = (
    ("list-orm", "lists of 50 tasks of any project", 20),
    ("read-orm", "any task", 10),
    ("create-orm", "new tasks in any project", 3),
    ("update-orm", "other titles for any task", 3),
)


def orm(key: str, what: str, at_least: float) -> Row:
    """Beside the same with entities and response_model; 10 users."""
    return Row(key, f"{what}, 10 users", RATE, "AsyncSession with entities", at_least=at_least)


ROWS: dict[str, Row] = {
    row.key: row
    for row in (
        Row("read", "one task, one of 50 that are asked for again and again", RATE, FLOOR, at_least=1.4),
        Row("page", "a list of 50 tasks, the first of one of ten projects", RATE, FLOOR, at_least=5),
        Row("board", "the board of one project of 1,000 tasks", RATE, FLOOR, at_least=10),
        Row("read-cold", "one task, each time another one", RATE, FLOOR, at_least=0.8),
        Row("page-cold", "a list, each time from another place or with other filters", RATE, FLOOR, at_least=0.8),
        Row("board-cold", "a board of 1,000 tasks that nothing kept answers", RATE, FLOOR, at_least=0.8),
        Row("create", "a new task, 20 users in 50 projects", RATE, FLOOR, at_least=0.7),
        Row("update", "another title for a task, 20 users in 50 projects", RATE, FLOOR, at_least=0.7),
        Row("mix", "lists 70 %, tasks 15 %, new ones 10 %, changes 5 %", RATE, FLOOR, at_least=2),
        Row("mix-pgbench", "the same", RATE, "pgbench with the floor's statements", at_least=1.2),
        *(orm(*one) for one in ORM),
        Row("one-project", "new tasks, 50 users in one project", RATE, "in 50 projects", at_least=0.8),
        Row("memory", "PSS of one process at rest, after a request of each kind", "MB", at_most=90),
        Row("memory-busy", "what 100 requests in flight add to that, at most", "MB", at_most=12),
        Row("live", "p99 of the time from a write until the viewers of it have its event", "ms", at_most=150),
        Row("live-memory", "PSS of the server for each viewer", "kB", at_most=15),
        Row("live-write", "a write's answer while they look", "ms", "without viewers"),
        Row("start", "`headway serve` on a home that is there, to the first answer of /ready", "s", at_most=1.5),
        Row("help", "`headway --help`", "s", at_most=0.25),
        *(grown(kind, "long", "a project of 100,000 tasks", "in one of 1,000") for kind in KINDS),
        *(grown(kind, "grown", "1,000 projects of 1,000 tasks", "among 10 of them", large=True) for kind in KINDS),
    )
}


def chosen(names: Sequence[str], *, large: bool) -> list[str]:
    """The rows that are meant, in the order of the table; all of them if none is named.

    Raises:
        CannotStart: there is no such row, or it is measured with --large only.
    """
    for name in names:
        if name not in ROWS:
            raise CannotStart(f"There is no row {name}. There are: {', '.join(ROWS)}.")
        if ROWS[name].large and not large:
            raise CannotStart(f"The row {name} needs a database of 1,000,000 tasks: give --large for it.")
    return [key for key, row in ROWS.items() if (key in names if names else large or not row.large)]
