"""Passkeys: for whom they are, and what is kept of one."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from headway.errors import Conflict
from headway.settings import Settings

ALGORITHMS = [-7, -8, -257]  # ES256, EdDSA, RS256: what devices make
WRONG = ("passkey.wrong", "That passkey was not accepted. Try again, or use another way.")
DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Party:
    """Whom a passkey is for: this server, by its configured address and never by what a request calls it."""

    id: str
    origin: str


@dataclass(frozen=True, slots=True)
class Made:
    """A passkey's public half."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def party_of(settings: Settings) -> Party | None:
    """This server as passkeys know it; None where browsers make none: without https, or under a bare IP address."""
    parts = urlsplit(settings.public_url)
    host = parts.hostname or ""
    local = host == "localhost" or host.endswith(".localhost")
    if is_ip(host) or not host or (parts.scheme != "https" and not local):
        return None
    port = "" if parts.port in (None, DEFAULT_PORTS.get(parts.scheme)) else f":{parts.port}"
    return Party(host, f"{parts.scheme}://{host}{port}")


def is_ip(host: str) -> bool:
    """Whether a host has no name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def party(settings: Settings) -> Party:
    """The same.

    Raises:
        Conflict: passkeys cannot be used here.
    """
    found = party_of(settings)
    if found is None:
        detail = "Passkeys need an https address with a name. Whoever runs this server sets it as HEADWAY_URL."
        raise Conflict("passkey.address", detail)
    return found
