"""HEADWAY_SMTP_URL and HEADWAY_MAIL_FROM: where mail is handed over, and whom it is from."""

import ipaddress
import re
from dataclasses import dataclass, field
from email.headerregistry import Address
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

Secrecy = Literal["tls", "starttls", "none"]
PORTS: dict[Secrecy, int] = {"tls": 465, "starttls": 587, "none": 25}
# What stands on both sides of the @ of an address that mail is sent to: nothing that means something in a header or
# in a command of SMTP, so that one address is never read as two.
ADDRESS = re.compile(r"[^\s\x00-\x1f\x7f<>()\[\],;:\\\"@]{1,64}@[^\s\x00-\x1f\x7f<>()\[\],;:\\\"@]{1,190}")

SENDER = re.compile(r"(?:\"?([^<>@,;\"]*?)\"?\s*<(?=[^<>]+>$))?([^<>\s]+?)>?")


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """A mail server and how to talk to it."""

    host: str
    port: int
    secrecy: Secrecy
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca: str | None = None  # a file of certificates to trust instead of the system's


def parse_smtp_url(value: str) -> SmtpServer:
    """`smtp://user:password@host:587` or `smtps://…`, with `?starttls=no` and `?ca=FILE` where they are needed.

    Raises:
        ValueError: it is neither, or it would send a password through the net in clear.
    """
    parts = urlsplit(value)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path.strip("/"):
        raise ValueError("must be like smtp://user:password@mail.example.org:587 or smtps://…")
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    starttls, ca = query.pop("starttls", None), query.pop("ca", None)
    if query or starttls not in (None, "yes", "no"):
        raise ValueError("takes only ?starttls=yes, ?starttls=no and ?ca=FILE")
    near = is_here(parts.hostname)
    secrecy: Secrecy = "starttls" if starttls == "yes" or (starttls is None and not near) else "none"
    if parts.scheme == "smtps":
        if starttls == "yes":
            raise ValueError("smtps:// is encrypted from the beginning; leave starttls out")
        secrecy = "tls"
    user, password = (unquote(part) if part else None for part in (parts.username, parts.password))
    if (user is None) != (password is None):
        raise ValueError("takes a user and a password, or neither")
    if password is not None and secrecy == "none" and not near:
        raise ValueError("would send the password in clear; leave out ?starttls=no, or use smtps://")
    return SmtpServer(parts.hostname, parts.port or PORTS[secrecy], secrecy, user, password, ca)


def is_here(host: str) -> bool:
    """Whether it is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def parse_sender(value: str) -> Address:
    """`Headway <headway@example.org>`, or the address alone.

    Raises:
        ValueError: there is no such address in it.
    """
    found = SENDER.fullmatch(value.strip())
    name, address = found.groups("") if found else ("", "")
    if not ADDRESS.fullmatch(address) or not name.isprintable() or not address.isascii():
        raise ValueError("must be like Headway <headway@example.org>")
    return Address(name or "Headway", addr_spec=address)
