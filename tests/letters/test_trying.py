"""Whoever sets mail up can try it: `headway mail test`, and the doctor's check."""

import asyncio
import os
import sys
from urllib.parse import quote

import pytest

from headway.doctor.mail import mail
from headway.settings import Settings
from tests.letters.postbox import PASSWORD, USER, Postbox

pytestmark = pytest.mark.anyio


async def headway(*words: str, **setting: str) -> tuple[int, str]:
    """(exit code, what it said) of a command run with these settings."""
    fields = {f"HEADWAY_{name.upper()}": value for name, value in setting.items()}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HEADWAY_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "from headway.cli.main import main; main()",
        *words,
        env={**kept, **fields},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode().strip()


async def test_a_letter_is_sent_to_try_it() -> None:
    async with Postbox.open() as box:
        setting = {"smtp_url": f"smtp://127.0.0.1:{box.port}", "mail_from": "h@example.org"}
        assert await headway("mail", "test", "Ada@example.org", **setting) == (
            0,
            "127.0.0.1 has taken a letter to ada@example.org.",
        )
        assert box.letters[0]["Subject"] == "Mail from Headway works"
        box.behaviour = "refuses"
        code, said = await headway("mail", "test", "ada@example.org", **setting)
    assert code == 2
    assert said.startswith("headway: Not sent. 127.0.0.1 does not take mail for ada@example.org: 550")


async def test_what_is_missing_is_said() -> None:
    assert await headway("mail", "test", "ada@example.org") == (
        2,
        "headway: No mail server: HEADWAY_SMTP_URL is not set. See docs/mail.md.",
    )
    setting = {"smtp_url": "smtp://127.0.0.1:1", "mail_from": "h@example.org"}
    code, said = await headway("mail", "test", "ada", **setting)
    assert (code, said) == (2, "headway: ADDRESS must be an e-mail address like somebody@example.org.")


async def test_the_doctor_asks_the_mail_server_and_tells_no_password() -> None:
    async with Postbox.open(auth=True) as box:
        for password, state in ((PASSWORD, "ok"), ("wrong-password", "wrong")):
            url = f"smtp://{USER}:{quote(password)}@127.0.0.1:{box.port}"
            found = await asyncio.to_thread(mail, Settings(smtp_url=url, mail_from="h@example.org"))
            assert found.state == state
            assert password not in found.figure + str(found.fix)
            assert (found.fix is None) == (state == "ok")
    assert (await asyncio.to_thread(mail, Settings(smtp_url=url, mail_from="h@example.org"))).state == "wrong"
    assert (await asyncio.to_thread(mail, Settings())).state == "not set up"
    assert box.letters == []
