"""Settings: what is accepted, how it is respelled, and what a bad value says."""

import re
from pathlib import Path

import pytest

from headway.console import CannotStart
from headway.database_url import parse_database_url
from headway.settings import load_settings


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in list(os.environ):
        if name.startswith("HEADWAY_"):
            monkeypatch.delenv(name)


ACCEPTED = [
    ("postgres://u:p@h/d", "postgresql://u:p@h/d"),
    ("postgresql://u:p@h/d", "postgresql://u:p@h/d"),
    ("postgresql+asyncpg://u:p@h/d", "postgresql://u:p@h/d"),
    ("postgresql+psycopg://u:p@h/d", "postgresql://u:p@h/d"),
    ("postgresql://u:p@h:5433/d", "postgresql://u:p@h:5433/d"),
    ("postgresql://u:p@ss@h/d", "postgresql://u:p%40ss@h/d"),
    ("postgresql://u:p%40ss@h/d", "postgresql://u:p%40ss@h/d"),
    ("postgresql://u:a/b?c@h/d", "postgresql://u:a%2Fb%3Fc@h/d"),
    ("postgresql://u:a:b#c@h/d", "postgresql://u:a%3Ab%23c@h/d"),
    ("postgresql://u:100%@h/d", "postgresql://u:100%25@h/d"),
    ("postgresql://u:@h/d", "postgresql://u:@h/d"),
    ("postgresql://u@h/d", "postgresql://u@h/d"),
    ("postgresql://h/d", "postgresql://h/d"),
    ("postgresql://u:p@[::1]:5432/d", "postgresql://u:p@[::1]:5432/d"),
    ("postgresql://u:p@/d?host=/var/run/postgresql", "postgresql://u:p@/d?host=/var/run/postgresql"),
    ("postgresql:///d?host=/run/pg&port=5433", "postgresql:///d?host=/run/pg&port=5433"),
    ("postgresql://u:p@h/d?sslmode=require", "postgresql://u:p@h/d?sslmode=require"),
    ("postgresql+asyncpg://u:p@h/d?ssl=verify-full", "postgresql://u:p@h/d?sslmode=verify-full"),
    ("postgresql://u:p@h/caf%C3%A9", "postgresql://u:p@h/caf%C3%A9"),
]


@pytest.mark.parametrize(("given", "plain"), ACCEPTED)
def test_database_addresses_are_respelled_for_each_driver(given: str, plain: str) -> None:
    settings = load_settings(database_url=given)
    assert settings.plain_url == plain
    assert settings.sync_url == plain.replace("postgresql:", "postgresql+psycopg:")
    assert settings.async_url == plain.replace("postgresql:", "postgresql+asyncpg:").replace("sslmode=", "ssl=")


@pytest.mark.parametrize(("given", "plain"), ACCEPTED)
def test_a_respelled_address_means_the_same(given: str, plain: str) -> None:
    first = parse_database_url(given)
    for again in (first.plain_url(), first.normal_url(), first.psycopg_url()):
        assert parse_database_url(again) == first


@pytest.mark.parametrize("password", ["p@ss", "p@@:/?#[]&=%20 %", "ünï", "'\"\\"])
def test_a_raw_password_survives(password: str) -> None:
    if "%" not in password:
        assert parse_database_url(f"postgresql://u:{password}@h/d").password == password
    quoted = parse_database_url(f"postgresql://u:{password.replace('%', '%25')}@h/d")
    assert quoted.password == password
    assert parse_database_url(quoted.plain_url()).password == password


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("mysql://u:secret@h/d", "must look like"),
        ("secret", "must look like"),
        ("postgresql://u:secret@h:port/d", "the port is not a number"),
        ("postgresql://u:secret@h:0/d", "the port is not a number"),
        ("postgresql://u:secret@h1,h2/d", "one host"),
        ("postgresql://u:secret@h/d?sslmode=maybe", "must be one of disable, allow"),
        ("postgresql://u:secret@h/d?target=x", "option target that Headway does not know"),
    ],
)
def test_a_bad_database_address_is_one_line_without_its_password(given: str, says: str) -> None:
    with pytest.raises(CannotStart, match=says) as refused:
        load_settings(database_url=given)
    assert "secret" not in str(refused.value)
    assert str(refused.value).startswith("HEADWAY_DATABASE_URL: ")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("port", "0", "greater than or equal to 1"),
        ("port", "70000", "less than or equal to 65535"),
        ("port", "x", "valid integer"),
        ("workers", "0", "greater than or equal to 1"),
        ("workers", "65", "less than or equal to 64"),
        ("pool_size", "0", "greater than or equal to 1"),
        ("sign_up", "maybe", "'invited' or 'open'"),
        ("url", "tasks.example.org", "must be an address like"),
        ("url", "https://example.org/tasks", "must be an address like"),
        ("url", "http://example.org:x", "ort"),
        ("statement_cache_size", "-1", "greater than or equal to 0"),
    ],
)
def test_a_bad_value_names_its_variable(name: str, value: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"HEADWAY_{name.upper()}", value)
    with pytest.raises(CannotStart, match=says) as refused:
        load_settings()
    assert re.match(rf"HEADWAY_{name.upper()} '{re.escape(value)}': [^\n]+\.$", str(refused.value))


