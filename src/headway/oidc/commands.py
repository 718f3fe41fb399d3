"""What can happen to identities and to sign-ins under way."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from headway.accounts import commands as accounts
from headway.accounts.asker import Asker
from headway.accounts.factors_queries import factors_of
from headway.accounts.models import Person
from headway.accounts.passwords import forgive_tries
from headway.accounts.queries import person_by_email
from headway.accounts.secrets import hashed, new_secret
from headway.audit.record import audit
from headway.clock import new_id, now
from headway.errors import Conflict, Forbidden, NotFound, Unauthenticated
from headway.events.record import begin_change, record
from headway.oidc.claims import Claims
from headway.oidc.models import Identity, SignInUnderWay
from headway.oidc.queries import lapsed, own_identities, taking_out, whose
from headway.oidc.schemas import IdentityOut
from headway.workspaces.invitation_commands import accept_invitation

LASTS = timedelta(minutes=10)
MOST = 10


@dataclass(frozen=True, slots=True)
class Begun:
    """What goes to the provider. Of the state only a hash is kept here."""

    state: str
    nonce: str
    verifier: str


def new_sign_in() -> Begun:
    """Three secrets that nobody has seen before."""
    return Begun(new_secret(), new_secret(), new_secret())


async def begin(db: AsyncSession, begun: Begun, browser: str, target: str, me: Asker | None = None) -> None:
    """Keeps what the provider's answer is checked against. `me`: whose account is to be linked; None to sign in."""
    at = now()
    await db.execute(lapsed(at))
    if me is not None:  # who has just proved their password, so that the tries before were no guesses
        await forgive_tries(db, me.person_id)
    db.add(
        SignInUnderWay(
            state_hash=hashed(begun.state),
            browser_hash=hashed(browser),
            nonce=begun.nonce,
            verifier=begun.verifier,
            target=target,
            person_id=me.person_id if me else None,
            session_id=me.session_id if me else None,
            expires_at=at + LASTS,
        )
    )


async def take(db: AsyncSession, state: str, browser: str) -> SignInUnderWay:
    """What was begun in this browser under this state, once. `db` must commit by itself, like `Database.reading`.

    Raises:
        Unauthenticated: another browser began it, it was answered already, or it is too old.
    """
    under_way = await db.scalar(taking_out(hashed(state), hashed(browser), now()))
    if under_way is None:
        detail = "This sign-in was not begun in this browser, was used already, or took too long. Begin it again."
        raise Unauthenticated("oidc.state", detail)
    return under_way


async def person_of(
    db: AsyncSession, issuer: str, claims: Claims, *, provider: str, may_join: bool, invited: bool
) -> Person:
    """Whoever the provider says has signed in; an account is made for them where that is allowed.

    Args:
        may_join: whether people whom nobody has invited get an account.
        invited: whether they have come with an invitation that is good.

    Raises:
        Conflict: their address has an account. An address alone opens none: its owner links it, from inside.
        Forbidden: they are nobody here, and may not become somebody.
    """
    row = (await db.execute(whose(issuer, claims.subject))).one_or_none()
    if row is not None:
        person, identity = row
        identity.last_used_at = now()
        begin_change(db, "web", person.id)
        return person
    if claims.email is not None and await db.scalar(person_by_email(claims.email)) is not None:
        detail = (
            f"There is an account with the address {claims.email} here, and it is not linked with {provider}. "
            f"Sign in to it as usual, then link {provider} in your account’s settings."
        )
        raise Conflict("oidc.link_first", detail)
    if not (may_join or invited):
        detail = (
            f"Nobody here has linked this {provider} sign-in. Sign in as usual and link it in your account’s settings; "
            "without an account, ask a colleague for an invitation link."
        )
        raise Forbidden("oidc.unknown", detail)
    if claims.email is None:
        detail = (
            f"An account needs an e-mail address, and {provider} does not say that you have proved yours. Do so there."
        )
        raise Forbidden("oidc.email", detail)
    make = accounts.create_person if invited else accounts.sign_up
    name = claims.name or claims.email.partition("@")[0][:100]
    person = await make(db, name=name, email=claims.email, password_hash=None)
    person_row = await db.get_one(Person, person.id)
    person_row.email_proved_at = now()
    await add_identity(db, person_row.id, issuer, claims, "web")
    return person_row


