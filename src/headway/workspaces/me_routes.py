"""Getting in, and who I am then: the answers that need both an account and the workspaces it belongs to."""

from datetime import timedelta

from fastapi import Request, Response
from starlette.requests import HTTPConnection

from headway.accounts import commands as accounts
from headway.accounts import entering
from headway.accounts.limits import limit_address
from headway.accounts.passwords import prove
from headway.accounts.schemas import Credentials, NewAccount, PersonChange
from headway.accounts.secrets import hash_password
from headway.accounts.session import Me, keep_session
from headway.answers import refusals
from headway.db import Db
from headway.errors import Forbidden, problem
from headway.routing import Router
from headway.workspaces import commands
from headway.workspaces.answers import me_out
from headway.workspaces.schemas import MeOut

router = Router(tags=["account"])

SIGN_UPS = 20  # accounts an hour from one address


def browser_of(connection: HTTPConnection) -> str:
    """What the browser calls itself, to tell one's sessions apart."""
    return connection.headers.get("user-agent", "")


@router.post("/sessions", status_code=201, responses=refusals(401, 403, 429), response_model=MeOut)
async def sign_in(credentials: Credentials, request: Request, response: Response, db: Db) -> MeOut | Response:
    """Signs in with an e-mail address and a password, and sets the session's cookie for thirty days.

    401 `credentials` does not tell whether the address is known. After ten wrong passwords in a quarter of an hour
    the account answers 429 with Retry-After; whoever is signed in already stays so.

    401 `second_factor` means that the password was right and more is wanted: it carries `ticket`, which works once and
    for ten minutes, and `kinds` (totp, passkey, recovery). Go on at /api/sessions/second-factor, or at
    /api/sessions/passkey.
    """
    person_id, password_hash = await prove(request.app.state.database, credentials.email, credentials.password)
    entered = await entering.sign_in(db, person_id, password_hash, browser_of(request))
    if isinstance(entered, entering.Wanted):
        return second_factor_wanted(entered)
    keep_session(response, request.app.state.settings, entered.secret)
    return await me_out(db, entered.me)


def second_factor_wanted(wanted: entering.Wanted, **more: str) -> Response:
    """Returned and not raised: what is raised would roll the ticket back."""
    detail = "One more step: show that it is you with your app, your passkey or a recovery code."
    return problem(401, "second_factor", detail, {"ticket": wanted.ticket, "kinds": wanted.kinds, **more})


@router.post("/accounts", status_code=201, responses=refusals(403, 409, 429))
async def sign_up(new: NewAccount, request: Request, response: Response, db: Db) -> MeOut:
    """Makes an account and signs it in, where this server is open for sign-up (`HEADWAY_SIGN_UP=open`).

    Then make a workspace, or accept an invitation. 409 `account.exists` when the address has an account.
    """
    settings = request.app.state.settings
    if settings.sign_up != "open":
        raise Forbidden("sign_up.invited", "Accounts on this server come by invitation. Ask somebody there for a link.")
    limit_address("sign_up", SIGN_UPS, timedelta(hours=1))
    password_hash = await hash_password(new.password)
    person = await accounts.sign_up(db, name=new.name, email=new.email, password_hash=password_hash)
    me, secret = await accounts.begin_session(db, person, browser_of(request))
    keep_session(response, settings, secret)
    return await me_out(db, me)


@router.get("/me", responses=refusals(401))
async def get_me(db: Db, me: Me) -> MeOut:
    """Who I am, and the workspaces I belong to."""
    return await me_out(db, me)


@router.patch("/me", responses=refusals(401))
async def rename_me(change: PersonChange, db: Db, me: Me) -> MeOut:
    """Changes my name, which everybody who works with me sees at once."""
    return await me_out(db, await commands.rename_me(db, me, change.name))
