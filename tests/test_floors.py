"""Versions below which these packages have weaknesses that Headway would inherit: none is pinned or installed."""

import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

FLOORS = {"starlette": (1, 3, 1), "python-multipart": (0, 0, 27), "mcp": (1, 23)}
LOCK = tomllib.loads((Path(__file__).parent.parent / "uv.lock").read_text())


def parts(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdecimal())


@pytest.mark.parametrize("name", FLOORS)
def test_no_version_below_its_floor_is_pinned_or_installed(name: str) -> None:
    pinned = [one["version"] for one in LOCK["package"] if one["name"] == name]
    assert all(parts(one) >= FLOORS[name] for one in pinned)
    try:
        assert parts(version(name)) >= FLOORS[name]
    except PackageNotFoundError:
        assert not pinned or name != "starlette"
