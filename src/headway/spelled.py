"""Statements that are built once, as the text they come down to: what never changes is written into it.

SQLAlchemy makes a parameter of every constant, the names of JSON's fields among them: dozens to carry, to bind and to
send with each execution. As text it is what somebody would have typed.
"""

import re
from typing import Any

from sqlalchemy import Select, bindparam, column, text
from sqlalchemy.dialects.postgresql.base import PGDialect

# A parameter, with the type that the dialect may have put behind it. Text gets it back from its parameters.
PARAMETER = re.compile(r"(?<![:\w]):(\w+)(?:::[A-Z]+(?: WITH TIME ZONE)?(?:\[\])?)?")


def spelled(statement: Select[*tuple[Any, ...]]) -> Any:
    """A statement of columns as text that takes the same parameters and returns the same columns.

    Unlike a `select()` it does not make the session flush what it holds.

    Raises:
        ValueError: it has a list of parameters whose length is not known yet, as `in_()` makes them.
    """
    compiled = statement.compile(dialect=PGDialect(paramstyle="named"))  # type: ignore[no-untyped-call]
    if "POSTCOMPILE" in compiled.string:
        raise ValueError("a list of parameters cannot be spelled out: use = any()")
    taken: dict[str, Any] = {}

    def spell(found: re.Match[str]) -> str:
        parameter = compiled.binds.get(found[1])
        if parameter is None:  # part of a constant that was typed out by whoever wrote the statement
            return found[0].replace(":", "\\:")
        if not parameter.required:
            return literal(parameter.value)
        taken[found[1]] = bindparam(found[1], type_=parameter.type)
        return f":{found[1]}"

    typed_out = text(PARAMETER.sub(spell, compiled.string)).bindparams(*taken.values())
    return typed_out.columns(*(column(one["name"], one["type"]) for one in statement.column_descriptions))


def literal(value: Any) -> str:
    """A constant as SQL has it, inside of `text()`."""
    if value is None or isinstance(value, bool | int):
        return "NULL" if value is None else str(value)
    if isinstance(value, list):
        inside = (str(one).replace("\\", r"\\").replace('"', r"\"") for one in value)
        value = "{" + ",".join(f'"{one}"' for one in inside) + "}"
    plain = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return "'" + plain.replace("'", "''").replace(":", "\\:") + "'"
