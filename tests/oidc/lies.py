"""How a provider may lie, and what people are told of it."""

import hmac
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from time import time
from typing import Any

import orjson
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from joserfc.jws import JWSRegistry

from tests.oidc.provider import CLIENT_ID, CLIENT_SECRET, FIRST, SECOND, Claims, Provider, Raw


@dataclass(frozen=True)
class Lie:
    """What the provider does, and what people are told of it."""

    name: str
    tell: Callable[[Provider], None]
    sentence: str
    code: str = "oidc.answer"
    status: int = 401


def claim(**changed: Any) -> Callable[[Provider], None]:
    """An ID token with other claims; None leaves one out."""

    def tell(provider: Provider) -> None:
        provider.claims = lambda claims: {**claims, **{k: v(claims) if callable(v) else v for k, v in changed.items()}}

    return tell


def document(path: str, answer: Callable[[Claims], Any]) -> Callable[[Provider], None]:
    """Another answer at one of its addresses."""

    def tell(provider: Provider) -> None:
        provider.documents[path] = answer

    return tell


def signed(sign: Callable[[Provider, Claims, Claims], str]) -> Callable[[Provider], None]:
    """An ID token signed in another way."""

    def tell(provider: Provider) -> None:
        provider.sign = lambda header, claims: sign(provider, header, claims)

    return tell


def part(value: Any) -> str:
    return urlsafe_b64encode(value if isinstance(value, bytes) else orjson.dumps(value)).rstrip(b"=").decode()


def unsigned(_: Provider, header: Claims, claims: Claims) -> str:
    return f"{part({'alg': 'none', 'kid': header['kid']})}.{part(claims)}."


def with_public_key_as_secret(form: str) -> Callable[[Provider, Claims, Claims], str]:
    """HS256 with what everybody can fetch as its key: the classic confusion of algorithms."""

    def sign(provider: Provider, header: Claims, claims: Claims) -> str:
        public = (
            provider.key.as_pem(private=False)
            if form == "pem"
            else orjson.dumps(provider.key.as_dict(private=False))
            if form == "jwk"
            else provider.key.as_der(private=False)
        )
        body = f"{part({'alg': 'HS256', 'kid': header['kid']})}.{part(claims)}"
        return f"{body}.{part(hmac.digest(public, body.encode(), 'sha256'))}"

    return sign


def with_client_secret(_: Provider, header: Claims, claims: Claims) -> str:
    key = OctKey.import_key(CLIENT_SECRET.ljust(32, "x"))
    return jwt.encode({"alg": "HS256", "kid": header["kid"]}, claims, key, algorithms=["HS256"])


def by_stranger(_: Provider, header: Claims, claims: Claims) -> str:
    """The published kid, another key."""
    return jwt.encode({**header, "kid": FIRST.kid}, claims, SECOND, algorithms=["RS256"])


def own_key_in_header(_: Provider, header: Claims, claims: Claims) -> str:
    """A key that comes along with the token proves nothing."""
    head = {**header, "kid": FIRST.kid, "jwk": SECOND.as_dict(private=False)}
    return jwt.encode(head, claims, SECOND, algorithms=["RS256"])


def altered(provider: Provider, header: Claims, claims: Claims) -> str:
    """Signed for one person, and then made to say another."""
    head, _, signature = jwt.encode(header, claims, provider.key, algorithms=["RS256"]).split(".")
    return f"{head}.{part({**claims, 'sub': 'somebody-else'})}.{signature}"


def without_signature(provider: Provider, header: Claims, claims: Claims) -> str:
    return jwt.encode(header, claims, provider.key, algorithms=["RS256"]).rpartition(".")[0] + "."


def critical(provider: Provider, header: Claims, claims: Claims) -> str:
    """A header that must be understood, and is not."""
    body = f"{part({**header, 'crit': ['b99'], 'b99': 1})}.{part(claims)}"
    signature = JWSRegistry.algorithms["RS256"].sign(body.encode(), FIRST)
    return f"{body}.{part(signature)}"


def back(**changed: Any) -> Callable[[Provider], None]:
    """Other parameters in the address that the browser comes back to; None leaves one out."""

    def tell(provider: Provider) -> None:
        provider.back = lambda given: {k: v for k, v in {**given, **changed}.items() if v is not None}

    return tell


