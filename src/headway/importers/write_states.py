"""The states of a board: its lists, and the few that ours needs besides."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from fractional_indexing import generate_n_keys_between
from sqlalchemy import select

from headway.importers.ground import Ground, Names
from headway.importers.reading import LONGEST_NAME
from headway.importers.shapes import Card, Column, Step
from headway.projects.models import State
from headway.tasks.queries import CLOSED


@dataclass(frozen=True, slots=True)
class States:
    """Where tasks go."""

    of_list: dict[str, UUID]
    category: dict[UUID, str]
    first: UUID
    done: UUID | None
    archived: UUID | None

    def of_card(self, card: Card) -> UUID:
        """Its list's state, unless it is archived, or ticked complete in a list of open things."""
        if card.archived:
            return self.archived or self.first
        own = self.of_list.get(card.column_id or "", self.first)
        return self.done if card.done and self.done and self.category[own] not in CLOSED else own

    def of_step(self, step: Step, parents: UUID) -> UUID:
        """Its card's state, or done; unticked on a card that is done, it will not be done any more."""
        if step.done:
            return parents if self.category[parents] == "done" else (self.done or parents)
        return self.archived or parents if self.category[parents] == "done" else parents


def write_states(ground: Ground) -> States:
    """Makes the states that are not there yet, in the order of the board's lists."""
    board, db = ground.board, ground.db
    rows = db.execute(
        select(State.id, State.name, State.category, State.rank)
        .where(State.project_id == ground.project.id)
        .order_by(State.rank, State.id)
    ).all()
    category = {row.id: row.category for row in rows}
    new = [column for column in board.columns if not ground.find("list", column.id)]
    ground.here_already["lists"] += len(board.columns) - len(new)
    ground.taken["lists"] += len(new)

    archived = ground.find("list", f"{board.id}:archived")
    if archived not in category:
        archived = next((row.id for row in rows if row.name == "Archived" and row.category == "cancelled"), None)
    extra = list(extra_columns(ground, {*category.values(), *(c.category for c in new)}, archived is not None))
    todo, behind = [c for c in extra if c.category == "todo"], [c for c in extra if c.category != "todo"]
    new = [*todo, *(c for c in new if not c.archived), *behind, *(c for c in new if c.archived)]

    names = Names({row.name for row in rows}, LONGEST_NAME)
    ranks = generate_n_keys_between(rows[-1].rank if rows else None, None, len(new))
    states = [
        {
            "id": ground.keep("list", column.id),
            "project_id": ground.project.id,
            "name": names.free(column.name),
            "category": column.category,
            "rank": rank,
            "version": 1,
        }
        for column, rank in zip(new, ranks, strict=True)
    ]
    ground.write(State, states)
    ground.changed["lists of the same name got a number"] += names.numbered
    category |= {state["id"]: state["category"] for state in states}
    return States(
        of_list={c.id: ours for c in board.columns if (ours := ground.known["list", c.id]) in category},
        category=category,
        first=next((one for one, meaning in category.items() if meaning not in CLOSED), next(iter(category))),
        done=next((one for one, meaning in category.items() if meaning == "done"), None),
        archived=archived or ground.find("list", f"{board.id}:archived"),
    )


def extra_columns(ground: Ground, categories: set[str], has_archived: bool) -> Iterator[Column]:
    """To do, where nothing is open; Done and Archived, where something that comes in now needs them."""
    board = ground.board
    cards = [card for card in board.cards if not ground.find("card", card.id)]
    steps = [(card, step) for card in board.cards for step in card.steps if not ground.find("checkitem", step.id)]
    if not categories - set(CLOSED) and (cards or ground.is_new):
        yield Column(f"{board.id}:todo", "To do", "todo")
    if "done" not in categories and (any(card.done for card in cards) or any(step.done for _, step in steps)):
        yield Column(f"{board.id}:done", "Done", "done")
    finished = {c.id for c in board.columns if c.category == "done"}
    left_open = any(not step.done and (card.done or card.column_id in finished) for card, step in steps)
    if not has_archived and (left_open or any(card.archived for card in cards)):
        yield Column(f"{board.id}:archived", "Archived", "cancelled")
