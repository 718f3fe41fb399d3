"""The server as it is started: letters leave from its web workers, and wait while it is away."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator

import httpx2
import pytest

from tests.letters.postbox import Postbox
from tests.processes import Headway, home_folder

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(120)]

EMAIL = "owner@example.org"
OWNER = {
    "name": "Owner",
    "email": EMAIL,
    "password": "correct horse battery",
    "workspace": "Here",
    "project": None,
    "examples": False,
}


@pytest.fixture
async def box() -> AsyncIterator[Postbox]:
    async with Postbox.open() as box:
        yield box


async def post(server: Headway, path: str, body: object, status: int) -> None:
    async with httpx2.AsyncClient(base_url=server.url, trust_env=False) as http:
        answer = await http.post(path, json=body)
        assert answer.status_code == status, answer.text


async def test_a_server_sends_letters_and_forgets_none_when_it_is_killed(box: Postbox) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("reads /proc")
    setting = {"HEADWAY_SMTP_URL": f"smtp://127.0.0.1:{box.port}", "HEADWAY_MAIL_FROM": "h@example.org"}
    with home_folder() as home:
        idle = Headway("--workers", "1", home=home, env={**setting, "HEADWAY_CHORES": "false"})
        server = None
        try:
            await asyncio.to_thread(idle.ready)
            await post(idle, "/api/setup", OWNER, 201)
            await post(idle, "/api/password-resets", {"email": EMAIL}, 202)
            await asyncio.to_thread(idle.stop, signal.SIGKILL)
            assert box.letters == [], "a process that is to do no jobs did one"
            server = Headway("--workers", "1", home=home, env=setting)
            await asyncio.to_thread(server.ready)
            async with asyncio.timeout(30):
                await box.arrived.wait()
            assert box.letters[0]["Subject"] == "Set a new password"
            assert box.link().startswith(f"{server.url}/reset-password#")
            box.arrived.clear()
            await post(server, "/api/password-resets/confirm", {"token": box.token(), "new": "a new password"}, 204)
            async with asyncio.timeout(30):
                await box.arrived.wait()
            assert box.letters[-1]["Subject"] == "Your password was changed"
        finally:
            await asyncio.to_thread((server or idle).stop)
    assert [letter["Subject"] for letter in box.letters] == ["Set a new password", "Your password was changed"]