def about(**changed: Any) -> Callable[[Provider], None]:
    """Something else that it says of itself."""
    return document(DISCOVERY, lambda told: {**told, **changed})


def publishing(*keys: Any) -> Callable[[Provider], None]:
    return document("/jwks", lambda _: {"keys": list(keys)})


DISCOVERY = "/.well-known/openid-configuration"
WEAK = {"kty": "RSA", "kid": "one", "n": part((2**1023 + 12_345).to_bytes(128, "big")), "e": "AQAB"}
ELLIPTIC = ECKey.generate_key("P-256", {"kid": "one"}).as_dict(private=False)


def never(_: Claims) -> Raw:
    return Raw(hang=threading.Event())


AWAY = ("oidc.unreachable", 503)
HUGE = 100 * 1024 * 1024
SIGNED = "not signed in a way that can be checked"
OTHER_APP = "made for another application"

LIES = [
    Lie("wrong issuer", claim(iss="https://accounts.evil.example"), "names another issuer"),
    Lie("issuer with a slash more", claim(iss=lambda c: c["iss"] + "/"), "names another issuer"),
    Lie("issuer in other letters", claim(iss=lambda c: c["iss"].upper()), "names another issuer"),
    Lie("issuers in a list", claim(iss=lambda c: [c["iss"]]), "names another issuer"),
    Lie("no issuer", claim(iss=None), "names another issuer"),
    Lie("wrong audience", claim(aud="another app"), OTHER_APP),
    Lie("no audience", claim(aud=None), OTHER_APP),
    Lie("an audience besides us", claim(aud=[CLIENT_ID, "another app"]), OTHER_APP),
    Lie("a besides, and azp of ours", claim(aud=[CLIENT_ID, "another app"], azp=CLIENT_ID), OTHER_APP),
    Lie("audience like ours", claim(aud=CLIENT_ID + " "), OTHER_APP),
    Lie("azp of another app", claim(azp="another app"), OTHER_APP),
    Lie("wrong nonce", claim(nonce="guessed"), "does not belong to this sign-in"),
    Lie("no nonce", claim(nonce=None), "does not belong to this sign-in"),
    Lie("nonces in a list", claim(nonce=lambda c: [c["nonce"]]), "does not belong to this sign-in"),
    Lie("expired", claim(exp=lambda _: int(time()) - 61), "has expired"),
    Lie("no end", claim(exp=None), "until when it is good"),
    Lie("an end in words", claim(exp="tomorrow"), "until when it is good"),
    Lie("issued in the future", claim(iat=lambda _: int(time()) + 90), "issued in the future"),
    Lie("never issued", claim(iat=None), "issued in the future"),
    Lie("not before later", claim(nbf=lambda _: int(time()) + 90), "not good yet"),
    Lie("another access token", claim(at_hash="AAAAAAAAAAAAAAAAAAAAAA"), "access token"),
    Lie("at_hash of another kind", claim(at_hash=7), "access token"),
    Lie("no subject", claim(sub=None), "does not say who signed in"),
    Lie("empty subject", claim(sub=""), "does not say who signed in"),
    Lie("numeric subject", claim(sub=1), "does not say who signed in"),
    Lie("endless subject", claim(sub="x" * 256), "does not say who signed in"),
    Lie("subject with NUL", claim(sub="ada\x00"), "does not say who signed in"),
    Lie("alg none", signed(unsigned), SIGNED),
    Lie("HS256 with the public key (pem)", signed(with_public_key_as_secret("pem")), SIGNED),
    Lie("HS256 with the public key (der)", signed(with_public_key_as_secret("der")), SIGNED),
    Lie("HS256 with the public key (jwk)", signed(with_public_key_as_secret("jwk")), SIGNED),
    Lie("HS256 with the client's secret", signed(with_client_secret), SIGNED),
    Lie("a key it does not publish", signed(lambda p, h, c: jwt.encode({**h, "kid": "two"}, c, SECOND)), "not publish"),
    Lie("another key under the same name", signed(by_stranger), "signature is wrong"),
    Lie("a key that comes along", signed(own_key_in_header), "signature is wrong"),
    Lie("altered after signing", signed(altered), "signature is wrong"),
    Lie("signature cut off", signed(without_signature), "signature is wrong"),
    Lie("a critical header nobody knows", signed(critical), SIGNED),
    Lie("an ID token that is none", signed(lambda *_: "not.a.token"), SIGNED),
    Lie("an ID token without end", signed(lambda *_: "x" * 200_000), SIGNED),
    Lie("no ID token", document("/token", lambda a: {**a, "id_token": None}), "holds no ID token"),
    Lie("iss of another provider", back(iss="https://evil.example"), "from another provider"),
    Lie("iss left out", back(iss=None), "from another provider"),
    Lie("a code of nobody's", back(code="stolen"), "does not know the code"),
    Lie("no code", back(code=None), "did not sign you in. ", "oidc.refused"),
    Lie("says no", back(code=None, error="access_denied"), r"did not sign you in \(access_denied\)", "oidc.refused"),
    Lie("says no in words", back(code=None, error="<b>Call us</b>"), "did not sign you in. ", "oidc.refused"),
    Lie(
        "a token endpoint that sends on",
        document("/token", lambda _: Raw(307, {"location": "/token2"})),
        "sends on",
        *AWAY,
    ),
    Lie("a token endpoint that hangs", document("/token", never), "longer than|did not answer", *AWAY),
    Lie("a token endpoint that breaks", document("/token", lambda _: Raw(500)), "answered 500"),
    Lie("tokens that are no JSON", document("/token", lambda _: Raw(200, {}, b"id_token=x")), "no JSON object"),
    Lie("tokens in a list", document("/token", lambda a: [a]), "no JSON object"),
    Lie("deep JSON", document("/token", lambda _: Raw(200, {}, b"[" * 100_000)), "no JSON object"),
]


