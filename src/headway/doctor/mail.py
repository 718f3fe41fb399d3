"""Whether letters could leave: the mail server is asked, and nothing is sent."""

import asyncio

from headway.doctor.findings import Finding
from headway.doctor.setup import GROUP
from headway.jobs.kinds import Failed
from headway.letters.sending import greet
from headway.settings import Settings

SECRECY = {"tls": "TLS", "starttls": "STARTTLS", "none": "not encrypted"}
FIX = "Correct HEADWAY_SMTP_URL (docs/mail.md), then try it with headway mail test ADDRESS"


def mail(settings: Settings) -> Finding:
    """Connects to the mail server as for a letter, encrypted and signed in as the settings say."""
    try:
        server = asyncio.run(greet(settings))
    except Failed as error:
        return Finding(GROUP, "Mail", "wrong", str(error), FIX)
    if server is None:
        return Finding(GROUP, "Mail", "not set up", "HEADWAY_SMTP_URL is not set; links take its place")
    who = f", signed in as {server.user}" if server.user else ""
    return Finding(GROUP, "Mail", "ok", f"{server.host}:{server.port}, {SECRECY[server.secrecy]}{who}")
