"""What the settings of mail take, and what they refuse without repeating a password."""

import pytest

from headway.console import CannotStart
from headway.settings import Settings, load_settings
from headway.smtp_url import SmtpServer, parse_smtp_url


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.org", SmtpServer("mail.example.org", 587, "starttls")),
        ("smtp://u:p%40ss@mail.example.org:25", SmtpServer("mail.example.org", 25, "starttls", "u", "p@ss")),
        ("smtps://u:p@mail.example.org", SmtpServer("mail.example.org", 465, "tls", "u", "p")),
        ("smtp://mail.example.org?starttls=no", SmtpServer("mail.example.org", 25, "none")),
        ("smtp://127.0.0.1", SmtpServer("127.0.0.1", 25, "none")),
        ("smtp://u:p@localhost:2525", SmtpServer("localhost", 2525, "none", "u", "p")),
        ("smtps://m.example.org?ca=/etc/ca.pem", SmtpServer("m.example.org", 465, "tls", ca="/etc/ca.pem")),
    ],
)
def test_the_address_of_a_mail_server_says_how_to_talk_to_it(url: str, server: SmtpServer) -> None:
    assert parse_smtp_url(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.org",
        "http://mail.example.org",
        "smtp://user:secret@mail.example.org?starttls=no",
        "smtp://user@mail.example.org",
        "smtp://mail.example.org?starttls=maybe",
        "smtp://mail.example.org?tls=1",
        "smtps://mail.example.org?starttls=yes",
        "smtp://user:secret@mail.example.org:port",
    ],
)
def test_a_wrong_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(CannotStart) as refused:
        load_settings(smtp_url=url, mail_from="h@example.org")
    assert "HEADWAY_SMTP_URL" in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("sender", [None, "nobody", "a@b@c", "Eve\r\nBcc: x@y <h@example.org>", "a@b.org, c@d.org"])
def test_the_sender_has_to_be_one_address(sender: str | None) -> None:
    with pytest.raises(CannotStart, match="HEADWAY_MAIL_FROM"):
        load_settings(smtp_url="smtp://127.0.0.1", mail_from=sender)


def test_the_password_is_in_no_picture_of_the_settings() -> None:
    settings = Settings(smtp_url="smtp://user:secret@localhost", mail_from="h@example.org")
    assert "secret" not in repr(settings) + str(settings) + repr(settings.smtp)
