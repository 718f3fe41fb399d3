"""Who somebody is, as far as the provider is to be believed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from headway.accounts.schemas import Email
from headway.text import storable

_email: TypeAdapter[str] = TypeAdapter(Email)


class Untrusted(Exception):
    """The provider's answer is not to be believed. The text is a clause: what is wrong with it."""


class UnknownKey(Untrusted):
    """Its key is none of those at hand; newer ones may have it."""


@dataclass(frozen=True, slots=True)
class Claims:
    """`email` is in lower case, and None unless the provider says that it is theirs."""

    subject: str
    email: str | None
    name: str | None


def proved_email(claims: Mapping[str, Any]) -> str | None:
    """The address, where the provider says that it has seen it to be theirs. Some say so as text."""
    told = claims.get("email_verified")
    if told is not True and told != "true":  # not 1 either
        return None
    try:
        return _email.validate_python(claims.get("email"), strict=True)
    except ValidationError:
        return None


def display_name(claims: Mapping[str, Any]) -> str | None:
    """What they are called, as far as it can be stored."""
    for told in (claims.get("name"), claims.get("preferred_username")):
        try:
            name = storable(told).strip()[:100].strip() if isinstance(told, str) else ""
        except ValueError:
            continue
        if name:
            return name
    return None
