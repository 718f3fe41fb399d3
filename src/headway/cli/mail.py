"""`headway mail …`: whether letters leave."""

import asyncio

import click
from pydantic import TypeAdapter, ValidationError

from headway.accounts.schemas import Email
from headway.clock import new_id
from headway.console import CannotStart
from headway.jobs.kinds import Failed
from headway.letters import texts
from headway.letters.sending import send
from headway.settings import load_settings


@click.group()
def mail() -> None:
    """Try the mail server that HEADWAY_SMTP_URL names. Works without a database."""


@mail.command(name="test")
@click.argument("address")
def try_mail(address: str) -> None:
    """Send one letter to ADDRESS at once, and say what the mail server answered."""
    settings = load_settings()
    if settings.smtp is None:
        raise CannotStart("No mail server: HEADWAY_SMTP_URL is not set. See docs/mail.md.")
    try:
        to = TypeAdapter(Email).validate_python(address)
    except ValidationError as error:
        raise CannotStart(f"ADDRESS {error.errors()[0]['msg'].removeprefix('Value error, ')}.") from None
    try:
        asyncio.run(send(settings, texts.trial(), to=to, message_id=str(new_id())))
    except Failed as error:
        raise CannotStart(f"Not sent. {error}") from None
    click.echo(f"{settings.smtp.host} has taken a letter to {to}.")
