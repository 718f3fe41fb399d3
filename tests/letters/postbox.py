"""A real mail server on this machine, which can also refuse, hang, or hang up after it has taken the letter."""

import asyncio
import datetime
import ssl
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "headway", "letters & p@ssword"


@dataclass
class Postbox:
    """What has arrived, and how the server behaves."""

    behaviour: str = "takes"
    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    encrypted: list[bool] = field(default_factory=list)
    signed_in: list[bool] = field(default_factory=list)

    async def handle_RCPT(self, server: Any, _: Session, envelope: Envelope, address: str, __: list[str]) -> str:
        if self.behaviour == "hangs":
            await asyncio.Event().wait()
        if self.behaviour == "refuses":
            return "550 5.1.1 Nobody of that name lives here"
        if self.behaviour == "is busy":
            return "451 4.7.1 Come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.envelopes.append(envelope)
        self.encrypted.append(session.ssl is not None or server.transport.get_extra_info("sslcontext") is not None)
        self.signed_in.append(bool(session.authenticated))
        self.arrived.set()
        if self.behaviour == "hangs up":
            server.transport.abort()
        return "250 Taken"

    def authenticate(self, *args: Any) -> AuthResult:
        data = args[-1]
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=right, handled=right)

    def words(self, at: int = -1) -> str:
        """The plain text of a letter."""
        part = self.letters[at].get_body(("plain",))
        assert part is not None
        return str(part.get_content())

    def link(self, at: int = -1) -> str:
        """The link in a letter."""
        return next(line for line in self.words(at).splitlines() if line.startswith("http") and "#" in line)

    def token(self, at: int = -1) -> str:
        """The secret in a letter's link."""
        return self.link(at).partition("#")[2]

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        behaviour: str = "takes",
        tls: ssl.SSLContext | None = None,
        starttls: ssl.SSLContext | None = None,
        auth: bool = False,
    ) -> AsyncIterator["Postbox"]:
        """A server on a free port of this machine, in this event loop."""
        box = cls(behaviour)
        loop = asyncio.get_running_loop()
        peers: list[SMTP] = []

        def peer() -> SMTP:
            with warnings.catch_warnings():  # that it takes a password without TLS is said with warnings
                warnings.simplefilter("ignore")
                one = SMTP(
                    box,
                    hostname="mail.example.org",
                    enable_SMTPUTF8=True,
                    tls_context=starttls,
                    require_starttls=starttls is not None,
                    authenticator=box.authenticate if auth else None,
                    auth_required=auth,
                    auth_require_tls=False,
                    loop=loop,
                )
            peers.append(one)
            return one

        server = await loop.create_server(peer, "127.0.0.1", 0, ssl=tls)
        box.port = server.sockets[0].getsockname()[1]
        try:
            yield box
        finally:
            server.close()
            for one in peers:
                if isinstance(one.transport, asyncio.WriteTransport):
                    one.transport.abort()
                if one._handler_coroutine:
                    one._handler_coroutine.cancel()
                    await asyncio.gather(one._handler_coroutine, return_exceptions=True)


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """(a server's TLS context for localhost, the file to trust it by)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    at = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - datetime.timedelta(days=1))
        .not_valid_after(at + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "server.pem", folder / "server.key"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(public, private)
    return context, public
