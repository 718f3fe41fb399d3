"""Reading an ID token: pure, and the one place that says whether to believe it (OpenID Connect Core 3.1.3.7)."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256, sha384, sha512
from hmac import compare_digest
from typing import Any

from joserfc import jwt
from joserfc.errors import (
    BadSignatureError,
    ExpiredTokenError,
    InvalidClaimError,
    InvalidKeyIdError,
    JoseError,
    MissingClaimError,
    UnsupportedAlgorithmError,
)
from joserfc.jwk import ECKey, Key, KeySet, OKPKey, RSAKey, import_key
from joserfc.jws import JWSRegistry

from headway.oidc.claims import UnknownKey, Untrusted
from headway.text import storable

# Signatures by a key that only the provider has. Never `none`, and never HS…, whose key could be the public one.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA")
LEEWAY = 60  # seconds by which two clocks may differ
MOST_KEYS = 50
CLAIMS = {
    "iss": "it names another issuer",
    "sub": "it does not say who signed in",
    "aud": "it was made for another application",
    "azp": "it was made for another application",
    "nonce": "it does not belong to this sign-in",
    "exp": "it does not say properly until when it is good",
    "iat": "it was issued in the future",
    "nbf": "it is not good yet",
    "at_hash": "it does not belong to the access token that came with it",
}
HASHES = {"256": sha256, "384": sha384, "512": sha512}


class Registry(JWSRegistry):
    """Our algorithms and no others; the library warns of some that providers still use."""

    max_header_length = 16_384  # certificates make a header longer than the library likes; they are not looked at

    def get_alg(self, name: str) -> Any:
        """How to check a signature."""
        if name not in ALGORITHMS:
            raise UnsupportedAlgorithmError(name)
        return self.algorithms[name]


def read_keys(document: Any) -> KeySet:
    """The public keys of a JWKS document that can check a signature. Others are left out.

    Raises:
        Untrusted: there is none.
    """
    listed = document.get("keys") if isinstance(document, dict) else None
    keys: list[Key] = []
    for one in (listed if isinstance(listed, list) else [])[:MOST_KEYS]:
        try:
            key = import_key(one) if is_for_signing(one) else None
            if isinstance(key, RSAKey | ECKey | OKPKey):
                keys.append(key)
        except (JoseError, ValueError, TypeError, KeyError, AttributeError):
            continue  # a kind of key that is newer than this program, or none at all
    if not keys:
        raise Untrusted("it publishes no key to check signatures with")
    return KeySet(keys)


def is_for_signing(key: Any) -> bool:
    """Whether a JWK is a public one for signatures and, being RSA's, long enough: 2048 bits are 342 characters."""
    return (
        isinstance(key, dict)
        and key.get("kty") in ("RSA", "EC", "OKP")
        and key.get("use", "sig") == "sig"
        and (key.get("kty") != "RSA" or len(str(key.get("n")).lstrip("A")) >= 341)
    )


def read_id_token(
    text: str, keys: KeySet, *, issuer: str, client_id: str, nonce: str, access_token: str, at: int
) -> Mapping[str, Any]:
    """The claims of an ID token that came from the token endpoint.

    Args:
        at: now, in seconds since 1970.

    Raises:
        Untrusted: it was not made by this issuer, for us, for this sign-in, and for now.
    """
    try:
        token = jwt.decode(text, keys, registry=Registry(strict_check_header=False))
    except InvalidKeyIdError:
        raise UnknownKey("it is signed with a key that the provider does not publish") from None
    except BadSignatureError:
        raise Untrusted("its signature is wrong") from None
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        raise Untrusted("it is not signed in a way that can be checked") from None
    claims = token.claims
    expected = jwt.JWTClaimsRegistry(
        now=at,
        leeway=LEEWAY,
        iss={"essential": True, "value": issuer},
        sub={"essential": True},
        aud={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        expected.validate(claims)
    except ExpiredTokenError:
        raise Untrusted("it has expired") from None
    except (InvalidClaimError, MissingClaimError) as error:
        raise Untrusted(CLAIMS.get(str(error.claim).partition(",")[0], "a claim in it is wrong")) from None
    refuse_unless_ours(claims, client_id, nonce)
    check_access_token(claims, access_token, str(token.header["alg"]))
    return claims


def refuse_unless_ours(claims: Mapping[str, Any], client_id: str, nonce: str) -> None:
    """What the library does not ask: we are the only audience, the texts are texts, and the subject can be kept."""
    if claims["aud"] not in (client_id, [client_id]) or claims.get("azp", client_id) != client_id:
        raise Untrusted(CLAIMS["aud"])
    if claims["nonce"] != nonce:
        raise Untrusted(CLAIMS["nonce"])
    subject = claims["sub"]
    try:
        known = isinstance(subject, str) and 0 < len(storable(subject)) <= 255
    except ValueError:
        known = False
    if not known:
        raise Untrusted(CLAIMS["sub"])


def check_access_token(claims: Mapping[str, Any], access_token: str, algorithm: str) -> None:
    """at_hash, where there is one, is half the hash of the access token."""
    told = claims.get("at_hash")
    if told is None:
        return
    made = HASHES.get(algorithm[-3:], sha512)(access_token.encode()).digest()
    half = urlsafe_b64encode(made[: len(made) // 2]).rstrip(b"=")
    if not isinstance(told, str) or not compare_digest(told.encode(), half):
        raise Untrusted(CLAIMS["at_hash"])
