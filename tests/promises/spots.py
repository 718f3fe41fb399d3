"""Every place in a request where a value goes in, from the app's own OpenAPI document."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Step = str | int
METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Spot:
    """One field of one operation: a path, query, header or body field. Body fields may lie deep: ("items", 0, "id")."""

    operation: str
    where: str
    steps: tuple[Step, ...]
    schema: Any

    @property
    def field(self) -> str:
        """The last name on the way to it."""
        return next(str(step) for step in reversed(self.steps) if isinstance(step, str))

    @property
    def name(self) -> str:
        """As the list of known fields has it."""
        return f"{self.operation} {self.where} {'.'.join('[]' if step == 0 else str(step) for step in self.steps)}"

    @property
    def is_id(self) -> bool:
        """Whether the id of a thing goes in here."""
        return any(part.get("format") == "uuid" for part in alternatives(self.schema))


def alternatives(schema: Any) -> Iterator[Any]:
    """The schema, or each of those it is one of."""
    found = schema.get("anyOf") or schema.get("oneOf")
    if not found:
        yield schema
    for one in found or ():
        yield from alternatives(one)


def operations(document: Any) -> dict[str, tuple[str, str, Any]]:
    """operationId -> (method, path, operation)."""
    return {
        operation["operationId"]: (method.upper(), path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    }


def every_spot(document: Any) -> list[Spot]:
    """All fields of all operations."""
    found: list[Spot] = []
    for name, (_, _, operation) in operations(document).items():
        found += [Spot(name, p["in"], (p["name"],), p["schema"]) for p in operation.get("parameters", ())]
        for schema in operation.get("requestBody", {}).get("content", {}).values():
            found += [Spot(name, "body", *one) for one in inside(document, schema["schema"], ())]
    return found


def inside(document: Any, schema: Any, steps: tuple[Step, ...]) -> Iterator[tuple[tuple[Step, ...], Any]]:
    """(the way there, its schema) of each field of a body, objects and lists included."""
    if len(steps) > 8:  # a shape that holds itself
        return
    whole = resolved(document, schema)
    if steps:
        yield steps, whole
    for one in alternatives(whole):
        plain = resolved(document, one)
        for name, below in plain.get("properties", {}).items():
            yield from inside(document, below, (*steps, name))
        if "items" in plain:
            yield from inside(document, plain["items"], (*steps, 0))


def resolved(document: Any, schema: Any) -> Any:
    """The schema itself, where it was a reference or a choice of references."""
    if "$ref" in schema:
        return document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    choices = schema.get("anyOf") or schema.get("oneOf")
    return {**schema, "anyOf": [resolved(document, one) for one in choices]} if choices else schema


def planted(right: Any, steps: tuple[Step, ...], value: Any) -> Any:
    """A copy of `right` with `value` at the end of `steps`; what is missing on the way is made."""
    if not steps:
        return value
    first, rest = steps[0], steps[1:]
    if isinstance(first, int):
        many = right if isinstance(right, list) and right else [None]
        return [planted(many[0], rest, value), *many[1:]]
    old = right if isinstance(right, dict) else {}
    return {**old, first: planted(old.get(first), rest, value)}
