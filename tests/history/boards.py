"""Boards to import, small and very large, and the change sets that imports leave behind."""

from typing import Any
from uuid import UUID

import anyio
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from headway.events.models import ChangeSet
from headway.importers.shapes import Board, Card, Column, Comment, Label, Member
from headway.importers.write import write_board
from headway.settings import Settings
from tests.factories import Team


def board(cards: int, first: int = 0, labels: int = 2) -> Board:
    """A board whose cards each have a comment and a label. Boards of one id are one board at two moments."""
    return Board(
        source="trello",
        id="big",
        name="Big board",
        description="",
        is_private=False,
        columns=(Column("c1", "To do", "todo"), Column("c2", "Doing", "doing"), Column("c3", "Done", "done")),
        labels=tuple(Label(f"l{n}", f"Label {n}", "red") for n in range(labels)),
        members=(Member("m1", "Grace"),),
        cards=tuple(card(n, labels) for n in range(first, cards)),
    )


def card(number: int, labels: int) -> Card:
    return Card(
        id=f"card {number}",
        number=None,
        title=f"Card {number}",
        description="Some **words** about it.",
        column_id=f"c{number % 3 + 1}",
        archived=False,
        done=False,
        start_on=None,
        due_on=None,
        created_at=None,
        updated_at=None,
        created_by="m1",
        label_ids=(f"l{number % labels}",),
        assignee_ids=("m1",),
        steps=(),
        comments=(Comment(f"comment {number}", "m1", "Said before.", None, None),),
    )


async def bring(settings: Settings, team: Team, what: Board) -> tuple[str, str]:
    """(the project's id, the change set's) of an import by the owner."""

    def write() -> tuple[str, str]:
        engine = create_engine(settings.sync_url, poolclass=NullPool)
        with Session(engine, expire_on_commit=False) as db, db.begin():
            report = write_board(db, what, UUID(team.workspace_id), UUID(team.owner.id))
            newest = select(ChangeSet.id).where(ChangeSet.means == "import", ChangeSet.person_id == UUID(team.owner.id))
            change = db.scalar(newest.order_by(ChangeSet.id.desc()).limit(1))
        engine.dispose()
        return str(report.project_id), str(change)

    return await anyio.to_thread.run_sync(write)


def summary(out: Any) -> dict[str, int]:
    """How many things of each kind went back."""
    kinds: dict[str, int] = {}
    for thing in out["undone"]:
        kinds[thing["kind"]] = kinds.get(thing["kind"], 0) + 1
    return kinds
