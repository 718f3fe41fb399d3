"""A sign-in provider to test with: honest by itself, and a liar in whatever way a test tells it to be.

A real HTTP server on this machine. Whoever asks /authorize is signed in there at once as `person`.
"""

from __future__ import annotations

import threading
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256, sha384, sha512
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import time
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote_plus, urlencode, urlsplit

import orjson
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

CLIENT_ID, CLIENT_SECRET = "headway at tests", "s3cret:/+%"
Claims = dict[str, Any]
Key = RSAKey | ECKey | OKPKey


def honest(claims: Claims) -> Claims:
    return claims


@dataclass(frozen=True)
class Grant:
    """What a code stands for."""

    nonce: str
    challenge: str
    redirect_uri: str


@dataclass
class Raw:
    """An answer that is not JSON, or that never ends."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    pour: int = 0  # so many bytes besides
    hang: threading.Event | None = None


class Quiet(JWSRegistry):
    """Signs in whatever way, without a warning."""

    def get_alg(self, name: str) -> Any:
        return self.algorithms[name]


FIRST = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
SECOND = RSAKey.generate_key(2048, {"kid": "two", "use": "sig"})


class Provider:
    """What it does can be changed in the middle of a test."""

    def __init__(self) -> None:
        self.key: Key = FIRST
        self.algorithm = "RS256"
        self.person: Claims = {"sub": "ada-1", "email": "ada@example.org", "email_verified": True, "name": "Ada L."}
        self.heard: list[str] = []
        self.grants: dict[str, Grant] = {}
        self.while_redeeming: Callable[[], None] = lambda: None
        self.port = 0
        self.be_honest()

    def be_honest(self) -> None:
        """Takes every lie back."""
        self.claims: Callable[[Claims], Claims] = honest
        self.header: Callable[[Claims], Claims] = honest
        self.sign: Callable[[Claims, Claims], str] = lambda header, claims: jwt.encode(
            header, claims, self.key, registry=Quiet()
        )
        self.back: Callable[[Claims], Claims] = honest  # the parameters that the browser brings back
        self.documents: dict[str, Callable[[Claims], Any]] = {}  # by path: what is answered instead
        self.in_id_token = True  # whether the address stands there, or only in userinfo

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def listening(self) -> Iterator[Provider]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(self))
        server.daemon_threads = True
        self.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def discovery(self) -> Claims:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize?tenant=t1",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "authorization_response_iss_parameter_supported": True,
        }

    def jwks(self) -> Claims:
        return {"keys": [self.key.as_dict(private=False)]}

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser goes, with a code."""
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT_ID
        assert query["code_challenge_method"] == "S256"
        assert query["tenant"] == "t1"
        assert "openid" in query["scope"].split()
        code = f"code-{len(self.grants)}"
        self.grants[code] = Grant(query["nonce"], query["code_challenge"], query["redirect_uri"])
        back = self.back({"code": code, "state": query["state"], "iss": self.issuer, "session_state": "x"})
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def redeem(self, form: dict[str, str], authorization: str) -> tuple[int, Claims]:
        """Tokens for a code: once, for whoever began it."""
        self.while_redeeming()
        assert form["grant_type"] == "authorization_code"
        given = b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        grant = self.grants.pop(form["code"], None)
        challenge = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if (
            grant is None
            or (unquote_plus(given[0]), unquote_plus(given[2])) != (CLIENT_ID, CLIENT_SECRET)
            or challenge != grant.challenge
            or form["redirect_uri"] != grant.redirect_uri
        ):
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "at-1", "token_type": "Bearer", "id_token": self.id_token(grant)}

    def id_token(self, grant: Grant) -> str:
        at = int(time())
        made = {"256": sha256, "384": sha384}.get(self.algorithm[-3:], sha512)(b"at-1").digest()
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "exp": at + 300,
            "iat": at,
            "nonce": grant.nonce,
            "at_hash": urlsafe_b64encode(made[: len(made) // 2]).rstrip(b"=").decode(),
            **(self.person if self.in_id_token else {"sub": self.person["sub"]}),
        }
        claims = {name: value for name, value in self.claims(claims).items() if value is not None}
        return self.sign(self.header({"alg": self.algorithm, "kid": self.key.kid}), claims)


def handler_of(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            pass

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            provider.heard.append(parts.path)
            if parts.path == "/authorize":
                self.reply(Raw(302, {"location": provider.authorize(dict(parse_qsl(parts.query)))}))
            elif parts.path == "/.well-known/openid-configuration":
                self.tell(parts.path, provider.discovery())
            elif parts.path == "/jwks":
                self.tell(parts.path, provider.jwks())
            elif parts.path == "/userinfo" and self.headers["authorization"] == "Bearer at-1":
                self.tell(parts.path, provider.person)
            else:
                self.reply(Raw(404))

        def do_POST(self) -> None:
            provider.heard.append(self.path)
            form = {k: v[0] for k, v in parse_qs(self.rfile.read(int(self.headers["content-length"])).decode()).items()}
            status, body = provider.redeem(form, self.headers["authorization"] or "")
            self.tell(self.path, body, status)

        def tell(self, path: str, document: Claims, status: int = 200) -> None:
            answer = provider.documents.get(path, honest)(document)
            if not isinstance(answer, Raw):
                answer = Raw(status, {"content-type": "application/json"}, orjson.dumps(answer))
            self.reply(answer)

        def reply(self, raw: Raw) -> None:
            if raw.hang:
                raw.hang.wait(30)
            self.send_response(raw.status)
            for name, value in raw.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(raw.body) + raw.pour))
            self.end_headers()
            try:
                self.wfile.write(raw.body)
                for _ in range(raw.pour // 65_536):
                    self.wfile.write(b" " * 65_536)
            except ConnectionError:
                pass

    return Handler