def test_a_bad_flag_names_the_flag() -> None:
    with pytest.raises(CannotStart, match=r"^--port 70000: "):
        load_settings(port=70000)


def test_a_flag_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADWAY_PORT", "9000")
    assert load_settings(port=None).port == 9000
    assert load_settings(port=9001).port == 9001


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADWAY_DATABASE_URL", "")
    monkeypatch.setenv("HEADWAY_PORT", "")
    assert load_settings().database_url is None
    assert load_settings().port == 8000


def test_settings_do_not_change_and_do_not_show_secrets() -> None:
    settings = load_settings(database_url="postgresql://u:secret@h/d", token="hw_secret")
    with pytest.raises(ValueError, match="frozen"):
        settings.port = 1  # type: ignore[misc]
    assert "secret" not in repr(settings)
    assert "secret" not in repr(settings.database())


@pytest.mark.parametrize(
    ("host", "url", "public", "loopback"),
    [
        ("127.0.0.1", None, "http://127.0.0.1:8000", True),
        ("localhost", None, "http://localhost:8000", True),
        ("::1", None, "http://[::1]:8000", True),
        ("127.0.0.1", "https://Tasks.Example.org/", "https://tasks.example.org", False),
        ("0.0.0.0", "http://127.0.0.1:8000", "http://127.0.0.1:8000", False),
        ("192.0.2.7", None, "http://192.0.2.7:8000", False),
    ],
)
def test_the_public_address(host: str, url: str | None, public: str, loopback: bool) -> None:
    settings = load_settings(host=host, url=url)
    assert (settings.public_url, settings.is_loopback) == (public, loopback)


def test_listening_everywhere_shows_an_address_neighbours_can_use() -> None:
    settings = load_settings(host="0.0.0.0")
    assert not settings.is_loopback
    assert re.fullmatch(r"http://\d+\.\d+\.\d+\.\d+:8000", settings.public_url)
    assert "0.0.0.0" not in settings.public_url


def test_the_demo_has_a_home_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert load_settings(demo=True).home == load_settings().home.with_name("headway-demo")
    assert load_settings(demo=True, home=str(tmp_path)).home == tmp_path
    monkeypatch.setenv("HEADWAY_HOME", str(tmp_path))
    assert load_settings(demo=True).home == tmp_path


def test_a_relative_home_becomes_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings(home="here").home == tmp_path / "here"


def test_limits_go_to_the_server_unless_a_pooler_would_refuse_them() -> None:
    def arguments(**flags: object) -> dict[str, object]:
        return load_settings(database_url="postgresql://u@h/d", **flags).asyncpg_arguments

    assert arguments(statement_timeout=2.5)["server_settings"] == {
        "application_name": "headway",
        "statement_timeout": "2500",
        "lock_timeout": "5000",
        "idle_in_transaction_session_timeout": "30000",
        "timezone": "UTC",
    }
    behind_pooler = arguments(statement_cache_size=0)
    assert behind_pooler["statement_cache_size"] == behind_pooler["prepared_statement_cache_size"] == 0
    assert "server_settings" not in behind_pooler


def test_a_root_certificate_becomes_a_tls_context() -> None:
    system = "postgresql://u@h/d?sslmode=verify-full&sslrootcert=system"
    settings = load_settings(database_url=system)
    assert settings.asyncpg_arguments["ssl"].check_hostname
    assert "sslrootcert=system" in settings.sync_url
    assert "sslrootcert" not in settings.async_url
    assert not load_settings(database_url=system.replace("full", "ca")).asyncpg_arguments["ssl"].check_hostname


def test_only_settings_reads_the_environment() -> None:
    source = Path(__file__).parents[1] / "src" / "headway"
    readers = [
        str(file.relative_to(source))
        for file in source.rglob("*.py")
        if re.search(r"os\.environ|os\.getenv|environb", file.read_text())
    ]
    assert readers == []
