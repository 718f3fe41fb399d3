"""Signing in by OpenID Connect: to the provider and back, and what somebody has linked.

The provider sends the browser back to a page of the web UI, which posts what it was given. So this is a write like any
other: from a page of our own origin, in a unit of work, and refused with a problem that the page shows.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from uuid import UUID

import structlog
from fastapi import Request, Response

from headway.accounts.entering import Wanted, enter
from headway.accounts.limits import forgive_address, limit_address
from headway.accounts.passwords import prove_again
from headway.accounts.secrets import new_secret
from headway.accounts.session import Me, Person, get_me, keep_session, who_is_asking
from headway.admission import step_aside
from headway.answers import refusals
from headway.db import Db
from headway.errors import Busy, NotFound, Unauthenticated
from headway.oidc import commands
from headway.oidc.claims import Claims, Untrusted
from headway.oidc.models import SignInUnderWay
from headway.oidc.queries import own_identities
from headway.oidc.schemas import (
    AddressOut,
    IdentityOut,
    NewLink,
    NewProviderSignIn,
    ProviderAnswer,
    ProviderOut,
    ReturnOut,
)
from headway.oidc.targets import safe_target
from headway.outbound import OutboundError
from headway.routing import Router
from headway.settings import Settings
from headway.workspaces import invitation_commands as invitations
from headway.workspaces.answers import me_out
from headway.workspaces.me_routes import browser_of, second_factor_wanted

if TYPE_CHECKING:
    from headway.oidc.provider import Provider

log = structlog.get_logger()
router = Router(tags=["sign-in provider"], prefix="/oidc")

COOKIE = "headway_sign_in"
PATH = "/api/oidc"
SECONDS = 20.0  # for all that is asked of the provider in one request
# Refusals that a provider may send by its own standard; anything else is not repeated to anybody.
SAID_NO = {"access_denied", "login_required", "interaction_required", "consent_required", "account_selection_required"}


@router.get("")
async def get_provider(request: Request) -> ProviderOut:
    """Which sign-in provider this server has, if any. Needs no account."""
    settings: Settings = request.app.state.settings
    return ProviderOut(name=settings.provider_name, sign_up=settings.oidc_sign_up)


@router.post("/start", responses=refusals(401, 404, 410, 429))
async def start_provider_sign_in(new: NewProviderSignIn, request: Request, response: Response, db: Db) -> AddressOut:
    """Begins a sign-in at the provider, and binds it to this browser by a cookie.

    With an `invitation`, somebody new gets an account and joins; 404 or 410 when it lets nobody in (any more).
    """
    provider = provider_here(request)
    if new.invitation is not None:
        limit_address("invitation")
        async with request.app.state.database.reading() as reads:
            await invitations.look_at(reads, new.invitation)
        forgive_address("invitation")  # it was no guess
    return await send_to_provider(request, response, db, provider, new.next, invitation=new.invitation)


@router.post("/link", responses=refusals(401, 403, 404, 429))
async def start_link(new: NewLink, request: Request, response: Response, db: Db) -> AddressOut:
    """Begins linking a sign-in at the provider to my account. Takes my password once more: what is linked opens it.

    403 `password.wrong` when it is not mine.
    """
    provider = provider_here(request)
    database = request.app.state.database
    async with database.reading() as reads:
        me = await who_is_asking(reads, request)
    await prove_again(database, me.person_id, new.password)
    return await send_to_provider(request, response, db, provider, new.next, me=me)


@router.post("/finish", responses=refusals(401, 403, 404, 409, 410, 429), response_model=ReturnOut)
async def finish_provider_sign_in(
    answer: ProviderAnswer, request: Request, response: Response, db: Db
) -> ReturnOut | Response:
    """What the provider sent the browser back with: signs in, or links what was begun as a link. Works once.

    401 `oidc.state` when it was not begun in this browser, `oidc.refused` when the provider said no, `oidc.answer`
    when what it says is not to be believed. 409 `oidc.link_first` when the address has an account that is not linked.
    403 `oidc.unknown` when nobody here has linked it and accounts come by invitation. 401 `second_factor` as at
    /api/sessions when Headway's own second factor is still wanted.
    """
    provider, settings = provider_here(request), request.app.state.settings
    limit_address("oidc")
    cookie = request.cookies.get(COOKIE, "")
    async with request.app.state.database.reading() as reads:
        under_way = await commands.take(reads, answer.state, cookie)
    async with trusting(settings.provider_name):
        claims = await ask(provider, answer, under_way)
    forgive_address("oidc")
    issuer = provider.client.issuer
    if under_way.person_id is not None:
        me = await get_me(request, db)
        await commands.link(db, me, under_way, issuer, claims)
        forget(response, settings)
        return ReturnOut(me=await me_out(db, me), next=under_way.target, linked=True)
    invitation = cookie.partition(".")[2] or None
    person = await commands.person_of(
        db,
        issuer,
        claims,
        provider=settings.provider_name,
        may_join=settings.oidc_sign_up,
        invited=invitation is not None,
    )
    entered = await enter(db, person, browser_of(request))
    if isinstance(entered, Wanted):
        return second_factor_wanted(entered, next=under_way.target)
    if invitation is not None:
        await commands.join(db, entered.me, invitation)
    keep_session(response, settings, entered.secret)
    forget(response, settings)
    return ReturnOut(me=await me_out(db, entered.me), next=under_way.target, linked=False)


@router.get("/identities", responses=refusals(401))
async def list_identities(request: Request, db: Db, me: Me) -> list[IdentityOut]:
    """What I have linked, the oldest first."""
    issuer = request.app.state.settings.oidc_issuer
    found = await db.scalars(own_identities(me.person_id))
    return [IdentityOut.model_validate(one).model_copy(update={"usable": one.issuer == issuer}) for one in found]


@router.delete("/identities/{identity_id}", status_code=204, responses=refusals(401, 404, 409))
async def unlink_identity(identity_id: UUID, request: Request, db: Db, me: Me) -> None:
    """Unlinks one. 409 `identity.only_way` when I could not sign in without it."""
    await commands.unlink(db, me, identity_id, request.app.state.settings.oidc_issuer)


async def send_to_provider(
    request: Request,
    response: Response,
    db: Db,
    provider: "Provider",
    target: str | None,
    *,
    me: Person | None = None,
    invitation: str | None = None,
) -> AddressOut:
    """The provider's address with what this sign-in is known by, once that is kept and the browser has its cookie."""
    settings: Settings = request.app.state.settings
    begun = commands.new_sign_in()
    async with trusting(settings.provider_name):
        url = await provider.address(begun.state, begun.nonce, begun.verifier)
    # The invitation travels in the cookie: no script reads it there, and it is not written down here.
    browser = f"{new_secret()}.{invitation}" if invitation else new_secret()
    await commands.begin(db, begun, browser, safe_target(target), me)
    # Strict: the page that the provider sends people back to is ours, and it is that page that posts.
    response.set_cookie(
        COOKIE,
        browser,
        max_age=int(commands.LASTS.total_seconds()),
        path=PATH,
        httponly=True,
        samesite="strict",
        secure=settings.public_url.startswith("https:"),
    )
    return AddressOut(url=url)


