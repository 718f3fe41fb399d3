"""Everything that can be set, read once from HEADWAY_… variables. Nothing else reads the environment."""

import ipaddress
import os
import socket
import ssl
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import platformdirs
from pydantic import AfterValidator, Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from headway.address import Network, parse_networks
from headway.allow_list import AllowList, parse_allow_list
from headway.console import CannotStart
from headway.database_url import DatabaseUrl, parse_database_url
from headway.smtp_url import SmtpServer, parse_sender, parse_smtp_url

# Of one worker, for what all share and is answered in a moment: it is not to wait behind those who hold a connection.
LOOK_UP_CONNECTIONS = 2
# Connections of one worker besides its pool: those, the doorbell's, whoever does the chores', and what /ready asks on.
EXTRA_CONNECTIONS = LOOK_UP_CONNECTIONS + 3
FLAGS = ("home", "host", "port", "workers", "demo")


def default_home(settings: dict[str, Any]) -> Path:
    # PostgreSQL refuses to run as root, and another user cannot look into /root.
    is_root = os.name == "posix" and os.geteuid() == 0
    home = Path("/var/lib/headway" if is_root else platformdirs.user_data_dir("headway", appauthor=False))
    # The demo lives beside the real thing, so that trying it never stands in the way.
    return home.with_name("headway-demo") if settings.get("demo") else home


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path.expanduser()))  # noqa: PTH100 - resolve() would follow links


