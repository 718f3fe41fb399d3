"""The outbound client: where it connects, and what it takes for an answer. Real sockets, on this machine."""

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from headway import outbound
from headway.allow_list import Address, AllowList, parse_allow_list
from headway.clock import now
from headway.outbound import Answer, NoAnswer, NotPermitted, Outbound

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Peer:
    """A server that says `answer` to each request, and keeps what it was sent."""

    def __init__(self, answer: bytes = OK, rest: Talk | None = None) -> None:
        self.answer, self.rest = answer, rest
        self.heard: list[bytes] = []
        self.port = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            self.heard.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(self.answer)
            await writer.drain()
            if self.rest:
                await self.rest(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    @asynccontextmanager
    async def listening(self, tls: ssl.SSLContext | None = None) -> AsyncIterator["Peer"]:
        server = await asyncio.start_server(self.talk, "127.0.0.1", 0, ssl=tls)
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            yield self


def resolving(**names: str) -> Callable[[str, int], Awaitable[list[Address]]]:
    """Names that mean what the test says; each look-up is one that the client has asked for."""

    async def look_up(host: str, port: int) -> list[Address]:
        return [ip_address(one) for one in names[host.partition(".")[0]].split()]

    return look_up


LOOPBACK = parse_allow_list("127.0.0.1")


async def ask(peer: Peer, allowed: AllowList = LOOPBACK, **options: float) -> Answer:
    return await Outbound(allowed).ask("GET", f"http://127.0.0.1:{peer.port}/x?y=1", **options)  # type: ignore[arg-type]


async def test_what_is_on_the_list_is_asked_by_its_own_name_and_nothing_compressed_is_wanted() -> None:
    async with Peer().listening() as peer:
        client = Outbound(parse_allow_list("idp.internal"), resolving(idp="127.0.0.1"))
        answer = await client.ask("POST", f"http://idp.internal:{peer.port}/token", form={"code": "a b&c"})
    assert (answer.status, answer.body) == (200, b"ok")
    head = peer.heard[0].decode().lower()
    assert head.startswith("post /token http/1.1\r\n")
    assert f"\r\nhost: idp.internal:{peer.port}\r\n" in head
    assert "\r\naccept-encoding: identity\r\n" in head


PRIVATE = [
    "127.0.0.1",
    "127.8.9.10",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.5.5",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fec0::1",
    "fc00::1",
    "fd12:3456::1",
    "ff0e::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
    "2002:c0a8:101::1",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_no_address_inside_a_network_is_permitted_however_it_is_written(address: str) -> None:
    assert not AllowList().permits("example.org", ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.215.14", "2606:4700::1111", "64:ff9b::101:101"])
def test_public_addresses_are_permitted(address: str) -> None:
    assert AllowList().permits("example.org", ip_address(address))


async def test_a_name_for_this_machine_is_refused_before_anything_is_sent() -> None:
    async with Peer().listening() as peer:
        for url in (
            "http://127.0.0.1",
            "http://localhost",
            "http://2130706433",
            "http://0x7f.1",
            "http://[::ffff:7f00:1]",
        ):
            with pytest.raises(NotPermitted, match="HEADWAY_OUTBOUND_ALLOW"):
                await Outbound(AllowList()).ask("GET", f"{url}:{peer.port}/")
    assert peer.heard == []


async def test_a_name_is_resolved_once_and_only_what_was_checked_is_connected_to() -> None:
    """A name that changes its mind between check and connection gets nothing by it."""
    looked_up: list[str] = []

    async def changing(host: str, port: int) -> list[Address]:
        looked_up.append(host)
        return [ip_address("127.0.0.1" if len(looked_up) > 1 else "127.0.0.2")]

    async with Peer().listening() as peer:
        client = Outbound(parse_allow_list("127.0.0.2"), changing)
        with pytest.raises(NoAnswer, match="cannot be connected to"):
            await client.ask("GET", f"http://rebinding.example:{peer.port}/", seconds=5)
    assert (looked_up, peer.heard) == (["rebinding.example"], [])


async def test_of_several_addresses_those_inside_are_left_out_and_a_dead_one_is_passed_over() -> None:
    async with Peer().listening() as peer:
        client = Outbound(parse_allow_list("127.0.0.0/29"), resolving(idp="10.1.2.3 127.0.0.2 127.0.0.1"))
        assert (await client.ask("GET", f"http://idp.example:{peer.port}/")).body == b"ok"


async def test_a_redirect_is_not_followed() -> None:
    async with Peer().listening() as inner:
        onward = f"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{inner.port}/\r\nContent-Length: 0\r\n\r\n"
        async with Peer(onward.encode()).listening() as peer:
            with pytest.raises(NoAnswer, match="not followed"):
                await ask(peer)
        assert inner.heard == []


@pytest.mark.parametrize("head", [b"Content-Length: 100000000", b"Transfer-Encoding: chunked"])
async def test_an_answer_too_long_is_not_read_to_its_end(head: bytes) -> None:
    sent = 0

    async def pour(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        chunk = b"x" * 65_536
        while sent < 100_000_000:
            writer.write(b"10000\r\n" + chunk + b"\r\n" if b"chunked" in head else chunk)
            await writer.drain()
            sent += len(chunk)

    async with Peer(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n", pour).listening() as peer:
        with pytest.raises(NoAnswer, match="more than 256 kB"):
            await ask(peer)
    assert sent < 20_000_000  # what fits in the sockets' own buffers


async def test_compressed_answers_are_refused() -> None:
    async with Peer(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nok").listening() as peer:
        with pytest.raises(NoAnswer, match="compression"):
            await ask(peer)


async def test_a_server_that_drips_one_byte_at_a_time_is_given_up() -> None:
    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with Peer(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n", drip).listening() as peer:
        with pytest.raises(NoAnswer, match="did not answer within"):
            await ask(peer, seconds=0.5)


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"])
async def test_half_an_answer_is_none(answer: bytes) -> None:
    async with Peer(answer).listening() as peer:
        with pytest.raises(NoAnswer, match="broke off"):
            await ask(peer)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "http://",
        "//example.org",
        "gopher://x",
        "http://x:99999/",
        "http://a:b@c/",
    ],
)
async def test_only_plain_web_addresses_are_asked(url: str) -> None:
    with pytest.raises(NotPermitted):
        await Outbound(LOOPBACK).ask("GET", url)


@pytest.mark.parametrize("url", ["http://no-such-name.invalid/", "http://" + "x" * 300 + "/", "http://a..b/"])
async def test_a_name_nobody_has_is_told_as_such(url: str) -> None:
    with pytest.raises(NoAnswer, match="looked up"):
        await Outbound(AllowList()).ask("GET", url)


async def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Peer().listening() as proxy, Peer().listening() as peer:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert (await ask(peer)).body == b"ok"
        assert (proxy.heard, len(peer.heard)) == ([], 1)


def certificate(folder: Path, name: str) -> ssl.SSLContext:
    """A server's TLS for `name`; cert.pem in `folder` is what to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


async def test_tls_speaks_of_the_name_and_not_of_the_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tls, asked_for = certificate(tmp_path, "idp.example"), []
    tls.sni_callback = lambda _, name, __: asked_for.append(name)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    outbound.trusted.cache_clear()
    try:
        async with Peer().listening(tls) as peer:
            client = Outbound(LOOPBACK, resolving(idp="127.0.0.1", other="127.0.0.1"))
            assert (await client.ask("GET", f"https://idp.example:{peer.port}/")).body == b"ok"
            assert asked_for == ["idp.example"]
            with pytest.raises(NoAnswer, match="certificate"):
                await client.ask("GET", f"https://other.example:{peer.port}/")
            monkeypatch.delenv("SSL_CERT_FILE")
            outbound.trusted.cache_clear()
            with pytest.raises(NoAnswer, match="certificate"):
                await client.ask("GET", f"https://idp.example:{peer.port}/")
    finally:
        outbound.trusted.cache_clear()


def test_the_list_takes_names_addresses_and_networks() -> None:
    allowed = parse_allow_list(" IdP.internal. , 10.1.0.0/16,fd00::/8,127.0.0.1 ,")
    assert allowed.permits("idp.internal", ip_address("192.168.0.9"))
    assert allowed.permits("x", ip_address("10.1.2.3"))
    assert allowed.permits("x", ip_address("::ffff:10.1.2.3"))
    assert allowed.permits("x", ip_address("fd00::7"))
    assert not allowed.permits("x", ip_address("10.2.0.1"))
    assert not allowed.permits("sub.idp.internal", ip_address("192.168.0.9"))
    assert parse_allow_list("") == AllowList()


@pytest.mark.parametrize(
    "text", ["10.0.0.0/33", "10.0.0.1/8", "*", "a b", "http://x", "10.0.0.300", "x:80", "-/8", "a..b"]
)
def test_an_entry_that_means_nothing_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match="is not a host name"):
        parse_allow_list(text)


def test_every_address_of_ipv4_is_public_or_not_as_its_registry_says() -> None:
    """The library's own opinion, once for each /16: whatever it calls private is not permitted."""
    for high in range(65_536):
        address = ipaddress.IPv4Address(high << 16 | 1)
        if address.is_private or address.is_loopback or address.is_link_local or address.is_multicast:
            assert not AllowList().permits("example.org", address), address
