"""What can be said without a database: the drivers, and what its address stands for."""

import importlib
from importlib.metadata import PackageNotFoundError, version

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from headway.doctor.findings import Finding
from headway.settings import Settings

GROUP = "Setup"
SCHEME = "postgresql+asyncpg"


def asyncpg_installed() -> Finding:
    """The driver can be imported: a folder of that name is not enough."""
    try:
        importlib.import_module("asyncpg")
        return Finding(GROUP, "asyncpg", "ok", version("asyncpg"))
    except (ImportError, PackageNotFoundError) as error:
        return Finding(GROUP, "asyncpg", "wrong", f"cannot be imported: {error}", "pip install --upgrade headway")


def url_scheme(settings: Settings, where: str) -> Finding:
    """Whatever spelling was given, the engine is made with the async driver. `where` is for people."""
    try:
        url = make_url(settings.async_url)
        is_async = url.get_dialect().is_async
    except SQLAlchemyError as error:
        return Finding(GROUP, "Database URL", "wrong", str(error), f"Write it as {SCHEME}://user:password@host/name")
    if url.drivername != SCHEME or not is_async:
        return Finding(GROUP, "Database URL", "wrong", url.drivername, f"Write it as {SCHEME}://…")
    return Finding(GROUP, "Database URL", "ok", f"{SCHEME}:// to {where}")
