"""What goes in and out about second factors."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, StringConstraints, WithJsonSchema

from headway.text import Input, Name, Secret, Storable

MOST_BYTES = 6_000


def from_base64url(value: Any) -> bytes:
    """Bytes as browsers write them in JSON: base64url without padding.

    Raises:
        ValueError: it is something else, or too long.
    """
    if not isinstance(value, str) or not 0 < len(value) <= MOST_BYTES * 4 // 3 or not value.isascii():
        raise ValueError("must be base64url")
    try:
        return urlsafe_b64decode(value + "=" * (-len(value) % 4))
    except ValueError:
        raise ValueError("must be base64url") from None


def to_base64url(value: bytes) -> str:
    """The same the other way."""
    return urlsafe_b64encode(value).rstrip(b"=").decode()


Bytes = Annotated[
    bytes,
    BeforeValidator(from_base64url),
    WithJsonSchema({"type": "string", "pattern": "^[A-Za-z0-9_-]+$", "maxLength": MOST_BYTES * 4 // 3}),
]
BytesOut = Annotated[
    bytes, PlainSerializer(to_base64url, return_type=str), WithJsonSchema({"type": "string", "format": "base64url"})
]
Code = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=50),
    Storable,
    Field(description="Six digits from the app, or a recovery code; spaces and dashes do not matter."),
]


class Assertion(Input):
    """What a passkey answered to a challenge: `navigator.credentials.get()`, its bytes as base64url."""

    credential_id: Bytes
    client_data: Bytes
    authenticator_data: Bytes
    signature: Bytes
    user_handle: Bytes | None = None


class Proof(Input):
    """That it is still you: your password, or a passkey that has just verified you."""

    password: Secret | None = None
    passkey: Assertion | None = None


class Proved(Input):
    """A body that only proves who sends it."""

    proof: Proof


class CodeAnswer(Input):
    ticket: Secret = Field(description="From the 401 `second_factor`.")
    code: Code


class PasskeyQuestion(Input):
    ticket: Secret | None = Field(
        default=None, description="From the 401 `second_factor`; none to sign in with it alone."
    )


class PasskeyAnswer(Input):
    ticket: Secret | None = None
    passkey: Assertion


class AppConfirmation(Input):
    code: Code


class NewPasskey(Input):
    """What a passkey answered to being made: `navigator.credentials.create()`, its bytes as base64url."""

    name: Name
    client_data: Bytes
    attestation: Bytes
    transports: list[Annotated[str, StringConstraints(max_length=20), Storable]] = Field(default=[], max_length=10)


class PasskeyChange(Input):
    name: Name


class PasskeyOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    created_at: datetime
    last_used_at: datetime | None


class SecondFactorOut(BaseModel):
    app_since: datetime | None = Field(description="Since when an app makes codes; null without one.")
    passkeys: list[PasskeyOut]
    recovery_codes_left: int
    passkeys_possible: bool = Field(description="Whether this server's address is one that browsers make passkeys for.")
    has_password: bool = Field(description="Whether there is a password to prove oneself with.")


class NewAppOut(BaseModel):
    secret: str = Field(description="For typing it into the app. Shown only now.")
    uri: str = Field(description="otpauth://…, for apps that open links.")
    qr: str = Field(description="The same as a picture: a data: address of an SVG.")


class RecoveryCodesOut(BaseModel):
    recovery_codes: list[str] | None = Field(
        description="Ten codes, each for one sign-in. Shown only now; null where there are some already."
    )


class NewPasskeyOut(RecoveryCodesOut):
    passkey: PasskeyOut


class KnownPasskey(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    credential_id: BytesOut
    transports: list[str]


class PasskeyOptionsOut(BaseModel):
    """For `navigator.credentials.get()`."""

    challenge: BytesOut
    rp_id: str
    allow: list[KnownPasskey] = Field(description="Which may answer; empty where any that knows this server may.")
    user_verification: Literal["required", "preferred"]


class NewPasskeyOptionsOut(BaseModel):
    """For `navigator.credentials.create()`."""

    challenge: BytesOut
    rp_id: str
    user_id: BytesOut
    user_name: str
    user_display_name: str
    exclude: list[KnownPasskey] = Field(description="Those that you have; a device makes no second one.")
    algorithms: list[int]
