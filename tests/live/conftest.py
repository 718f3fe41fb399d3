"""A server on a loopback port, and a project to look at."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI

from tests.factories import Team
from tests.live.tabs import serving


@pytest.fixture
async def address(app: FastAPI) -> AsyncIterator[str]:
    """The app that ships, served by the server that ships."""
    async with serving(app) as address:
        yield address


@pytest.fixture
async def project(team: Team) -> dict[str, Any]:
    """A project that the whole team sees."""
    project: dict[str, Any] = await team.project()
    return project
