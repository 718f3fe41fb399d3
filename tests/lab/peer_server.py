"""Small servers for `headway lab peers`, on threads of the test's own process, and a certificate that nobody knows.

/fast answers at once, /slow after SLOW; /big and /small differ in size; /page is HTML; /login is a page that asks for
a password; /moved redirects; /status/CODE answers with that status; /private wants a token or a cookie; /worn answers
once and fails ever after.
"""

import contextlib
import ipaddress
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SLOW = 0.04
TOKEN, COOKIE = "Bearer tok-5ecret", "session=co0kie-secret"
LOGIN = b"<!doctype html><form><input name=user><input class=x type='password' name=word></form>"


class PeerServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.scheme = "http"
        self.asked: Counter[str] = Counter()
        self.headers: dict[str, Any] = {}  # of the last request, by path

    def url(self, path: str) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}{path}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who hangs up in the middle is no news."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: PeerServer

    def do_GET(self) -> None:
        self.server.asked[self.path] += 1
        self.server.headers[self.path] = self.headers
        match self.path.partition("?")[0].strip("/").split("/"):
            case ["slow"]:
                time.sleep(SLOW)
                self.answer(200, b"[]")
            case ["big"]:
                self.answer(200, b"x" * 5000)
            case ["page"]:
                self.answer(200, b"<p>An app.</p>", kind="text/html; charset=utf-8")
            case ["login"]:
                self.answer(200, LOGIN, kind="text/html")
            case ["moved"]:
                self.answer(302, b"", Location="/elsewhere?ticket=in-the-location")
            case ["status", code]:
                self.answer(int(code), b"{}")
            case ["private"]:
                may = self.headers["Authorization"] == TOKEN or self.headers["Cookie"] == COOKIE
                self.answer(200 if may else 401, b"[]")
            case ["worn"]:
                self.answer(200 if self.server.asked[self.path] == 1 else 500, b"[]")
            case _:
                self.answer(200, b"[]")

    def answer(self, status: int, body: bytes, kind: str = "application/json", **headers: str) -> None:
        """In one packet: two of them would wait for each other's acknowledgement."""
        known = {"Content-Type": kind, "Content-Length": str(len(body)), **headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in known.items())
        self.wfile.write(f"HTTP/1.1 {status} Said\r\n{head}\r\n".encode() + body)

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@contextlib.contextmanager
def peer_server(certificate: Path | None = None) -> Iterator[PeerServer]:
    """With a certificate (and its key in the same file) it speaks https."""
    server = PeerServer()
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        server.scheme = "https"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def self_signed(folder: Path) -> Path:
    """A file with a key and a certificate for 127.0.0.1 that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test's own")])
    begin = datetime.now(UTC) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=10))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return file
