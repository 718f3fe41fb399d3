"""What can happen to somebody's second factors: an app that makes codes, recovery codes, and what they open."""

from datetime import timedelta
from hmac import compare_digest
from time import time
from uuid import UUID

import pyotp
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from headway.accounts.asker import Asker
from headway.accounts.factors_models import CodeApp, Passkey, RecoveryCode
from headway.accounts.factors_queries import factors_of, own_app, own_passkeys
from headway.accounts.models import Person
from headway.accounts.secrets import hashed, new_password
from headway.audit.record import audit
from headway.clock import new_id, now
from headway.errors import Conflict, Forbidden, NotFound, Unauthenticated
from headway.events.record import record

STEP = 30  # seconds a code is for
CODES = 10
SETTING_UP = timedelta(hours=1)


async def lock_person(db: AsyncSession, person_id: UUID) -> Person:
    """Two changes of one person's factors are put one after the other: the last one must know that it is the last."""
    statement = select(Person).where(Person.id == person_id).with_for_update()
    return (await db.scalars(statement.execution_options(populate_existing=True))).one()


async def tell(db: AsyncSession, person_id: UUID) -> None:
    """Has somebody's other screens look at their factors anew: what changed is told, no secret ever."""
    await db.flush()
    has = (await db.execute(factors_of(person_id))).one()
    passkeys = [{"id": str(one.id), "name": one.name} for one in await db.scalars(own_passkeys(person_id))]
    after = {"app": has.app, "passkeys": passkeys, "recovery_codes_left": has.codes}
    record(db, f"person:{person_id}", "second_factor.changed", person_id, None, after)


async def begin_app(db: AsyncSession, me: Asker) -> str:
    """A secret for an app, which opens nothing until the app has shown a code.

    Raises:
        Conflict: there is an app already.
    """
    await lock_person(db, me.person_id)
    app = await db.scalar(own_app(me.person_id))
    if app is not None and app.confirmed_at is not None:
        raise Conflict("app.exists", "An app makes your codes already. Remove it first to set another one up.")
    await db.execute(delete(CodeApp).where(CodeApp.person_id == me.person_id))
    secret = pyotp.random_base32()
    new = {"person_id": me.person_id, "secret": secret, "created_at": now(), "confirmed_at": None, "last_step": 0}
    await db.execute(insert(CodeApp), new)
    return secret


async def confirm_app(db: AsyncSession, me: Asker, code: str) -> list[str] | None:
    """From now on its codes are wanted. Ten recovery codes, if there are none yet.

    Raises:
        Conflict: none is being set up, or that began too long ago.
        Forbidden: the code is not the app's present one.
    """
    await lock_person(db, me.person_id)
    app = await db.scalar(own_app(me.person_id))
    if app is None or app.confirmed_at is not None or app.created_at < now() - SETTING_UP:
        raise Conflict("app.not_begun", "No app is being set up, or that began too long ago. Start again.")
    step = step_of(app.secret, digits_of(code))
    if step is None:
        raise Forbidden("code.wrong", "That is not the app's present code. Is the clock of the device right?")
    app.confirmed_at, app.last_step = now(), step
    codes = await first_codes(db, me)
    await audit(db, "code_app.added", by=me.person_id, means=me.means, about_id=me.person_id)
    await tell(db, me.person_id)
    return codes


async def remove_app(db: AsyncSession, me: Asker) -> None:
    """Its codes open nothing from now on."""
    await lock_person(db, me.person_id)
    removed = delete(CodeApp).where(CodeApp.person_id == me.person_id, CodeApp.confirmed_at.is_not(None))
    if await db.scalar(removed.returning(CodeApp.person_id)) is None:
        raise NotFound("app.not_found", "No app makes your codes.")
    await end_codes_of_nothing(db, me.person_id)
    await audit(db, "code_app.removed", by=me.person_id, means=me.means, about_id=me.person_id)
    await tell(db, me.person_id)


