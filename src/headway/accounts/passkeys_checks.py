"""What WebAuthn says of a passkey's answer. Pure: reads and writes nothing. See https://www.w3.org/TR/webauthn-3/.

Imported by `passkeys_commands.checks`, so that a server whose people use none does without the library.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers import parse_attestation_object, parse_client_data_json
from webauthn.helpers.exceptions import InvalidRegistrationResponse, WebAuthnException
from webauthn.helpers.structs import (
    AttestationFormat,
    AuthenticationCredential,
    AuthenticatorAssertionResponse,
    AuthenticatorAttestationResponse,
    RegistrationCredential,
)

from headway.accounts.factors_models import Passkey
from headway.accounts.factors_schemas import Assertion, NewPasskey, to_base64url
from headway.accounts.passkeys import WRONG, Made, Party
from headway.errors import Forbidden

log = structlog.get_logger()


@contextmanager
def refused() -> Iterator[None]:
    """Whatever is wrong with an answer, who sent it hears one sentence, and the log hears why.

    Raises:
        Forbidden: it was not accepted.
    """
    try:
        yield
    # The library checks bytes that anybody may send; what it has no words for comes out as one of the others.
    except (WebAuthnException, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        log.info("passkey.refused", reason=type(error).__name__)
        raise Forbidden(*WRONG) from None


def challenge_in(client_data: bytes) -> bytes:
    """Which challenge an answer says it answers.

    Raises:
        Forbidden: it does not say.
    """
    with refused():
        return parse_client_data_json(client_data).challenge


def check_new(new: NewPasskey, challenge: bytes, at: Party) -> Made:
    """A passkey that was just made for this challenge.

    Raises:
        Forbidden: the answer is not right.
    """
    with refused():
        # None is asked for. The other kinds are long certificates that nobody here would look at.
        if parse_attestation_object(new.attestation).fmt not in (AttestationFormat.NONE, AttestationFormat.PACKED):
            raise InvalidRegistrationResponse("a kind of attestation that was not asked for")
        response = AuthenticatorAttestationResponse(
            client_data_json=new.client_data, attestation_object=new.attestation
        )
        raw_id = parse_attestation_object(new.attestation).auth_data.attested_credential_data
        if raw_id is None:
            raise InvalidRegistrationResponse("no key")
        key = raw_id.credential_id
        verified = verify_registration_response(
            credential=RegistrationCredential(id=to_base64url(key), raw_id=key, response=response),
            expected_challenge=challenge,
            expected_rp_id=at.id,
            expected_origin=at.origin,
        )
    return Made(verified.credential_id, verified.credential_public_key, verified.sign_count)


def check_answer(answer: Assertion, challenge: bytes, at: Party, passkey: Passkey, *, alone: bool) -> int:
    """The passkey's new count, if it signed this challenge.

    Args:
        alone: nothing else proves who it is, so the device must have seen a finger, a face or a PIN.

    Raises:
        Forbidden: the answer is not right, or its count went back, as that of a copied key does.
    """
    response = AuthenticatorAssertionResponse(
        client_data_json=answer.client_data,
        authenticator_data=answer.authenticator_data,
        signature=answer.signature,
        user_handle=answer.user_handle,
    )
    with refused():
        verified = verify_authentication_response(
            credential=AuthenticationCredential(
                id=to_base64url(answer.credential_id), raw_id=answer.credential_id, response=response
            ),
            expected_challenge=challenge,
            expected_rp_id=at.id,
            expected_origin=at.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=alone,
        )
    return verified.new_sign_count
