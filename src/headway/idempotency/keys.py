"""The Idempotency-Key header: what it may be, and which request it stands for."""

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any

from fastapi import Depends
from starlette.requests import Request

from headway.errors import Invalid

HEADER = "Idempotency-Key"
ALLOWED = re.compile(r"[!-~](?:[ -~]{0,198}[!-~])?")
PARAMETER: dict[str, Any] = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[ -~]+$"},
    "description": (
        "A name of your choice for this request, such as a random UUID. Sending the same request again under the same "
        "key, within seven days, does nothing again: you get the first answer, with `Idempotency-Replayed: true`."
    ),
}


@dataclass(frozen=True, slots=True)
class Key:
    """What a request calls itself, and a hash over all that makes it this request."""

    text: str
    fingerprint: bytes


async def read_key(request: Request) -> Key | None:
    """The key that a POST came under, if it came under one. Other methods need none.

    Raises:
        Invalid: it is not 1 to 200 printable ASCII characters, or there is more than one.
    """
    given = request.headers.getlist(HEADER)
    if request.method != "POST" or not given:
        return None
    if len(given) > 1 or not ALLOWED.fullmatch(given[0]):
        raise Invalid("idempotency.key", f"{HEADER} takes 1 to 200 printable ASCII characters, such as a random UUID.")
    return Key(given[0], fingerprint(request, await request.body()))


def fingerprint(request: Request, body: bytes) -> bytes:
    """One hash of method, path, query and body. Lengths keep a path's end and a query's beginning apart."""
    digest = sha256()
    for part in (request.method.encode(), request.url.path.encode(), request.url.query.encode(), body):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()


async def hands_out_a_secret() -> None:
    """Marks a route whose answer holds a secret, which is written down nowhere: not under a key either."""


GivenKey = Annotated[Key | None, Depends(read_key)]
SECRET = Depends(hands_out_a_secret)