async def end_codes_of_nothing(db: AsyncSession, person_id: UUID) -> None:
    """Recovery codes stand in for something. When the last factor goes, they go."""
    has = (await db.execute(factors_of(person_id))).one()
    if not has.app and not has.passkey:
        await db.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))


async def first_codes(db: AsyncSession, me: Asker) -> list[str] | None:
    """Ten recovery codes for somebody who has none."""
    has = (await db.execute(factors_of(me.person_id))).one()
    return None if has.codes else await write_codes(db, me)


async def renew_codes(db: AsyncSession, me: Asker) -> list[str]:
    """Ten new recovery codes; the old ones open nothing.

    Raises:
        Conflict: there is nothing that they would stand in for.
    """
    await lock_person(db, me.person_id)
    has = (await db.execute(factors_of(me.person_id))).one()
    if not has.app and not has.passkey:
        raise Conflict("second_factor.none", "Recovery codes stand in for an app or a passkey. Set one up first.")
    codes = await write_codes(db, me)
    await tell(db, me.person_id)
    return codes


async def write_codes(db: AsyncSession, me: Asker) -> list[str]:
    """80 random bits each, so that a plain hash is enough."""
    await db.execute(delete(RecoveryCode).where(RecoveryCode.person_id == me.person_id))
    codes, at = [new_password() for _ in range(CODES)], now()
    rows = [
        {"id": new_id(), "person_id": me.person_id, "code_hash": hashed(plain(code)), "created_at": at}
        for code in codes
    ]
    await db.execute(insert(RecoveryCode), rows)
    await audit(db, "recovery_codes.made", by=me.person_id, means=me.means, about_id=me.person_id)
    return codes


async def use_code(db: AsyncSession, person_id: UUID, code: str) -> None:
    """Uses up a code from the app or from paper, whichever it looks like.

    Raises:
        Unauthenticated: it is neither, or it was used.
    """
    digits = digits_of(code)
    used = await use_app_code(db, person_id, digits) if digits else await use_recovery_code(db, person_id, code)
    if not used:
        raise Unauthenticated("code.wrong", "That code is wrong, or it was used already. Each one works once.")


async def use_app_code(db: AsyncSession, person_id: UUID, digits: str) -> bool:
    """Whether it is the app's code, and newer than the last one used: of two who use one, one is too late."""
    app = await db.scalar(own_app(person_id))
    step = step_of(app.secret, digits) if app is not None else None
    if step is None:
        return False
    newer = (CodeApp.person_id == person_id, CodeApp.confirmed_at.is_not(None), CodeApp.last_step < step)
    used = update(CodeApp).where(*newer).values(last_step=step).returning(CodeApp.person_id)
    return await db.scalar(used) is not None


async def use_recovery_code(db: AsyncSession, person_id: UUID, code: str) -> bool:
    """Whether it is one of those left; it is left no longer."""
    its = (RecoveryCode.person_id == person_id, RecoveryCode.code_hash == hashed(plain(code)))
    if await db.scalar(delete(RecoveryCode).where(*its).returning(RecoveryCode.id)) is None:
        return False
    await audit(db, "recovery_code.used", by=person_id, means="web", about_id=person_id)
    await tell(db, person_id)
    return True


def step_of(secret: str, digits: str | None) -> int | None:
    """The thirty seconds that a code belongs to: these, those before or those after; None for a wrong code."""
    totp, present = pyotp.TOTP(secret), int(time()) // STEP
    for step in (present, present - 1, present + 1):
        if digits is not None and compare_digest(totp.generate_otp(step), digits):
            return step
    return None


def digits_of(code: str) -> str | None:
    """`123 456` as `123456`; None for what no app shows."""
    typed = plain(code)
    return typed if len(typed) == 6 and typed.isascii() and typed.isdecimal() else None


def plain(code: str) -> str:
    """A code without what people put between its letters."""
    return "".join(code.lower().replace("-", "").split())


async def has_passkeys(db: AsyncSession, person_id: UUID) -> bool:
    """Whether there is one to prove oneself with."""
    return await db.scalar(select(Passkey.id).where(Passkey.person_id == person_id).limit(1)) is not None