async def join(db: AsyncSession, me: Asker, invitation: str) -> None:
    """Joins what somebody was invited to; who is there already stays as they are, and the link stays good."""
    try:
        async with db.begin_nested():
            await accept_invitation(db, me, invitation)
    except Conflict as conflict:
        if conflict.code != "invitation.member":
            raise


async def link(db: AsyncSession, me: Asker, under_way: SignInUnderWay, issuer: str, claims: Claims) -> None:
    """Links who somebody is at the provider to the account in whose session they began it.

    Raises:
        Conflict: another session came back, or it is linked to somebody else.
    """
    if (me.person_id, me.session_id) != (under_way.person_id, under_way.session_id):
        raise Conflict("oidc.other_session", "You are not signed in as who began this. Nothing was linked; try again.")
    await db.execute(select(Person.id).where(Person.id == me.person_id).with_for_update())
    row = (await db.execute(whose(issuer, claims.subject))).one_or_none()
    if row is not None:
        if row[0].id == me.person_id:
            return
        raise Conflict("identity.taken", "That sign-in is linked with another account here. Nothing was changed.")
    has = await db.scalar(select(func.count()).select_from(Identity).where(Identity.person_id == me.person_id))
    if has is not None and has >= MOST:
        raise Conflict("identity.many", f"You have linked {MOST} sign-ins. Unlink one that you no longer use first.")
    await add_identity(db, me.person_id, issuer, claims, me.means)


async def add_identity(db: AsyncSession, person_id: UUID, issuer: str, claims: Claims, means: str) -> None:
    identity = Identity(
        id=new_id(),
        person_id=person_id,
        issuer=issuer,
        subject=claims.subject,
        email=claims.email,
        created_at=now(),
        last_used_at=None,
    )
    values = {column.key: getattr(identity, column.key) for column in Identity.__table__.columns}
    fields = ["issuer", "subject"]
    added = insert(Identity).values(values).on_conflict_do_nothing(index_elements=fields).returning(Identity.id)
    if await db.scalar(added) is None:
        raise Conflict("identity.taken", "That sign-in was linked with an account in this very moment. Try again.")
    record(db, f"person:{person_id}", "identity.created", identity.id, None, identity_data(identity))
    await audit(db, "identity.linked", by=person_id, means=means, about_id=identity.id, issuer=issuer)


async def unlink(db: AsyncSession, me: Asker, identity_id: UUID, issuer: str | None) -> None:
    """Takes one of one's own identities away. `issuer`: the provider that this server has now.

    Raises:
        NotFound: there is no such identity of mine.
        Conflict: without it there would be no way in.
    """
    # Two that are unlinked at once must see one another, or both would be the one that is left.
    person = await db.scalar(select(Person).where(Person.id == me.person_id).with_for_update())
    identities = list(await db.scalars(own_identities(me.person_id)))
    identity = next((one for one in identities if one.id == identity_id), None)
    if identity is None or person is None:
        raise NotFound("identity.not_found", "There is no such linked sign-in, or it was unlinked.")
    others = [one for one in identities if one is not identity and one.issuer == issuer]
    has = (await db.execute(factors_of(me.person_id))).one()
    if person.password_hash is None and not others and not has.passkey:
        detail = (
            "This is your only way to sign in. Set a password first, with “Forgot your password?” on the sign-in page."
        )
        raise Conflict("identity.only_way", detail)
    await db.execute(delete(Identity).where(Identity.id == identity.id))
    record(db, f"person:{me.person_id}", "identity.removed", identity.id, identity_data(identity), None)
    await audit(db, "identity.unlinked", by=me.person_id, means=me.means, about_id=identity.id, issuer=identity.issuer)


def identity_data(identity: Identity) -> dict[str, object]:
    """An identity as its owner sees it."""
    return IdentityOut.model_validate(identity).model_dump(mode="json", exclude={"usable"})
