"""What people send: text without NUL and lone surrogates, bounded; bodies without fields that nobody knows."""

import unicodedata
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, model_validator


def storable(value: str) -> str:
    """The value itself, if PostgreSQL and JSON can both hold it.

    Raises:
        ValueError: it holds a NUL character or half of a surrogate pair.
    """
    if "\x00" in value:
        raise ValueError("must not contain NUL characters")
    if any("\ud800" <= c <= "\udfff" for c in value):
        raise ValueError("must be valid Unicode text")
    return value


def sort_key(name: str) -> str:
    """What a name sorts and compares by: case and accents taken off, the same on every server."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


Storable = AfterValidator(storable)
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), Storable]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), Storable]
MAX_BODY = 100_000
Body = Annotated[str, StringConstraints(max_length=MAX_BODY), Storable]
Secret = Annotated[str, StringConstraints(min_length=1, max_length=1_000), Storable]

# No body of ours has half as many fields. Each unknown one would be an error of its own: 100,000 take 124 MB.
MAX_FIELDS = 100


class Input(BaseModel):
    """A body that says exactly what it means: an unknown field is refused, not ignored."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _few_fields(cls, value: Any) -> Any:
        if isinstance(value, dict) and len(value) > MAX_FIELDS:
            raise ValueError(f"has {len(value)} fields; send only those that are documented")
        return value
