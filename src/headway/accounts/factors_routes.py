"""My second factors: an app that makes codes, passkeys, recovery codes."""

from uuid import UUID

import pyotp
import segno
from fastapi import Request

from headway.accounts import factors_commands as commands
from headway.accounts import passkeys, passkeys_commands
from headway.accounts.factors_proof import prove_self
from headway.accounts.factors_queries import factors_of, own_app
from headway.accounts.factors_schemas import (
    AppConfirmation,
    KnownPasskey,
    NewAppOut,
    NewPasskey,
    NewPasskeyOptionsOut,
    NewPasskeyOut,
    PasskeyChange,
    PasskeyOptionsOut,
    PasskeyOut,
    Proved,
    RecoveryCodesOut,
    SecondFactorOut,
)
from headway.accounts.factors_tries import count_code, forget_codes, tries_inside
from headway.accounts.models import Person
from headway.accounts.session import Me, get_me, who_is_asking
from headway.answers import refusals
from headway.db import Db
from headway.routing import Router

router = Router(tags=["second factor"], prefix="/me", responses=refusals(401))


@router.get("/second-factor")
async def get_second_factor(request: Request, db: Db, me: Me) -> SecondFactorOut:
    """What is wanted besides my password when I sign in: nothing, until I set up an app or a passkey."""
    app = await db.scalar(own_app(me.person_id))
    person = await db.get_one(Person, me.person_id)
    has = (await db.execute(factors_of(me.person_id))).one()
    return SecondFactorOut(
        app_since=app.confirmed_at if app else None,
        passkeys=[PasskeyOut.model_validate(one) for one in await passkeys_commands.passkeys_of(db, me.person_id)],
        recovery_codes_left=has.codes,
        passkeys_possible=passkeys.party_of(request.app.state.settings) is not None,
        has_password=person.password_hash is not None,
    )


@router.post("/second-factor/app", status_code=201, responses=refusals(403, 409, 429))
async def begin_app(body: Proved, request: Request, db: Db) -> NewAppOut:
    """Begins to set up an app that makes codes (TOTP). It counts once /app/confirm has had a code from it.

    403 without a proof that it is me; 409 `app.exists` when there is one.
    """
    await prove_self(request, body.proof)
    me = await get_me(request, db)
    secret = await commands.begin_app(db, me)
    uri = pyotp.TOTP(secret).provisioning_uri(name=me.email or me.name, issuer_name="Headway")
    # Black on white with its quiet zone, whatever the page's colours: cameras want that.
    qr = segno.make(uri, error="m", micro=False).svg_data_uri(scale=4, border=3, dark="#000", light="#fff")
    return NewAppOut(secret=secret, uri=uri, qr=qr)


@router.post("/second-factor/app/confirm", responses=refusals(403, 409, 429))
async def confirm_app(body: AppConfirmation, request: Request, db: Db) -> RecoveryCodesOut:
    """Finishes setting up: the app's present code. From now on signing in takes one. Hands out recovery codes.

    403 `code.wrong`; 429 after ten wrong ones in a quarter of an hour.
    """
    async with request.app.state.database.reading() as reads:
        person_id = (await who_is_asking(reads, request)).person_id
        await count_code(reads, tries_inside(person_id))
    me = await get_me(request, db)
    codes = await commands.confirm_app(db, me, body.code)
    await forget_codes(db, tries_inside(person_id))
    return RecoveryCodesOut(recovery_codes=codes)


@router.post("/second-factor/app/remove", status_code=204, responses=refusals(403, 404, 429))
async def remove_app(body: Proved, request: Request, db: Db) -> None:
    """Removes the app: its codes open nothing. Without another factor the recovery codes end as well."""
    await prove_self(request, body.proof)
    await commands.remove_app(db, await get_me(request, db))


@router.post("/second-factor/recovery-codes", responses=refusals(403, 409, 429))
async def renew_recovery_codes(body: Proved, request: Request, db: Db) -> RecoveryCodesOut:
    """Ten new recovery codes, shown only here. The old ones end."""
    await prove_self(request, body.proof)
    return RecoveryCodesOut(recovery_codes=await commands.renew_codes(db, await get_me(request, db)))


@router.post("/proof/options", responses=refusals(403, 409))
async def ask_for_proof(request: Request, db: Db, me: Me) -> PasskeyOptionsOut:
    """A challenge for one of my passkeys, to prove that it is me. It lasts five minutes and works once."""
    at = passkeys.party(request.app.state.settings)
    known = await passkeys_commands.passkeys_of(db, me.person_id)
    return PasskeyOptionsOut(
        challenge=await passkeys_commands.challenge(db, "proof", me.person_id),
        rp_id=at.id,
        allow=[KnownPasskey.model_validate(one) for one in known],
        user_verification="required",
    )


@router.post("/passkeys/options", responses=refusals(403, 409, 429))
async def begin_passkey(body: Proved, request: Request, db: Db) -> NewPasskeyOptionsOut:
    """What a browser needs to make a passkey for me. 409 `passkey.address` where no browser would."""
    at = passkeys.party(request.app.state.settings)
    await prove_self(request, body.proof)
    me = await get_me(request, db)
    known = await passkeys_commands.passkeys_of(db, me.person_id)
    return NewPasskeyOptionsOut(
        challenge=await passkeys_commands.challenge(db, "passkey", me.person_id),
        rp_id=at.id,
        user_id=me.person_id.bytes,
        user_name=me.email or me.name,
        user_display_name=me.name,
        exclude=[KnownPasskey.model_validate(one) for one in known],
        algorithms=passkeys.ALGORITHMS,
    )


@router.post("/passkeys", status_code=201, responses=refusals(403, 409))
async def add_passkey(new: NewPasskey, request: Request, db: Db) -> NewPasskeyOut:
    """Keeps a passkey that was just made. From now on signing in takes it or another factor; alone it does too.

    403 `passkey.wrong` for an answer to no challenge of mine. Hands out recovery codes with the first factor.
    """
    at = passkeys.party(request.app.state.settings)
    async with request.app.state.database.reading() as reads:
        person_id = (await who_is_asking(reads, request)).person_id
        value = await passkeys_commands.take_challenge(reads, new.client_data, "passkey", person_id)
    made = (await passkeys_commands.checks()).check_new(new, value, at)
    passkey, codes = await passkeys_commands.add_passkey(db, await get_me(request, db), new, made)
    return NewPasskeyOut(passkey=PasskeyOut.model_validate(passkey), recovery_codes=codes)


@router.patch("/passkeys/{passkey_id}", responses=refusals(404))
async def rename_passkey(passkey_id: UUID, change: PasskeyChange, db: Db, me: Me) -> PasskeyOut:
    """Renames one of my passkeys."""
    return PasskeyOut.model_validate(await passkeys_commands.rename_passkey(db, me, passkey_id, change.name))


@router.post("/passkeys/{passkey_id}/remove", status_code=204, responses=refusals(403, 404, 429))
async def remove_passkey(passkey_id: UUID, body: Proved, request: Request, db: Db) -> None:
    """Removes one of my passkeys. Without another factor the recovery codes end as well."""
    await prove_self(request, body.proof)
    await passkeys_commands.remove_passkey(db, await get_me(request, db), passkey_id)
