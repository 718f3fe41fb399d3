"""Which addresses this server may connect to when somebody else says where: public ones, and those on a list."""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
UNICAST = ipaddress.IPv6Network("2000::/3")  # all of IPv6 that is given out for the internet


@dataclass(frozen=True, slots=True)
class AllowList:
    """What may be reached although it is not public: names, whatever they resolve to, and networks."""

    names: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    def permits(self, host: str, address: Address) -> bool:
        """Whether `address`, which `host` resolved to, may be connected to."""
        return self.lists(host, address) or all(is_public(one) for one in meanings(address))

    def lists(self, host: str, address: Address | None) -> bool:
        """Whether the list itself says so."""
        if host.rstrip(".").lower() in self.names:
            return True
        # A mapped address is what it maps to; the rest of what an IPv6 address may carry has to be public itself.
        plain = (address.ipv4_mapped or address) if isinstance(address, ipaddress.IPv6Address) else address
        return plain is not None and any(plain in network for network in self.networks)


def parse_allow_list(text: str) -> AllowList:
    """The list that `idp.internal, 10.1.0.0/16, 127.0.0.1` means.

    Raises:
        ValueError: an entry is neither a name nor an address nor a network.
    """
    names, networks = set(), []
    for entry in filter(None, (part.strip() for part in text.split(","))):
        try:
            networks.append(ipaddress.ip_network(entry))
        except ValueError:
            if "/" in entry or not _is_name(entry):
                raise ValueError(f"{entry!r} is not a host name, an address or a network like 10.1.0.0/16") from None
            names.add(entry.rstrip(".").lower())
    return AllowList(frozenset(names), tuple(networks))


def is_public(address: Address) -> bool:
    """Whether it is somewhere on the internet: not this machine, its network, or one kept for special uses."""
    if isinstance(address, ipaddress.IPv6Address) and address not in UNICAST:
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def meanings(address: Address) -> Iterator[Address]:
    """The address, or the IPv4 ones that it carries and that a network on the way may take it for."""
    if isinstance(address, ipaddress.IPv4Address):
        yield address
    elif address.ipv4_mapped:
        yield address.ipv4_mapped
    elif address in NAT64:
        yield ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    else:
        yield address
        yield from filter(None, (address.sixtofour, *(address.teredo or ())))


def _is_name(text: str) -> bool:
    labels = text.rstrip(".").split(".")
    numeric = labels[-1].isdecimal()  # 10.1 or 10.0.0.300 is a slip of the pen, not a name
    return not numeric and all(
        label and len(label) <= 63 and label.replace("-", "").replace("_", "").isalnum() and label.isascii()
        for label in labels
    )
