"""Who is at the other end of a request, whatever its headers say."""

import pytest
from starlette.types import Message, Receive, Scope, Send

from headway.address import client_address, network_of, parse_networks
from headway.client_address import ClientAddress
from headway.settings import load_settings
from headway.throttle import Throttle


async def seen(peer: str | None, proxies: str, *headers: tuple[str, str]) -> tuple[str | None, str | None]:
    """(the scope's client, the address that limits and audit see)."""
    found: list[tuple[str | None, str | None]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        found.append((scope["client"][0] if scope["client"] else None, client_address.get()))

    async def receive() -> Message:
        raise AssertionError

    async def send(_: Message) -> None:
        raise AssertionError

    scope = {
        "type": "http",
        "client": (peer, 50_000) if peer else None,
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
    }
    await ClientAddress(app, parse_networks(proxies))(scope, receive, send)
    assert client_address.get() is None
    return found[0]


XFF = "X-Forwarded-For"


@pytest.mark.parametrize(
    ("peer", "proxies", "headers", "address"),
    [
        ("203.0.113.9", "", [], "203.0.113.9"),
        # Nobody is believed who is not named, this machine's own programs included.
        ("203.0.113.9", "", [(XFF, "198.51.100.1")], "203.0.113.9"),
        ("127.0.0.1", "", [(XFF, "198.51.100.1")], "127.0.0.1"),
        ("203.0.113.9", "127.0.0.1", [(XFF, "198.51.100.1")], "203.0.113.9"),
        ("127.0.0.1", "127.0.0.1", [(XFF, "198.51.100.1")], "198.51.100.1"),
        # What the client wrote itself stands left of what the proxy saw.
        ("127.0.0.1", "127.0.0.1", [(XFF, "192.0.2.66, 198.51.100.1")], "198.51.100.1"),
        ("127.0.0.1", "127.0.0.1", [(XFF, "192.0.2.66"), (XFF, "198.51.100.1")], "198.51.100.1"),
        ("10.0.0.1", "10.0.0.0/8", [(XFF, "192.0.2.66, 198.51.100.1, 10.1.2.3")], "198.51.100.1"),
        ("10.0.0.1", "10.0.0.0/8, ::1", [(XFF, "10.9.9.9, 10.1.2.3")], "10.9.9.9"),
        # A word that is none: the last that is known is who told it.
        ("10.0.0.1", "10.0.0.0/8", [(XFF, "198.51.100.1, unknown, 10.1.2.3")], "10.1.2.3"),
        ("10.0.0.1", "10.0.0.0/8", [(XFF, "")], "10.0.0.1"),
        ("10.0.0.1", "10.0.0.0/8", [(XFF, "198.51.100.1:4711")], "198.51.100.1"),
        ("::1", "::1", [(XFF, "[2001:db8::7]:4711")], "2001:db8::7"),
        ("::ffff:127.0.0.1", "127.0.0.1", [(XFF, "198.51.100.1")], "198.51.100.1"),
        ("10.0.0.1", "10.0.0.1", [("Forwarded", 'for=192.0.2.66, FOR="[2001:db8::7]:80";proto=https')], "2001:db8::7"),
        ("10.0.0.1", "10.0.0.1", [("Forwarded", "for=192.0.2.66"), (XFF, "198.51.100.1")], "198.51.100.1"),
        ("10.0.0.1", "10.0.0.1", [("Forwarded", "by=1;for=_hidden")], "10.0.0.1"),
        ("10.0.0.1", "10.0.0.0/8", [(XFF, ",".join(["198.51.100.1", *["10.0.0.2"] * 5_000]))], "10.0.0.2"),
        (None, "", [(XFF, "198.51.100.1")], None),
    ],
)
async def test_the_client_is_who_a_proxy_of_ours_saw(
    peer: str | None, proxies: str, headers: list[tuple[str, str]], address: str | None
) -> None:
    assert await seen(peer, proxies, *headers) == (address, address)


def test_a_whole_64_of_ipv6_is_one_client() -> None:
    assert network_of("2001:db8:1:2:aaaa::1") == network_of("2001:db8:1:2:bbbb::2") == "2001:db8:1:2::/64"
    assert network_of("2001:db8:1:3::1") != network_of("2001:db8:1:2::1")
    assert network_of("::ffff:198.51.100.1") == "198.51.100.1"


def test_a_bucket_empties_one_by_one_and_fills_again_evenly() -> None:
    throttle = Throttle()
    assert [throttle.take("code", "here", 3, 30, at=0.0) for _ in range(4)] == [0, 0, 0, 10]
    assert throttle.take("code", "there", 3, 30, at=0.0) == 0
    assert throttle.take("link", "here", 3, 30, at=0.0) == 0
    assert throttle.take("code", "here", 3, 30, at=9.0) == 1
    assert throttle.take("code", "here", 3, 30, at=10.5) == 0
    throttle.give_back("code", "here")
    assert [throttle.take("code", "here", 3, 30, at=10.5) for _ in range(2)] == [0, 10]
    assert [throttle.take("code", "here", 3, 30, at=1_000.0) for _ in range(4)] == [0, 0, 0, 10]


def test_addresses_without_end_cost_no_memory_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headway.throttle.MOST_BUCKETS", 100)
    throttle = Throttle()
    for number in range(1_000):
        throttle.take("code", f"2001:db8:0:{number:x}::/64", 3, 30, at=float(number))
    assert len(throttle._buckets) == 100


def test_a_proxy_that_is_no_address_is_refused_at_the_start() -> None:
    with pytest.raises(Exception, match="HEADWAY_TRUSTED_PROXIES 'nginx': 'nginx' is neither an IP address"):
        load_settings(trusted_proxies="nginx")
