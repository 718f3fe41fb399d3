"""Before anything is measured: do all stacks answer the same?"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import httpx2

from headway.database_url import DatabaseUrl
from headway.lab.seed import Seeded
from headway.lab.servers import StackServer
from headway.lab.stacks.table import Asked, Stack
from headway.runs.schemas import Agreement

WHOLE, SHARED = "the whole body", "the fields that both have"
SIZE_TOLERANCE = 0.1
# What differs from one new or changed task to the next, whoever made it.
OWN = {
    "create": {"id", "number", "rank", "created_at", "updated_at"},
    "update": {"version", "updated_at"},
}
INSTANTS = ("created_at", "updated_at")
Answers = dict[str, bytes]


def ask(stacks: Mapping[str, Stack], database: DatabaseUrl, seeded: Seeded, port: int = 0) -> list[Agreement]:
    """Starts each stack once, asks it the same as the others, and compares with the first."""
    answers: dict[str, Answers] = {}
    for key, stack in stacks.items():
        with (
            StackServer(stack, stack.options(database), port) as server,
            httpx2.Client(base_url=server.address, headers=stack.headers(seeded), timeout=30) as client,
        ):
            answers[key] = {name: body_of(client, asked) for name, asked in questions(stack, seeded).items()}
    return compare(answers, {key: stack.does_more for key, stack in stacks.items()})


def questions(stack: Stack, seeded: Seeded) -> dict[str, Asked]:
    """One request of each kind that returns data."""
    return {
        "list": stack.paths.list(seeded.project_ids[0]),
        "get": stack.paths.get(seeded.task_ids[0]),
        "person": stack.paths.person(seeded.person_ids[0], 0.001),
        "update": stack.paths.change(seeded.task_ids[1], {"priority": 3}),
        "create": stack.paths.create(seeded.project_ids[1], "Count the spare sails"),
    }


def body_of(client: httpx2.Client, asked: Asked) -> bytes:
    try:
        answer = client.request(asked.method, asked.path, json=asked.body, headers=dict(asked.headers))
    except httpx2.HTTPError as error:
        return json.dumps({"status": type(error).__name__}).encode()
    return answer.content if answer.is_success else json.dumps({"status": answer.status_code}).encode()


def compare(answers: Mapping[str, Answers], does_more: Mapping[str, str | None] | None = None) -> list[Agreement]:
    """Each answer against the first stack's that does nothing more than it was asked."""
    more = does_more or {}
    plain = [key for key in answers if not more.get(key)]
    first = plain[0] if plain else next(iter(answers))
    found = []
    for key, bodies in answers.items():
        for request, body in bodies.items():
            reference = answers[first][request]
            shared = bool(more.get(key))
            differs = refusal(body) or difference(canonical(request, reference), canonical(request, body), shared)
            if differs is None and not shared and abs(len(body) / len(reference) - 1) > SIZE_TOLERANCE:
                differs = f"{len(body):,} bytes, {first} sent {len(reference):,}"
            found.append(
                Agreement(
                    stack=key,
                    request=request,
                    agrees=differs is None,
                    compared=SHARED if shared else WHOLE,
                    size=len(body),
                    differs=differs,
                    does_more=more.get(key),
                )
            )
    return found


def refusal(body: bytes) -> str | None:
    """Where there was no answer to compare: seven stacks that all fail do not agree."""
    told = json.loads(body)
    return f"refused with {told['status']}" if told.keys() == {"status"} else None


def canonical(request: str, body: bytes) -> Any:
    """Parsed, timestamps as instants, without what is each task's own."""
    return _plain(json.loads(body), OWN.get(request, set()))


def _plain(value: Any, own: set[str]) -> Any:
    if isinstance(value, list):
        return [_plain(one, own) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: datetime.fromisoformat(one) if name in INSTANTS and isinstance(one, str) else _plain(one, own)
        for name, one in value.items()
        if name not in own
    }


def difference(expected: Any, found: Any, shared: bool, where: str = "") -> str | None:
    """The first place where they differ; None where they do not."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return _difference_of_fields(ids_of(expected, found) if shared else expected, found, shared, where)
    if isinstance(expected, list) and isinstance(found, list):
        if len(expected) != len(found):
            return f"{where.rstrip('.')}: {len(found)} instead of {len(expected)}"
        pairs = enumerate(zip(expected, found, strict=True))
        told = (difference(one, other, shared, f"{where}{place}.") for place, (one, other) in pairs)
        return next(filter(None, told), None)
    return None if expected == found else f"{where.rstrip('.')}: {found!r} instead of {expected!r}"


def _difference_of_fields(expected: dict[str, Any], found: dict[str, Any], shared: bool, where: str) -> str | None:
    both, either = expected.keys() & found.keys(), expected.keys() | found.keys()
    if not both:
        return f"{where or 'the body'}: nothing in common"
    if not shared and both != either:
        return f"{where}{min(either - both)}: only one of them has it"
    told = (difference(expected[name], found[name], shared, f"{where}{name}.") for name in sorted(both))
    return next(filter(None, told), None)


def ids_of(expected: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """People and labels as Headway names them: by id."""
    if "label_ids" not in found:
        return expected
    return expected | {
        "assignee_ids": [one["id"] for one in expected.get("assignees", [])],
        "label_ids": [one["id"] for one in expected.get("labels", [])],
    }