def forget(response: Response, settings: Settings) -> None:
    secure = settings.public_url.startswith("https:")
    response.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="strict", secure=secure)


def provider_here(request: Request) -> "Provider":
    provider: Provider | None = request.app.state.provider
    if provider is None:
        raise NotFound("oidc.none", "This server has no sign-in provider.")
    return provider


async def ask(provider: "Provider", answer: ProviderAnswer, under_way: SignInUnderWay) -> Claims:
    """Who signed in there."""
    await provider.check_answer(answer.iss)
    if answer.code is None or answer.error is not None:
        said = f" ({answer.error})" if answer.error in SAID_NO else ""
        raise Unauthenticated("oidc.refused", f"The sign-in provider did not sign you in{said}. Nothing was changed.")
    return await provider.claims(answer.code, under_way.verifier, under_way.nonce)


@asynccontextmanager
async def trusting(name: str | None) -> AsyncIterator[None]:
    """Around questions to the provider: others work meanwhile, and what goes wrong is told in a sentence."""
    try:
        step_aside()
        async with asyncio.timeout(SECONDS):
            yield
    except TimeoutError:
        raise unreachable(name, f"it took longer than {SECONDS:g} seconds") from None
    except Untrusted as error:
        log.warning("oidc.untrusted", why=str(error))
        detail = (
            f"The answer of {name} cannot be trusted: {error}. Nobody was signed in and nothing was linked. "
            "Try again; if it stays so, tell whoever runs this server."
        )
        raise Unauthenticated("oidc.answer", detail) from None
    except OutboundError as error:
        raise unreachable(name, str(error)) from None


def unreachable(name: str | None, why: str) -> Busy:
    log.warning("oidc.unreachable", why=why)
    detail = f"{name} could not be asked: {why}. Nobody was signed in; try again in a moment."
    return Busy("oidc.unreachable", detail, retry_after=5)
