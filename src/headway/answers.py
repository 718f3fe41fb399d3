"""Answers whose JSON the database has already built: sent as they are, never parsed on the way."""

from typing import Any

from starlette.responses import Response

Responses = dict[int | str, dict[str, Any]]

_PROBLEM = {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}


def etag(version: int) -> str:
    """What If-Match takes."""
    return f'"v{version}"'


def json_answer(text: str, status: int = 200, version: int | None = None) -> Response:
    """`text` as application/json, with an ETag where the thing has a version."""
    headers = {} if version is None else {"etag": etag(version)}
    return Response(text, status, headers, media_type="application/json")


def refusals(*statuses: int) -> Responses:
    """The problems a route may answer with, for its OpenAPI operation."""
    sentences = {
        400: 'The data breaks a rule of the database; the detail begins "Data conflict" and names the constraint.',
        401: "Nobody is signed in.",
        403: "Visible, but not yours to do.",
        404: "Not there, or not yours to see.",
        409: "Somebody changed the same thing, or it already exists. Carries the current state where there is one.",
        410: "It is gone for good.",
        412: "If-Match named an older version. Carries the current state.",
        422: "What was sent makes no sense; `errors` says where.",
        428: "Neither `version` nor If-Match was given.",
        429: "Too many tries; Retry-After says when the next one counts.",
    }
    return {status: {"description": sentences[status], **_PROBLEM} for status in (*statuses, 422)}