Folder = Annotated[Path, AfterValidator(_absolute)]


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="HEADWAY_", frozen=True, extra="forbid", env_ignore_empty=True)

    demo: bool = False
    home: Folder = Field(default_factory=default_home)
    url: str | None = None
    database_url: str | None = Field(default=None, repr=False)
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    workers: int = Field(default=1, ge=1, le=64)
    sign_up: Literal["invited", "open"] = "invited"
    trusted_proxies: str = ""  # whose word about the client's address is taken: addresses and networks
    token: str | None = Field(default=None, repr=False)

    smtp_url: str | None = Field(default=None, repr=False)  # without one nothing is mailed, and links are shown instead
    mail_from: str | None = Field(default=None, validate_default=True)

    outbound_allow: str = ""  # hosts and networks that may be asked although they are not public
    oidc_issuer: str | None = None  # exactly as the provider calls itself; without one there is no sign-in by provider
    oidc_client_id: str | None = Field(default=None, validate_default=True, max_length=1_000)
    oidc_client_secret: str | None = Field(default=None, repr=False, max_length=1_000)
    oidc_name: str | None = Field(default=None, max_length=60)  # what people call it
    oidc_sign_up: bool = False  # whether it makes accounts for people whom nobody has invited

    chores: bool = True  # whether this process goes round: builds timelines, empties the trash, …
    trash_days: int = Field(default=30, ge=0, le=36_500)  # 0 keeps what was deleted for ever
    history_months: int | None = Field(default=None, ge=1, le=1_200)  # None keeps history for ever

    backup_folder: Folder | None = None  # None: no backups by itself
    backup_every: float = Field(default=24, ge=0.1, le=8_760)  # hours
    backup_keep: int = Field(default=14, ge=1, le=1_000)  # the newest so many

    metrics: Literal["off", "token", "loopback"] = "loopback"  # who may read /metrics
    metrics_token: str | None = Field(default=None, repr=False, validate_default=True, min_length=16, max_length=200)
    log: Literal["text", "json"] = "text"
    log_requests: Literal["all", "slow", "off"] | None = None  # slow: and those that failed; None: all in JSON

    pool_size: int = Field(default=10, ge=1, le=1000)
    pool_timeout: float = Field(default=10, gt=0)  # seconds a request waits for its turn, or for a connection
    queue_seconds: float = Field(default=0.2, ge=0)  # a request that would wait longer is refused; 0 is no limit
    connect_timeout: float = Field(default=10, gt=0)
    statement_timeout: float = Field(default=15, ge=0)  # seconds; 0 is no limit
    lock_timeout: float = Field(default=5, ge=0)
    idle_in_transaction_timeout: float = Field(default=30, ge=0)
    statement_cache_size: int | None = Field(default=None, ge=0)  # 0 behind PgBouncer in transaction mode
    postgres_bin: Folder | None = None

    @field_validator("database_url")
    @classmethod
    def _normal_database_url(cls, value: str | None) -> str | None:
        return None if value is None else parse_database_url(value).normal_url()

    @field_validator("trusted_proxies")
    @classmethod
    def _proxies(cls, value: str) -> str:
        parse_networks(value)
        return value

    @field_validator("smtp_url")
    @classmethod
    def _smtp_url(cls, value: str | None) -> str | None:
        if value is not None:
            parse_smtp_url(value)
        return value

    @field_validator("mail_from")
    @classmethod
    def _sender(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None:
            parse_sender(value)
        elif info.data.get("smtp_url"):
            raise ValueError("is needed with HEADWAY_SMTP_URL, like Headway <headway@example.org>")
        return value

    @field_validator("outbound_allow")
    @classmethod
    def _allow_list(cls, value: str) -> str:
        parse_allow_list(value)
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def _issuer(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if (
            parts.scheme not in ("http", "https")
            or not parts.hostname
            or parts.query
            or parts.fragment
            or parts.username
        ):
            raise ValueError("must be an address like https://id.example.org, exactly as the provider calls itself")
        _ = parts.port  # raises ValueError when it is not a number
        allowed = parse_allow_list(info.data.get("outbound_allow", ""))
        if parts.scheme == "http" and not allowed.lists(parts.hostname, _address(parts.hostname)):
            raise ValueError("must be an https address, or one whose host is in HEADWAY_OUTBOUND_ALLOW")
        return value

    @field_validator("oidc_client_id")
    @classmethod
    def _client_id(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("oidc_issuer"):
            raise ValueError("is needed with HEADWAY_OIDC_ISSUER: the provider gives one to each application")
        return value

    @field_validator("metrics_token")
    @classmethod
    def _token_for_metrics(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("metrics") == "token":
            raise ValueError("is needed with HEADWAY_METRICS=token: 16 characters or more that nobody can guess")
        return value

    @field_validator("url")
    @classmethod
    def _bare_origin(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
            raise ValueError("must be an address like https://tasks.example.org, without a path")
        _ = parts.port  # raises ValueError when it is not a number
        return f"{parts.scheme}://{parts.netloc.lower()}"

    def database(self) -> DatabaseUrl:
        if self.database_url is None:
            raise CannotStart("No database: HEADWAY_DATABASE_URL is not set and no embedded server was started.")
        return parse_database_url(self.database_url)

    @property
    def async_url(self) -> str:
        """For create_async_engine, together with asyncpg_arguments."""
        return self.database().asyncpg_url()

    @property
    def sync_url(self) -> str:
        """For create_engine with psycopg 3: batch commands and migrations."""
        return self.database().psycopg_url()

    @property
    def plain_url(self) -> str:
        """For asyncpg.connect(), psycopg.connect() and psql."""
        return self.database().plain_url()

    @property
    def asyncpg_arguments(self) -> dict[str, Any]:
        """Arguments of asyncpg.connect() that a URL cannot carry."""
        args: dict[str, Any] = {"timeout": self.connect_timeout}
        if self.statement_cache_size is not None:
            args["statement_cache_size"] = self.statement_cache_size
            args["prepared_statement_cache_size"] = self.statement_cache_size
        # PgBouncer refuses start-up parameters it does not know; there the role has to carry the limits.
        if self.statement_cache_size != 0:
            args["server_settings"] = {
                "application_name": "headway",
                "timezone": "UTC",
                "statement_timeout": _milliseconds(self.statement_timeout),
                "lock_timeout": _milliseconds(self.lock_timeout),
                "idle_in_transaction_session_timeout": _milliseconds(self.idle_in_transaction_timeout),
            }
        database = self.database()
        if database.root_certificate is not None:
            own = None if database.root_certificate == "system" else database.root_certificate
            context = ssl.create_default_context(cafile=own)
            context.check_hostname = database.sslmode == "verify-full"
            args["ssl"] = context
        return args

    @property
    def proxies(self) -> tuple[Network, ...]:
        """Who may say for whom they ask."""
        return parse_networks(self.trusted_proxies)

    @property
    def smtp(self) -> SmtpServer | None:
        """The mail server, if there is one."""
        return None if self.smtp_url is None else parse_smtp_url(self.smtp_url)

    @property
    def allowed_outbound(self) -> AllowList:
        """Where this server may connect to although it is not public."""
        return parse_allow_list(self.outbound_allow)

    @property
    def provider_name(self) -> str | None:
        """What people call the sign-in provider, if there is one."""
        return None if self.oidc_issuer is None else self.oidc_name or urlsplit(self.oidc_issuer).hostname

    def connections_needed(self) -> int:
        return self.workers * (self.pool_size + EXTRA_CONNECTIONS)

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the address we listen on and are known by."""
        known_as = urlsplit(self.url).hostname if self.url else self.host
        return _is_loopback(self.host) and _is_loopback(known_as or "")

    @property
    def public_url(self) -> str:
        if self.url:
            return self.url
        host = lan_address(self.host) if _is_any(self.host) else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


def load_settings(**flags: Any) -> Settings:
    """Settings from the environment; a flag that was given (is not None) goes first."""
    try:
        return Settings(**{name: value for name, value in flags.items() if value is not None})
    except ValidationError as error:
        raise CannotStart(_in_one_line(error, flags)) from None


def _in_one_line(error: ValidationError, flags: dict[str, Any]) -> str:
    first = error.errors(include_url=False)[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    label = f"--{name}" if name in FLAGS and flags.get(name) is not None else f"HEADWAY_{name.upper()}"
    reason = first["msg"].removeprefix("Value error, ")
    reason = reason[:1].lower() + reason[1:]
    # The URL of a database or a mail server holds a password, so it is never repeated.
    secret = name in ("database_url", "smtp_url", "token", "oidc_client_secret", "metrics_token")
    given = "" if secret or first["input"] is None else f" {first['input']!r}"
    return f"{label}{given}: {reason}."


def _milliseconds(seconds: float) -> str:
    return str(round(seconds * 1000))


def _is_any(host: str) -> bool:
    return host in ("0.0.0.0", "::", "")  # noqa: S104 - compared, not bound


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def lan_address(host: str) -> str:
    """The address of this machine that its neighbours would use; connecting UDP sends nothing."""
    family, far = (socket.AF_INET6, "2001:db8::1") if ":" in host else (socket.AF_INET, "192.0.2.1")
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((far, 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "::1" if family == socket.AF_INET6 else "127.0.0.1"
