"""Somebody's second factors, as their phone and their browser would handle them."""

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from os import urandom
from time import time
from typing import Any
from uuid import UUID

import httpx2
import orjson
import pyotp
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fastapi import FastAPI
from sqlalchemy import select, update
from webauthn.helpers import encode_cbor

from headway.accounts.factors_models import CodeApp
from headway.accounts.models import Person
from tests.accounts.conftest import PASSWORD
from tests.factories import User

PROOF = {"proof": {"password": PASSWORD}}


def b64(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def raw(value: str) -> bytes:
    return urlsafe_b64decode(value + "=" * (-len(value) % 4))


async def set_app_up(user: User) -> tuple[str, list[str]]:
    """(the app's secret, the recovery codes) of somebody who has just set an app up."""
    app = await user.post("/api/me/second-factor/app", PROOF)
    confirmed = await user.post("/api/me/second-factor/app/confirm", {"code": pyotp.TOTP(app["secret"]).now()}, 200)
    return app["secret"], confirmed["recovery_codes"]


def code_of(secret: str, steps: int = 0) -> str:
    """What the app shows now, or so many half minutes later."""
    return pyotp.TOTP(secret).generate_otp(int(time()) // 30 + steps)


async def forget_last_code(app: FastAPI, user: User) -> None:
    """As if the code that was used last lay long back; no test waits thirty seconds."""
    async with app.state.database.unit_of_work() as db:
        await db.execute(update(CodeApp).where(CodeApp.person_id == UUID(user.id)).values(last_step=0))


async def password_hash_of(app: FastAPI, user: User) -> Any:
    async with app.state.database.reading() as db:
        return await db.scalar(select(Person.password_hash).where(Person.id == UUID(user.id)))


async def ticket_of(guest: httpx2.AsyncClient, user: User) -> str:
    """What the right password gets somebody who has a second factor."""
    answer = await guest.post("/api/sessions", json={"email": user.email, "password": PASSWORD})
    assert answer.status_code == 401, answer.text
    assert answer.json()["code"] == "second_factor"
    return str(answer.json()["ticket"])


@dataclass
class Device:
    """A passkey in software: makes a key and signs what it is asked to, truthfully or not."""

    origin: str
    rp_id: str
    count: int = 0
    id: bytes = field(default_factory=lambda: urandom(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    user: bytes = b""

    def client_data(self, kind: str, challenge: str, origin: str | None = None) -> bytes:
        return orjson.dumps({"type": kind, "challenge": challenge, "origin": origin or self.origin})

    def authenticator_data(self, flags: int, rp_id: str | None = None) -> bytes:
        return sha256((rp_id or self.rp_id).encode()).digest() + struct.pack(">BI", flags, self.count)

    def make(self, options: dict[str, Any], **lies: Any) -> dict[str, Any]:
        """The answer to `POST /api/me/passkeys/options`."""
        point = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        self.user = raw(options["user_id"])
        data = self.authenticator_data(0x45, lies.get("rp_id"))
        data += bytes(16) + struct.pack(">H", len(self.id)) + self.id + encode_cbor(cose)
        client_data = self.client_data("webauthn.create", options["challenge"], lies.get("origin"))
        attestation = encode_cbor({"fmt": lies.get("fmt", "none"), "attStmt": {}, "authData": data})
        return {"name": "Phone", "client_data": b64(client_data), "attestation": b64(attestation)}

    def answer(self, options: dict[str, Any], **lies: Any) -> dict[str, Any]:
        """The answer to a challenge; its count goes up by one."""
        self.count += lies.get("steps", 1)
        kind = lies.get("kind", "webauthn.get")
        client_data = self.client_data(kind, options["challenge"], lies.get("origin"))
        data = self.authenticator_data(0x05 if lies.get("verified", True) else 0x01, lies.get("rp_id"))
        key = lies.get("key", self.key)
        return {
            "credential_id": b64(lies.get("id", self.id)),
            "client_data": b64(client_data),
            "authenticator_data": b64(data),
            "signature": b64(key.sign(data + sha256(client_data).digest(), ec.ECDSA(SHA256()))),
            "user_handle": b64(lies.get("user", self.user)),
        }


async def add_passkey(user: User, device: Device) -> Any:
    """The passkey as the account page gets it, and the recovery codes if it is the first factor."""
    options = await user.post("/api/me/passkeys/options", PROOF, 200)
    return await user.post("/api/me/passkeys", device.make(options))
