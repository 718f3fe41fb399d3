"""The code that serves is read; what would block it is planted in a copy of the package."""

import shutil
from pathlib import Path

import pytest

import headway
from headway.doctor.source import no_sync_session

INSTALLED = Path(headway.__path__[0])


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return shutil.copytree(
        INSTALLED, tmp_path / "headway", ignore=shutil.ignore_patterns("webui", "__pycache__", "lab", "demo")
    )


def add(file: Path, words: str) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"{file.read_text()}\n{words}\n" if file.exists() else words)


def test_what_ships_has_none() -> None:
    finding = no_sync_session(INSTALLED)
    assert finding.state == "ok", finding
    assert int(finding.figure.split()[3]) > 100


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("from sqlalchemy import create_engine\nengine = create_engine('postgresql://')", "sqlalchemy.create_engine"),
        ("from sqlalchemy.orm import sessionmaker\nmake = sessionmaker()", "sqlalchemy.orm.sessionmaker"),
        ("import psycopg\ndb = psycopg.connect()", "psycopg"),
        ("from sqlalchemy import orm as o\nclass Mine(o.Session):\n    pass", "sqlalchemy.orm.Session"),
    ],
)
def test_what_blocks_in_a_module_that_the_app_imports_is_named(tmp_path: Path, words: str, what: str) -> None:
    package = tmp_path / "headway"
    for name, text in (("app", "from headway import first"), ("first", "import headway.quick"), ("quick", words)):
        add(package / f"{name}.py", text)
    finding = no_sync_session(package)
    assert finding.state == "wrong"
    assert finding.figure.startswith(f"headway.quick:2 uses {what}")
    assert "headway.db.Db" in str(finding.fix)


def test_what_nobody_imports_may_do_as_it_likes(copy: Path) -> None:
    add(copy / "tasks" / "quick.py", "from sqlalchemy.orm import Session\nsession = Session()")
    assert no_sync_session(copy).state == "ok"


def test_what_only_batch_commands_call_may_stand_in_a_serving_module(copy: Path) -> None:
    add(
        copy / "tasks" / "ordering.py",
        "def in_a_batch(engine):\n    from sqlalchemy.orm import Session\n    return Session(engine)",
    )
    assert no_sync_session(copy).state == "ok"
    add(copy / "tasks" / "routes.py", "from headway.tasks.ordering import in_a_batch\nin_a_batch(None)")
    finding = no_sync_session(copy)
    assert finding.state == "wrong"
    assert "headway.tasks.ordering:" in finding.figure
