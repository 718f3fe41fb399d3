"""Answers whose JSON the database has already built: sent as they are, never parsed on the way."""

from typing import Any

from starlette.responses import Response

Responses = dict[int | str, dict[str, Any]]

_PROBLEM = {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}


def etag(version: int) -> str:
    """What If-Match takes."""
    return f'"v{version}"'


def revision_etag(revision: int, *more: object) -> str:
    """What If-None-Match takes: the revision of what a page shows, and whatever else it depends on."""
    return f'W/"{".".join(map(str, (revision, *more)))}"'


def json_answer(text: str | bytes, status: int = 200, version: int | None = None, shows: str | None = None) -> Response:
    """`text` as application/json, with an ETag where the thing has a version, or is known to be a page of `shows`."""
    tag = etag(version) if version is not None else shows
    return Response(text, status, {"etag": tag} if tag else {}, media_type="application/json")


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


UNCHANGED: Responses = {304: {"description": "What If-None-Match names is the present state. No body."}}
