"""Where and with what it was measured: no figure of the lab is worth anything without."""

import contextlib
import os
import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

from headway.runs.schemas import Machine

PACKAGES = (
    "headway",
    "fastapi",
    "starlette",
    "uvicorn",
    "uvloop",
    "sqlalchemy",
    "asyncpg",
    "psycopg",
    "aiohttp",
    "pydantic",
)
CGROUP = Path("/sys/fs/cgroup")


def describe(postgresql: str | None = None) -> tuple[Machine, dict[str, str]]:
    """The machine as it is now, and versions by name; PostgreSQL's as its server tells it."""
    return machine(), versions(postgresql)


def machine() -> Machine:
    limits = " and ".join(_limits())
    return Machine(
        processor=_processor(),
        cores=_cores(),
        memory_gb=round(psutil.virtual_memory().total / 1e9, 1),
        system=f"{_system()}, limited to {limits}" if limits else _system(),
        load_before=round(os.getloadavg()[0], 2),
    )


def versions(postgresql: str | None = None) -> dict[str, str]:
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        with contextlib.suppress(PackageNotFoundError):
            found[package] = version(package)
    return {**found, **({"postgresql": postgresql} if postgresql else {})}


def _processor() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name" and value.strip():
                return value.strip()
    if sys.platform == "darwin":
        asked = subprocess.run(
            ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"], check=False, capture_output=True, text=True
        )
        if asked.stdout.strip():
            return asked.stdout.strip()
    return platform.processor() or platform.machine()


def _cores() -> int:
    if sys.platform.startswith("linux"):
        return len(os.sched_getaffinity(0))  # those that we may use
    return os.cpu_count() or 1


def _system() -> str:
    kernel = f"{platform.system()} {platform.release()}"
    with contextlib.suppress(OSError):
        return f"{platform.freedesktop_os_release()['PRETTY_NAME']}, {kernel}"
    if sys.platform == "darwin":
        return f"macOS {platform.mac_ver()[0]}, {kernel}"
    return kernel


def _limits() -> list[str]:
    """What a container may use, where that is less than the machine has (version 2 of control groups)."""
    limits = []
    with contextlib.suppress(OSError, ValueError):
        quota, period = (CGROUP / "cpu.max").read_text().split()
        limits.append(f"{int(quota) / int(period):g} cores")
    with contextlib.suppress(OSError, ValueError):
        most = int((CGROUP / "memory.max").read_text())
        if most < psutil.virtual_memory().total:
            limits.append(f"{most / 1e9:.1f} GB")
    return limits
