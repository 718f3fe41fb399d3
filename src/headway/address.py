"""Where a request comes from: set by `client_address.ClientAddress`, read where tries are counted and acts audited."""

from contextvars import ContextVar
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

client_address: ContextVar[str | None] = ContextVar("client_address", default=None)


def parse_networks(text: str) -> tuple[Network, ...]:
    """Addresses and networks like `127.0.0.1, 10.0.0.0/8`, separated by commas or blanks.

    Raises:
        ValueError: one of them is neither.
    """
    found: list[Network] = []
    for part in text.replace(",", " ").split():
        try:
            found.append(ip_network(part))
        except ValueError:
            raise ValueError(f"{part!r} is neither an IP address nor a network like 10.0.0.0/8") from None
    return tuple(found)


@lru_cache(maxsize=10_000)
def parse_address(text: str) -> Address | None:
    """One address as proxies write it: with a port or without, `[…]` around IPv6; None where it is none."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text)
    except ValueError:
        return None
    # One machine, whether the socket that it reached us on was of the new family or the old one.
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found


def network_of(address: str) -> str:
    """What tries are counted by. A single customer gets a whole /64 of IPv6 addresses, so that counts as one."""
    found = parse_address(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((found.packed[:8] + bytes(8), 64)))
    return address if found is None else str(found)
