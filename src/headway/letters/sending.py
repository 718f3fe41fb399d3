"""Handing letters over to the mail server. No database connection is held meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import aiosmtplib
import structlog
from aiosmtplib import SMTP, SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPResponseException

from headway.db import Database
from headway.jobs.kinds import Failed, Hopeless, Work
from headway.letters.message import message_of, one_line
from headway.letters.texts import KINDS, Letter
from headway.settings import Settings
from headway.smtp_url import ADDRESS, SmtpServer

log = structlog.get_logger()

SECONDS = 20.0  # that the server may take for one answer
FOR_EVER = range(500, 600)  # answers of SMTP that will not change by asking again


async def do_letter(_: Database, settings: Settings, work: Work) -> None:
    """The job behind `send_letter`."""
    letter = KINDS[work.payload["kind"]](**work.payload["fields"])
    await send(settings, letter, to=work.payload["to"], message_id=str(work.id))


async def send(settings: Settings, letter: Letter, *, to: str, message_id: str) -> None:
    """Hands one letter over; returns when the server has taken it. Without a mail server, does nothing.

    Raises:
        Failed: not this time.
        Hopeless: the server, or the address, says never.
    """
    server = settings.smtp
    if server is None or settings.mail_from is None:
        log.info("letter.not_sent", reason="HEADWAY_SMTP_URL is not set")
        return
    if not ADDRESS.fullmatch(to):
        raise Hopeless("No mail can be sent to this address.")
    message = message_of(
        letter, to=to, sender=settings.mail_from, public_url=settings.public_url, message_id=message_id
    )
    with told_as(server):
        try:
            async with connected(server, settings) as smtp:
                await smtp.send_message(message, recipients=[to])
        except SMTPRecipientsRefused as error:
            first = error.recipients[0]
            raise lasting(first.code)(f"{server.host} does not take mail for {to}: {answer_of(first)}") from error
        except SMTPDataError as error:
            raise lasting(error.code)(f"{server.host} does not take this letter: {answer_of(error)}") from error


async def greet(settings: Settings) -> SmtpServer | None:
    """Connects as for a letter and says good-bye. The server that answered, or None where none is set.

    Raises:
        Failed: it cannot be reached, trusted or signed in to.
    """
    server = settings.smtp
    if server is not None:
        with told_as(server):
            async with connected(server, settings) as smtp:
                await smtp.noop()
    return server


@contextmanager
def told_as(server: SmtpServer) -> Iterator[None]:
    """Turns what can go wrong in a conversation into a sentence for whoever runs this server."""
    try:
        yield
    except SMTPResponseException as error:  # a password or a sender is wrong: settings that somebody will put right
        raise Failed(f"{server.host} refused: {answer_of(error)}") from error
    except (SMTPException, OSError, TimeoutError, ValueError) as error:
        raise Failed(told(server, error)) from error


def connected(server: SmtpServer, settings: Settings) -> SMTP:
    """A conversation with the server, begun by `async with`: encrypted and signed in as the settings say."""
    return aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        username=server.user,
        password=server.password,
        use_tls=server.secrecy == "tls",
        start_tls=server.secrecy == "starttls",
        cert_bundle=server.ca,
        local_hostname=urlsplit(settings.public_url).hostname,  # or it would be looked up
        timeout=SECONDS,
    )


def lasting(code: int) -> type[Failed]:
    """Whether the server's answer will be the same another time."""
    return Hopeless if code in FOR_EVER else Failed


def answer_of(error: SMTPResponseException) -> str:
    """What the server said, in one line."""
    return f"{error.code} {one_line(error.message)[:200]}"


def told(server: SmtpServer, error: Exception) -> str:
    """Why there was no answer, for whoever runs this server."""
    where = f"{server.host}:{server.port}"
    if isinstance(error, TimeoutError):
        return f"{where} did not answer within {SECONDS:.0f} seconds."
    if isinstance(error, ConnectionError) and isinstance(error, SMTPException):
        return f"The connection to {where} failed: {one_line(str(error))[:200]}"
    return f"{where}: {type(error).__name__}: {one_line(str(error))[:200]}"