# What a provider says of itself is asked for once; these are told before anybody has signed in.
EARLY = [
    Lie("discovery of another issuer", about(issuer="https://evil.example"), "another issuer's name"),
    Lie("discovery that sends on", document(DISCOVERY, lambda _: Raw(302, {"location": "/x"})), "sends on", *AWAY),
    Lie("discovery without end", document(DISCOVERY, lambda _: Raw(pour=HUGE)), "more than 256 kB", *AWAY),
    Lie("discovery that is no JSON", document(DISCOVERY, lambda _: Raw(200, {}, b"<html>")), "no JSON object"),
    Lie("no token endpoint", about(token_endpoint=None), "where its endpoints are"),
    Lie("a token endpoint in a file", about(token_endpoint="file:///etc/passwd"), "where its endpoints are"),
    Lie("keys in a script", about(jwks_uri="javascript:alert(1)"), "where its endpoints are"),
    Lie(
        "an address to go to that is a script",
        about(authorization_endpoint="javascript:alert(1)"),
        "where its endpoints are",
    ),
    Lie(
        "a token endpoint in this network",
        about(token_endpoint="http://10.0.0.1/token"),
        "HEADWAY_OUTBOUND_ALLOW",
        *AWAY,
    ),
    Lie(
        "a token endpoint for the cloud's secrets",
        about(token_endpoint="http://169.254.169.254/latest"),
        "HEADWAY_OUTBOUND_ALLOW",
        *AWAY,
    ),
    Lie(
        "keys on this machine by another name",
        about(jwks_uri="http://127.0.0.2:1/jwks"),
        "HEADWAY_OUTBOUND_ALLOW",
        *AWAY,
    ),
    Lie("100 MB of keys", document("/jwks", lambda _: Raw(pour=HUGE)), "more than 256 kB", *AWAY),
    Lie(
        "keys in bytes nobody asked for",
        document("/jwks", lambda _: Raw(200, {"content-encoding": "gzip"})),
        "compression",
        *AWAY,
    ),
    Lie("no keys", publishing(), "no key"),
    Lie("keys that are none", publishing(None, 7, "x", {}, {"kty": "RSA"}, {"kty": "new"}), "no key"),
    Lie("a secret for a key", publishing({"kty": "oct", "kid": "one", "k": "c2VjcmV0"}), "no key"),
    Lie("a key for encrypting", document("/jwks", lambda d: {"keys": [{**d["keys"][0], "use": "enc"}]}), "no key"),
    Lie("a key too short", publishing(WEAK), "no key"),
    Lie("a key of another kind", publishing(ELLIPTIC), f"{SIGNED}|not publish"),
    Lie(
        "two people in two answers", document("/userinfo", lambda d: {**d, "sub": "somebody-else"}), "different people"
    ),
]
