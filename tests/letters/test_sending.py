"""Letters reach a real mail server, say what they should, and carry nothing that somebody else put into a header."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import delete, select, text, update

from headway.db import Database
from headway.jobs.kinds import Failed, Hopeless
from headway.jobs.models import Job
from headway.jobs.running import Runner
from headway.letters import sending, texts
from headway.letters.commands import send_letter
from headway.letters.message import message_of
from headway.letters.texts import Letter
from headway.settings import Settings
from headway.worker import JOBS
from tests.letters.postbox import PASSWORD, USER, Postbox, certificate

pytestmark = pytest.mark.anyio

TO = "ada@example.org"


def with_mail(settings: Settings, url: str) -> Settings:
    fields = {"smtp_url": url, "mail_from": "Headway <headway@example.org>", "url": "https://tasks.example.org"}
    return Settings.model_validate({**settings.model_dump(exclude_unset=True), **fields})


async def post(settings: Settings, letter: Letter | None = None, to: str = TO) -> None:
    await sending.send(settings, letter or texts.trial(), to=to, message_id="one")


async def test_a_letter_arrives(settings: Settings) -> None:
    async with Postbox.open() as box:
        letter = texts.password_reset(name="Ada", token="t0ken")
        await post(with_mail(settings, f"smtp://127.0.0.1:{box.port}"), letter)
    [message] = box.letters
    assert message["From"] == "Headway <headway@example.org>"
    assert message["To"] == TO
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == "<one@tasks.example.org>"
    assert box.envelopes[0].rcpt_tos == [TO]
    assert "https://tasks.example.org/reset-password#t0ken" in box.words()
    html = message.get_body(("html",))
    assert html is not None
    assert '<a href="https://tasks.example.org/reset-password#t0ken"' in html.get_content()


@pytest.mark.parametrize("evil", ["x\r\nBcc: eve@example.org", "x\nBcc: eve@example.org", "x\u2028Bcc: e@e.org\x00"])
async def test_nobody_writes_headers_by_giving_a_name(settings: Settings, evil: str) -> None:
    async with Postbox.open() as box:
        mail = with_mail(settings, f"smtp://127.0.0.1:{box.port}")
        await post(mail, texts.invitation(workspace=evil, invited_by=evil, token="t", days=14))
    [message] = box.letters
    assert message["Bcc"] is None
    assert box.envelopes[0].rcpt_tos == [TO]
    assert "\n" not in message["Subject"] and "\r" not in message["Subject"]


async def test_what_somebody_wrote_is_no_markup(settings: Settings) -> None:
    evil = '<img src=x onerror=alert(1)>"><a href="https://evil.example">'
    letter = texts.invitation(workspace=evil, invited_by=evil, token="t", days=14)
    message = message_of(letter, to=TO, sender="h@example.org", public_url="https://t.example.org", message_id="1")
    html = message.get_body(("html",))
    assert html is not None
    content = html.get_content()
    assert "<img" not in content and 'href="https://evil' not in content
    assert "&lt;img src=x onerror=alert(1)&gt;" in content


@pytest.mark.parametrize("to", ["a@b.org,eve@evil.org", "a b@c.org", "<a@b.org>", "a@b.org\r\nRCPT TO:<e@e.org>", "a@"])
async def test_no_mail_goes_to_what_could_be_read_as_two_addresses(settings: Settings, to: str) -> None:
    async with Postbox.open() as box:
        with pytest.raises(Hopeless):
            await post(with_mail(settings, f"smtp://127.0.0.1:{box.port}"), to=to)
    assert box.letters == []


async def test_a_letter_in_any_script_arrives(settings: Settings) -> None:
    async with Postbox.open() as box:
        mail = with_mail(settings, f"smtp://127.0.0.1:{box.port}")
        await post(mail, texts.password_changed(name="Zoë 登录"), to="zoë@bücher.example")
    assert "Hello Zoë 登录," in box.words()


async def test_a_refused_address_is_not_tried_again(settings: Settings) -> None:
    async with Postbox.open("refuses") as box:
        with pytest.raises(Hopeless, match=r"127.0.0.1 does not take mail for ada@example.org: 550 5.1.1 Nobody"):
            await post(with_mail(settings, f"smtp://127.0.0.1:{box.port}"))


async def test_a_busy_server_is_asked_again(settings: Settings) -> None:
    async with Postbox.open("is busy") as box:
        with pytest.raises(Failed, match="451") as failed:
            await post(with_mail(settings, f"smtp://127.0.0.1:{box.port}"))
    assert not isinstance(failed.value, Hopeless)


async def test_a_server_that_hangs_is_let_go(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "SECONDS", 0.2)
    async with Postbox.open("hangs") as box:
        with pytest.raises(Failed, match="did not answer"):
            await post(with_mail(settings, f"smtp://127.0.0.1:{box.port}"))


async def test_a_server_that_is_not_there_is_named(settings: Settings) -> None:
    async with Postbox.open() as box:
        pass
    with pytest.raises(Failed, match=f"127.0.0.1:{box.port}"):
        await post(with_mail(settings, f"smtp://127.0.0.1:{box.port}"))


@pytest.mark.parametrize("scheme", ["smtps", "smtp"])
async def test_letters_and_the_password_go_encrypted(settings: Settings, tmp_path: Path, scheme: str) -> None:
    context, trusted = certificate(tmp_path)
    how: Any = {"tls": context} if scheme == "smtps" else {"starttls": context}
    trusting_nobody = "" if scheme == "smtps" else "?starttls=yes"
    query = f"{trusting_nobody}{'&' if trusting_nobody else '?'}ca={trusted}"
    async with Postbox.open(auth=True, **how) as box:
        await post(with_mail(settings, f"{scheme}://{USER}:{quote(PASSWORD)}@localhost:{box.port}{query}"))
        assert box.encrypted == [True] and box.signed_in == [True]
        with pytest.raises(Failed, match=r"(?i)certificate"):  # nobody vouches for it
            await post(with_mail(settings, f"{scheme}://localhost:{box.port}{trusting_nobody}"))
        with pytest.raises(Failed, match="535"):
            await post(with_mail(settings, f"{scheme}://{USER}:wrong@localhost:{box.port}{query}"))
    assert len(box.letters) == 1


async def test_encryption_is_not_given_up_because_a_server_does_not_offer_it(settings: Settings) -> None:
    async with Postbox.open() as box:
        with pytest.raises(Failed):
            await post(with_mail(settings, f"smtp://localhost:{box.port}?starttls=yes"))
    assert box.letters == []


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    database = Database(settings)
    async with database.unit_of_work() as db:
        await db.execute(delete(Job))
    yield database
    await database.close()


async def test_a_server_that_hangs_up_after_the_letter_gets_it_again_under_the_same_id(
    database: Database, settings: Settings
) -> None:
    """At least once: nobody can know whether it was taken."""
    async with Postbox.open("hangs up") as box:
        doing = Runner(database, with_mail(settings, f"smtp://127.0.0.1:{box.port}"), JOBS)
        async with database.unit_of_work() as db:
            await send_letter(db, to=TO, kind="password_changed", name="Ada")
        assert await doing.do_all() == 1
        box.behaviour = "takes"
        async with database.unit_of_work() as db:
            await db.execute(update(Job).values(run_after=text("clock_timestamp()")))
        assert await doing.do_all() == 1
    first, second = box.letters
    assert first["Message-ID"] == second["Message-ID"]
    async with database.reading() as db:
        assert (await db.scalars(select(Job))).all() == []


async def test_without_a_mail_server_nothing_waits(database: Database, settings: Settings) -> None:
    async with database.unit_of_work() as db:
        await send_letter(db, to=TO, kind="password_changed", name="Ada")
    assert await Runner(database, settings, JOBS).do_all() == 1
    async with database.reading() as db:
        assert (await db.scalars(select(Job))).all() == []
