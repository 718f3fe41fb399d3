"""What can happen to passkeys: they are made, named, asked and removed."""

import asyncio
from datetime import timedelta
from secrets import token_bytes
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from headway.accounts import passkeys
from headway.accounts.asker import Asker
from headway.accounts.factors_commands import end_codes_of_nothing, first_codes, lock_person, tell
from headway.accounts.factors_models import Challenge, Passkey
from headway.accounts.factors_queries import old_challenges, own_passkeys
from headway.accounts.factors_schemas import Assertion, NewPasskey
from headway.accounts.passkeys import Made, Party
from headway.audit.record import audit
from headway.clock import new_id, now
from headway.errors import Conflict, Forbidden, NotFound

CHALLENGE_LASTS = timedelta(minutes=5)
MOST = 20


async def challenge(db: AsyncSession, purpose: str, person_id: UUID | None) -> bytes:
    """Random bytes to sign, once and for one purpose, in the next five minutes."""
    at, value = now(), token_bytes(32)
    await db.execute(old_challenges(at))
    row = {"value": value, "purpose": purpose, "person_id": person_id, "expires_at": at + CHALLENGE_LASTS}
    await db.execute(insert(Challenge), row)
    return value


async def take_challenge(db: AsyncSession, client_data: bytes, purpose: str, person_id: UUID | None) -> bytes:
    """The challenge that an answer answers, which is gone by this. `db` must commit by itself, like `Database.reading`:
    an answer that is wrong uses it up as well.

    Raises:
        Forbidden: it was never made, not for this, not for them, used or too old.
    """
    value: bytes = (await checks()).challenge_in(client_data)
    its = (Challenge.value == value, Challenge.purpose == purpose, Challenge.person_id.is_not_distinct_from(person_id))
    if await db.scalar(delete(Challenge).where(*its, Challenge.expires_at > now()).returning(Challenge.value)) is None:
        raise Forbidden(*passkeys.WRONG)
    return value


async def prove_with(
    db: AsyncSession, answer: Assertion, *, purpose: str, person_id: UUID | None, at: Party, alone: bool
) -> UUID:
    """Whose passkey has answered. `db` must commit by itself: the challenge and the new count are kept, come what may.

    Args:
        person_id: whose it must be; None where the passkey itself says it.
        alone: see `passkeys_checks.check_answer`.

    Raises:
        Forbidden: it was not accepted.
    """
    value = await take_challenge(db, answer.client_data, purpose, person_id)
    passkey = await db.scalar(select(Passkey).where(Passkey.credential_id == answer.credential_id))
    if passkey is None or (person_id is not None and passkey.person_id != person_id):
        raise Forbidden(*passkeys.WRONG)
    if answer.user_handle is not None and answer.user_handle != passkey.person_id.bytes:
        raise Forbidden(*passkeys.WRONG)
    count = (await checks()).check_answer(answer, value, at, passkey, alone=alone)
    # Of two answers with one count, the second comes from a copy of the key.
    newer = or_(Passkey.sign_count < count, (Passkey.sign_count == 0) & (count == 0))
    used = update(Passkey).where(Passkey.id == passkey.id, newer).values(sign_count=count, last_used_at=now())
    if await db.scalar(used.returning(Passkey.id)) is None:
        raise Forbidden(*passkeys.WRONG)
    return passkey.person_id


async def add_passkey(db: AsyncSession, me: Asker, new: NewPasskey, made: Made) -> tuple[Passkey, list[str] | None]:
    """A passkey that has just been made, and ten recovery codes if there are none yet.

    Raises:
        Conflict: it is somebody's already, or there are very many.
    """
    await lock_person(db, me.person_id)
    has = await db.scalar(select(func.count()).select_from(Passkey).where(Passkey.person_id == me.person_id))
    if has is not None and has >= MOST:
        raise Conflict("passkey.many", f"You have {MOST} passkeys. Remove those you no longer use first.")
    values = {
        "id": new_id(),
        "person_id": me.person_id,
        "name": new.name,
        "credential_id": made.credential_id,
        "public_key": made.public_key,
        "sign_count": made.sign_count,
        "transports": new.transports,
        "created_at": now(),
        "last_used_at": None,
    }
    added = upsert(Passkey).values(values).on_conflict_do_nothing(index_elements=[Passkey.credential_id])
    passkey = await db.scalar(added.returning(Passkey))
    if passkey is None:
        raise Conflict("passkey.exists", "This passkey is in use already.")
    codes = await first_codes(db, me)
    await audit(db, "passkey.added", by=me.person_id, means=me.means, about_id=passkey.id, name=passkey.name)
    await tell(db, me.person_id)
    return passkey, codes


async def rename_passkey(db: AsyncSession, me: Asker, passkey_id: UUID, name: str) -> Passkey:
    """Calls one of one's own passkeys something else."""
    its = (Passkey.id == passkey_id, Passkey.person_id == me.person_id)
    passkey: Passkey | None = await db.scalar(update(Passkey).where(*its).values(name=name).returning(Passkey))
    if passkey is None:
        raise no_such_passkey()
    await audit(db, "passkey.renamed", by=me.person_id, means=me.means, about_id=passkey_id, name=name)
    await tell(db, me.person_id)
    return passkey


async def remove_passkey(db: AsyncSession, me: Asker, passkey_id: UUID) -> None:
    """It opens nothing from now on."""
    await lock_person(db, me.person_id)
    its = (Passkey.id == passkey_id, Passkey.person_id == me.person_id)
    name = await db.scalar(delete(Passkey).where(*its).returning(Passkey.name))
    if name is None:
        raise no_such_passkey()
    await end_codes_of_nothing(db, me.person_id)
    await audit(db, "passkey.removed", by=me.person_id, means=me.means, about_id=passkey_id, name=name)
    await tell(db, me.person_id)


async def passkeys_of(db: AsyncSession, person_id: UUID) -> list[Passkey]:
    """Somebody's passkeys, the oldest first."""
    return list(await db.scalars(own_passkeys(person_id)))


def no_such_passkey() -> NotFound:
    return NotFound("passkey.not_found", "There is no such passkey, or it was removed.")


async def checks() -> Any:
    """`passkeys_checks`, imported in a thread when it is first needed: it brings 12 MB, and takes a quarter second."""

    def imported() -> Any:
        from headway.accounts import passkeys_checks

        return passkeys_checks

    return await asyncio.to_thread(imported)
