"""A letter as a message: text and HTML of the same words, headers that nobody else writes into."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape
from urllib.parse import urlsplit

from headway.clock import now
from headway.letters.texts import Letter
from headway.smtp_url import parse_sender

# Styles stand in the tags: mail programs drop <style>. Colours come out readable on white and on dark alike.
PAGE = (
    '<!doctype html><html><head><meta charset="utf-8"></head>'
    '<body style="margin:0;padding:24px"><div style="max-width:520px;margin:0 auto;'
    'font:15px/1.5 system-ui,-apple-system,Segoe UI,Roboto,sans-serif">{}</div></body></html>'
)
PARAGRAPH = '<p style="margin:0 0 16px">{}</p>'
BUTTON = (
    '<p style="margin:24px 0"><a href="{url}" style="background:#0f766e;color:#ffffff;border-radius:6px;'
    'display:inline-block;padding:10px 18px;text-decoration:none">{label}</a></p>'
    '<p style="margin:0 0 16px;font-size:13px">Or copy this address into your browser:<br>'
    '<a href="{url}" style="color:#0f766e;word-break:break-all">{url}</a></p>'
)
FOOT = '<p style="margin:24px 0 0;font-size:13px;color:#78716c">Sent by Headway at {}</p>'


def one_line(text: str) -> str:
    """Text for a header: a line break would begin another header, so all that does not print becomes a space."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def text_of(letter: Letter, public_url: str) -> str:
    """The letter for those who read plain text."""
    link = [f"{letter.label}:\n{public_url}{letter.path}"] if letter.path else []
    parts = [*map(one_line, letter.paragraphs), *link, *map(one_line, letter.after)]
    return "\n\n".join(parts) + f"\n\n-- \nSent by Headway at {public_url}\n"


def html_of(letter: Letter, public_url: str) -> str:
    """The same words as HTML. Everything that anybody wrote is escaped, and no picture is fetched from anywhere."""
    body = [PARAGRAPH.format(escape(text)) for text in letter.paragraphs]
    if letter.path:
        body.append(BUTTON.format(url=escape(public_url + letter.path), label=escape(letter.label or "")))
    body += [PARAGRAPH.format(escape(text)) for text in letter.after]
    return PAGE.format("".join(body) + FOOT.format(escape(public_url)))


def message_of(letter: Letter, *, to: str, sender: str, public_url: str, message_id: str) -> EmailMessage:
    """The message that leaves.

    Args:
        to: an address that `smtp_url.ADDRESS` matches.
        message_id: what stands before the @. It stays from try to try, so that mail servers can drop a copy.
    """
    assert letter.path is None or (letter.path.startswith("/") and not letter.path.startswith("//"))
    origin = parse_sender(sender)
    user, _, domain = to.rpartition("@")
    message = EmailMessage()
    message["From"] = Address(one_line(origin.display_name), origin.username, origin.domain)
    message["To"] = Address(username=user, domain=domain)
    message["Subject"] = one_line(letter.subject)[:200]
    message["Date"] = format_datetime(now())
    message["Message-ID"] = f"<{message_id}@{urlsplit(public_url).hostname or 'headway'}>"
    # Nobody's absence note is to answer this (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(text_of(letter, public_url))
    message.add_alternative(html_of(letter, public_url), subtype="html")
    return message
