"""What `headway lab peers` is given: addresses, their names, and the headers that each of them gets."""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from yarl import URL

from headway.console import CannotStart

MOST_PEERS = 8
MOST_USERS = 1_000
LONGEST_NAME = 40
FIELD = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")  # what HTTP takes as the name of a header
NOT_OURS = ("connection", "content-length", "transfer-encoding")
AGENT = ("User-Agent", "headway-lab")
WAYS = "Write 'Name: value' for all addresses, or 'NAME=Name: value' for the one that is called NAME."


@dataclass(frozen=True)
class Peer:
    """Somebody's endpoint. The values of its headers are secrets: never printed, never written."""

    name: str
    address: str
    path: str
    headers: dict[str, str] = field(repr=False)

    @property
    def url(self) -> str:
        return self.address + self.path

    @property
    def is_here(self) -> bool:
        """On this machine, by its address."""
        host = URL(self.address).host or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"


def peers_of(urls: Sequence[str], names: Sequence[str], headers: Sequence[str]) -> list[Peer]:
    """The peers in the order of their addresses.

    Raises:
        CannotStart: what was given cannot be meant; says how to write it, and no value of a header.
    """
    if len(urls) > MOST_PEERS:
        raise CannotStart(f"These are {len(urls)} addresses: at most {MOST_PEERS} are measured side by side.")
    found = [_url(one) for one in urls]
    called = _names(names, found)
    own = _headers(headers, called)
    return [Peer(name, str(url.origin()), url.raw_path_qs, own[name]) for name, url in zip(called, found, strict=True)]


def users_of(text: str) -> tuple[int, ...]:
    """1,10,50 as rising numbers."""
    try:
        found = tuple(sorted({int(one) for one in text.split(",") if one.strip()}))
    except ValueError:
        found = ()
    if not found or not all(1 <= one <= MOST_USERS for one in found):
        raise CannotStart(
            f"--users {text}: give whole numbers from 1 to {MOST_USERS:,} with commas between, such as 1,10,50."
        )
    return found


def _url(text: str) -> URL:
    try:
        url = URL(text.strip())
        is_one = url.scheme in ("http", "https") and bool(url.host) and url.port is not None
    except ValueError:
        is_one = False
    if not is_one:
        # It is not repeated: nobody knows what it holds.
        raise CannotStart(
            "One of the addresses is none. Write each whole, such as https://tracker.example.org/api/tasks."
        )
    if url.user is not None or url.password is not None:
        raise CannotStart(
            f"The address at {url.host} holds a password, and addresses are printed. "
            "Take it out, and give --header 'Authorization: Basic …' instead."
        )
    return url.with_fragment(None)


def _names(given: Sequence[str], urls: Sequence[URL]) -> list[str]:
    if not given:
        return _hosts(urls)
    if len(given) != len(urls):
        raise CannotStart(f"Give --name once for each address, in their order: {len(urls)} times, not {len(given)}.")
    names = [one.strip() for one in given]
    for name in names:
        if not 0 < len(name) <= LONGEST_NAME or not name.isprintable() or set(name) & set(":="):
            raise CannotStart(f"--name takes 1 to {LONGEST_NAME} characters, none of them ':' or '='.")
    if len(set(names)) < len(names):
        raise CannotStart("Two addresses have the same --name. Give each its own.")
    return names


def _hosts(urls: Sequence[URL]) -> list[str]:
    """Each one's host, numbered from the second of the same on."""
    names: list[str] = []
    for url in urls:
        host = f"[{url.host}]" if ":" in (url.host or "") else url.host or ""
        same = (f"{host}-{number}" for number in range(2, MOST_PEERS + 2))
        names.append(host if host not in names else next(one for one in same if one not in names))
    return names


def _headers(given: Sequence[str], names: Sequence[str]) -> dict[str, dict[str, str]]:
    """By peer; one of its own goes before the same one for all, however it is written."""
    for_all: dict[str, tuple[str, str]] = {AGENT[0].lower(): AGENT}
    for_one: dict[str, dict[str, tuple[str, str]]] = {name: {} for name in names}
    for text in given:
        name, title, value = _header(text, names)
        (for_all if name is None else for_one[name])[title.lower()] = (title, value)
    return {name: dict({**for_all, **for_one[name]}.values()) for name in names}


def _header(text: str, names: Sequence[str]) -> tuple[str | None, str, str]:
    """(the peer's name or None for all, the header's name, its value). No message repeats any of it."""
    name = next((one for one in names if text.startswith(f"{one}=")), None)
    title, colon, value = (text if name is None else text[len(name) + 1 :]).partition(":")
    title, value = title.strip(), value.strip()
    if not colon:
        raise CannotStart(f"A --header has no colon. {WAYS}")
    if name is None and "=" in title:
        raise CannotStart(f"A --header is for a name that no address has. The names are {', '.join(names)}. {WAYS}")
    if not FIELD.fullmatch(title):
        raise CannotStart(f"What stands before the colon of a --header cannot be a header's name. {WAYS}")
    if title.lower() in NOT_OURS:
        raise CannotStart(f"--header {title}: the load generator sets this one itself. Leave it out.")
    if not value.isprintable():
        raise CannotStart(
            f"The value of --header {title} has characters that no header may have, such as a line break."
        )
    return name, title, value
