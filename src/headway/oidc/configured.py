"""The provider that the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headway.settings import Settings

if TYPE_CHECKING:
    from headway.oidc.provider import Provider

RETURN = "/sign-in/return"  # the page that providers send people back to


def provider_of(settings: Settings) -> Provider | None:
    """The sign-in provider of this server; None where there is none."""
    if settings.oidc_issuer is None or settings.oidc_client_id is None:
        return None
    # Cryptography for tokens takes a third of a second to import, and most servers have no provider.
    from headway.oidc.provider import Client, Provider
    from headway.outbound import Outbound

    client = Client(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        secret=settings.oidc_client_secret,
        redirect_uri=settings.public_url + RETURN,
    )
    return Provider(Outbound(settings.allowed_outbound), client)
