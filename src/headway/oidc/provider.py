"""The sign-in provider: what it says of itself, the address to send somebody to, and who its answer says they are."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import time
from typing import Any
from urllib.parse import quote_plus, urlsplit

import orjson
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc.jwk import KeySet

from headway.oidc.claims import Claims, UnknownKey, Untrusted, display_name, proved_email
from headway.oidc.kept import Kept
from headway.oidc.tokens import read_id_token, read_keys
from headway.outbound import Answer, Outbound

SCOPE = "openid email profile"
KEEP = 3_600.0  # seconds that what a provider says of itself is gone by
KEYS_AGAIN = 60.0  # seconds between two looks for a key that is not known: a liar cannot have us ask without end
SECONDS = 10.0
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
CODE_IS_BAD = "it does not know the code that came back"


@dataclass(frozen=True)
class Client:
    """Who we are to the provider."""

    issuer: str
    client_id: str
    secret: str | None = field(repr=False)
    redirect_uri: str


class Provider:
    """One provider. Keeps its metadata and keys for an hour; holds no database connection, ever."""

    def __init__(self, outbound: Outbound, client: Client) -> None:
        self.outbound, self.client = outbound, client
        self._metadata: Kept[dict[str, Any]] = Kept(KEEP, KEYS_AGAIN)
        self._keys: Kept[KeySet] = Kept(KEEP, KEYS_AGAIN)

    async def address(self, state: str, nonce: str, verifier: str) -> str:
        """Where to send the browser.

        Raises:
            OutboundError, Untrusted: see `metadata`.
        """
        metadata = await self.metadata()
        return str(
            prepare_grant_uri(
                metadata["authorization_endpoint"],
                self.client.client_id,
                "code",
                redirect_uri=self.client.redirect_uri,
                scope=SCOPE,
                state=state,
                nonce=nonce,
                code_challenge=create_s256_code_challenge(verifier),
                code_challenge_method="S256",
            )
        )

    async def check_answer(self, iss: str | None) -> None:
        """That an answer came from this provider and not from another one that somebody mixed up with it (RFC 9207).

        Raises:
            Untrusted: it did not, or does not say so although the provider always does.
        """
        metadata = await self.metadata()
        needed = metadata.get("authorization_response_iss_parameter_supported") is True
        if iss != self.client.issuer and (needed or iss is not None):
            raise Untrusted("it came from another provider")

    async def claims(self, code: str, verifier: str, nonce: str) -> Claims:
        """Who signed in, for a code that came back.

        Raises:
            OutboundError: the provider could not be asked.
            Untrusted: what it said is not to be believed.
        """
        metadata = await self.metadata()
        tokens = await self.redeem(metadata, code, verifier)
        id_token, access_token = tokens.get("id_token"), tokens.get("access_token")
        if not isinstance(id_token, str) or not isinstance(access_token, str):
            raise Untrusted("it holds no ID token")
        claims = await self.read(id_token, access_token, nonce)
        if "email" not in claims and "userinfo_endpoint" in metadata:
            claims = {**claims, **await self.user_info(metadata, access_token, claims["sub"])}
        return Claims(claims["sub"], proved_email(claims), display_name(claims))

    async def read(self, id_token: str, access_token: str, nonce: str) -> Mapping[str, Any]:
        """The claims of an ID token. A key that is new is looked for once."""
        for last in (False, True):
            keys = await self.keys(again=last)
            try:
                return read_id_token(
                    id_token,
                    keys,
                    issuer=self.client.issuer,
                    client_id=self.client.client_id,
                    nonce=nonce,
                    access_token=access_token,
                    at=int(time()),
                )
            except UnknownKey:
                if last:
                    raise
        raise AssertionError  # the second round returns or raises

    async def redeem(self, metadata: Mapping[str, Any], code: str, verifier: str) -> dict[str, Any]:
        """What the token endpoint gives for the code."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.client.redirect_uri,
            "code_verifier": verifier,
        }
        headers = {"accept": "application/json"}
        methods = metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if self.client.secret is None:
            form["client_id"] = self.client.client_id
        elif "client_secret_basic" in methods or "client_secret_post" not in methods:
            headers["authorization"] = basic(self.client.client_id, self.client.secret)
        else:
            form |= {"client_id": self.client.client_id, "client_secret": self.client.secret}
        answer = await self.outbound.ask(
            "POST", metadata["token_endpoint"], headers=headers, form=form, seconds=SECONDS
        )
        if answer.status == 400:
            raise Untrusted(CODE_IS_BAD)
        return json_of(answer)

    async def user_info(self, metadata: Mapping[str, Any], access_token: str, subject: str) -> dict[str, Any]:
        """What the userinfo endpoint adds; it has to speak of the same person as the ID token."""
        url = checked(metadata["userinfo_endpoint"], self.client.issuer)
        headers = {"accept": "application/json", "authorization": f"Bearer {access_token}"}
        told = json_of(await self.outbound.ask("GET", url, headers=headers, seconds=SECONDS))
        if told.get("sub") != subject:
            raise Untrusted("its two answers speak of different people")
        return {name: told[name] for name in ("email", "email_verified", "name", "preferred_username") if name in told}

    async def metadata(self) -> dict[str, Any]:
        """What the provider says of itself.

        Raises:
            OutboundError: it could not be asked.
            Untrusted: it says that it is somebody else, or not enough.
        """
        return await self._metadata.get(self._discover)

    async def keys(self, again: bool) -> KeySet:
        """The provider's public keys. `again`: somebody came with a key that is not among them."""
        metadata = await self.metadata()

        async def look() -> KeySet:
            return read_keys(json_of(await self.outbound.ask("GET", metadata["jwks_uri"], seconds=SECONDS)))

        return await self._keys.get(look, again=again)

    async def _discover(self) -> dict[str, Any]:
        url = self.client.issuer.rstrip("/") + "/.well-known/openid-configuration"
        found = json_of(await self.outbound.ask("GET", url, seconds=SECONDS))
        if found.get("issuer") != self.client.issuer:
            raise Untrusted("it calls itself by another issuer's name")
        for name in ENDPOINTS:
            checked(found.get(name), self.client.issuer)
        return found


def json_of(answer: Answer) -> dict[str, Any]:
    """The object that was answered.

    Raises:
        Untrusted: it was refused, or is none.
    """
    if answer.status != 200:
        raise Untrusted(f"it answered {answer.status} where it should not")
    try:
        found = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise Untrusted("it is no JSON object")
    return found


def checked(url: Any, issuer: str) -> str:
    """An endpoint's address, where it can be one. Secrets go there, so it is as safe as the issuer's own.

    Raises:
        Untrusted: it cannot.
    """
    try:
        parts = urlsplit(url) if isinstance(url, str) else None
    except ValueError:
        parts = None
    schemes = {"https", urlsplit(issuer).scheme}
    if parts is None or parts.scheme not in schemes or not parts.hostname or parts.fragment:
        raise Untrusted("it does not say properly where its endpoints are")
    return str(url)


def basic(client_id: str, secret: str) -> str:
    """Both parts are form-encoded first (RFC 6749, 2.3.1)."""
    return "Basic " + b64encode(f"{quote_plus(client_id)}:{quote_plus(secret)}".encode()).decode()
