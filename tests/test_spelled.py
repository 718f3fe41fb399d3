"""Statements as text: the same rows, whatever constants are in them."""

import sys
from datetime import UTC, date, datetime
from inspect import signature
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import (
    ARRAY,
    Date,
    DateTime,
    Integer,
    Text,
    Uuid,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    select,
)

from headway.projects.models import Project
from headway.spelled import spelled

WORDS = ["", "plain", "it's", "100%", "a:b", ":name", "::text", "\\", "\\:x", "$1", "%(x)s", "ü 船", '"', "'); --"]


async def test_constants_come_back_as_they_are(app: FastAPI) -> None:
    constants: list[Any] = [*WORDS, 7, -1, True, False, None]
    statement = select(*(literal(one).label(f"c{n}") for n, one in enumerate(constants)))
    async with app.state.database.reading() as db:
        plain, typed_out = [(await db.execute(one)).one() for one in (statement, spelled(statement))]
    assert list(typed_out) == list(plain) == constants


async def test_lists_come_back_as_they_are(app: FastAPI) -> None:
    for words in ([], WORDS):
        statement = select(cast(words, ARRAY(Text)).label("words"))
        async with app.state.database.reading() as db:
            assert (await db.execute(spelled(statement))).one().words == words


def test_every_statement_that_is_built_once_can_be() -> None:
    seen = 0
    for module in [module for name, module in sys.modules.items() if name.startswith("headway.")]:
        for made in vars(module).values():
            if getattr(made, "__wrapped__", None) and getattr(made, "is_prepared", False):
                made(*(None for _ in signature(made.__wrapped__).parameters))
                seen += 1
    assert seen > 15


async def test_parameters_keep_their_types_and_columns_their_names(app: FastAPI) -> None:
    given = {
        "word": "it's", "number": 7, "day": date(2026, 11, 24), "at": datetime(2026, 11, 24, tzinfo=UTC),
        "id": UUID(int=7), "ids": [UUID(int=7)],
    }  # fmt: skip
    types: dict[str, Any] = {
        "word": Text,
        "number": Integer,
        "day": Date,
        "at": DateTime(timezone=True),
        "id": Uuid,
        "ids": ARRAY(Uuid),
    }
    parameters: dict[str, Any] = {name: bindparam(name, type_=type_) for name, type_ in types.items()}
    made = func.json_build_object("it's", parameters["word"], "n", parameters["number"] + 1)
    found = parameters["id"] == func.any(parameters["ids"])
    statement = select(made.label("made"), found.label("found"), *(p.label(n) for n, p in parameters.items()))
    async with app.state.database.reading() as db:
        row = (await db.execute(spelled(statement), given)).one()
    assert row.made == {"it's": "it's", "n": 8}
    assert row.found is True
    assert {name: getattr(row, name) for name in given} == given


def test_a_list_without_a_length_is_refused() -> None:
    with pytest.raises(ValueError, match="any"):
        spelled(select(Project.id).where(Project.key.in_(["A", "B"])))


def test_what_was_typed_out_already_stays() -> None:
    statement: Any = select(literal_column("'a\\:b'"), bindparam("x", type_=Integer))
    assert list(spelled(statement).compile().params) == ["x"]
