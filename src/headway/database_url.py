"""One database address, spelled for asyncpg, for psycopg and for PostgreSQL's own tools."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote, urlencode

SCHEMES = ("postgres", "postgresql", "postgresql+asyncpg", "postgresql+psycopg")
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
LOOKS_LIKE = "must look like postgresql://user:password@host:5432/database"
# What both drivers understand; anything else would be sent to the server as a setting by one of them.
KNOWN = ("host", "sslmode", "ssl", "sslrootcert")


@dataclass(frozen=True)
class DatabaseUrl:
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    host: str | None = None  # a name, an address, or the folder of a Unix socket
    port: int | None = None
    name: str | None = None
    sslmode: str | None = None
    root_certificate: str | None = None

    def normal_url(self) -> str:
        return self._spell("postgresql+asyncpg", {"sslmode": self.sslmode, "sslrootcert": self.root_certificate})

    def asyncpg_url(self) -> str:
        # asyncpg calls it ssl, and takes a root certificate only inside an SSLContext, which no URL can carry.
        return self._spell("postgresql+asyncpg", {"ssl": self.sslmode})

    def psycopg_url(self) -> str:
        return self._spell("postgresql+psycopg", {"sslmode": self.sslmode, "sslrootcert": self.root_certificate})

    def plain_url(self) -> str:
        return self._spell("postgresql", {"sslmode": self.sslmode, "sslrootcert": self.root_certificate})

    def where(self) -> str:
        """For messages: no password."""
        if self._is_socket():
            return f"{self.host}, database {self.name or self.user}"
        return f"{self.host or 'localhost'}:{self.port or 5432}, database {self.name or self.user}"

    def _is_socket(self) -> bool:
        return self.host is not None and self.host.startswith("/")

    def _spell(self, scheme: str, extra: Mapping[str, str | None]) -> str:
        login = "" if self.user is None else quote(self.user, safe="")
        if self.password is not None:
            login += ":" + quote(self.password, safe="")
        place = "" if self.host is None or self._is_socket() else self.host
        if ":" in place:
            place = f"[{place}]"
        if self.port is not None and place:
            place += f":{self.port}"
        query = {key: value for key, value in extra.items() if value is not None}
        if self._is_socket():
            query = {"host": f"{self.host}", **({"port": f"{self.port}"} if self.port else {}), **query}
        return (
            f"{scheme}://{login}{'@' if login else ''}{place}/{quote(self.name or '', safe='')}"
            f"{'?' if query else ''}{urlencode(query, safe='/')}"
        )


def parse_database_url(text: str) -> DatabaseUrl:
    """ValueError says what is wrong without repeating the text, which holds a password."""
    scheme, separator, rest = text.strip().partition("://")
    if not separator or scheme not in SCHEMES:
        raise ValueError(LOOKS_LIKE)
    login, rest = _cut_login(rest)
    rest, _, query = rest.partition("?")
    place, _, name = rest.partition("/")
    user, colon, password = login.partition(":")
    options = _options(query)
    host, port = _place(place)
    host = options.get("host", host)
    return DatabaseUrl(
        user=unquote(user) or None,
        password=unquote(password) if colon else None,
        host=host,
        port=int(options["port"]) if options.get("port", "").isdecimal() else port,
        name=unquote(name) or None,
        sslmode=_ssl_mode(options),
        root_certificate=options.get("sslrootcert"),
    )


def _cut_login(rest: str) -> tuple[str, str]:
    # A raw "@", "/" or "?" in a password is common and none of the options holds an "@", so the last one counts.
    login, _, rest = rest.rpartition("@")
    return login, rest


def _place(place: str) -> tuple[str | None, int | None]:
    if "," in place:
        raise ValueError("must name one host; a list of hosts is not supported")
    bracket = place.rfind("]")
    host, colon, port = place[bracket + 1 :].partition(":")
    host = unquote(place[: bracket + 1].strip("[]") + host)
    if colon and not (port.isdecimal() and 1 <= int(port) <= 65535):
        raise ValueError(f"{LOOKS_LIKE}: the port is not a number from 1 to 65535")
    return host or None, int(port) if colon else None


def _options(query: str) -> dict[str, str]:
    options = dict(parse_qsl(query, keep_blank_values=True))
    unknown = sorted(set(options) - {*KNOWN, "port"})
    if unknown:
        # Repeated only when it cannot be a piece of a password.
        name = f" {unknown[0]}" if unknown[0].isidentifier() else ""
        raise ValueError(f"has an option{name} that Headway does not know (it knows {', '.join(KNOWN)})")
    return options


def _ssl_mode(options: Mapping[str, str]) -> str | None:
    mode = options.get("sslmode", options.get("ssl"))
    mode = {"true": "require", "false": "disable"}.get(mode or "", mode)
    if mode is not None and mode not in SSL_MODES:
        raise ValueError(f"has sslmode={mode}, which must be one of {', '.join(SSL_MODES)}")
    return mode
