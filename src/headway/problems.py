"""Problems in the OpenAPI document: their one shape, and the statuses that no route has to name for itself."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict

from headway.middleware import UNSAFE

# What the layers around every route may answer: a name that is not this server's, a body that comes too slowly or is
# too large, too busy, and the last resort. Writes add a foreign page's origin and a duplicate.
ANYWHERE = (400, 408, 413, 500, 503)
WRITES = (403, 409)
# Where somebody has to say who they are: a token that was not made for this, and very many that are nobody's.
ASKED = (403, 429)


class FieldError(BaseModel):
    """What is wrong with one field."""

    field: str
    message: str


class Problem(BaseModel):
    """Every error, as application/problem+json (RFC 9457). Some carry more fields, which their route describes."""

    model_config = ConfigDict(extra="allow")

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str
    errors: list[FieldError] = []


def refusal(status: int) -> dict[str, Any]:
    """What `answers.refusals` says of one status, where no route knows more about it."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": HTTPStatus(status).phrase, "content": {"application/problem+json": {"schema": schema}}}


def describe(app: FastAPI) -> None:
    """Adds to the app's OpenAPI document the shape of a problem, and the statuses that no route has to name."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        document = plain()
        if "Problem" not in document.get("components", {}).get("schemas", {}):
            complete(document)
        return document

    app.openapi = openapi  # type: ignore[method-assign]


def complete(document: dict[str, Any]) -> None:
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for model in ("HTTPValidationError", "ValidationError"):
        schemas.pop(model, None)
    shape = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(shape.pop("$defs"), Problem=shape)
    for path, methods in document["paths"].items():
        if not path.startswith("/api/"):
            continue
        for method, operation in methods.items():
            responses = operation["responses"]
            if "application/json" in responses.get("422", {}).get("content", {}):  # FastAPI's own shape
                responses["422"] = refusal(422)
            if "401" in responses:
                for status in ASKED:
                    responses.setdefault(str(status), refusal(status))
            for status in (*ANYWHERE, *(WRITES if method.upper() in UNSAFE else ())):
                responses.setdefault(str(status), refusal(status))
