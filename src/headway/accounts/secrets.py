"""Random secrets and password hashes. Secrets are kept as hashes; passwords are hashed off the event loop."""

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

TOKEN_PREFIX = "hw_"
_passwords = PasswordHash((Argon2Hasher(),))
# Two at a time: each takes a core and 64 MiB for some 50 ms, and a login flood must leave room for everybody else.
_hashing = ThreadPoolExecutor(2, thread_name_prefix="argon2")
# Checked when nobody has that address, so that both answers take as long.
_nobody = _passwords.hash(secrets.token_urlsafe())


def new_secret() -> str:
    """256 random bits as URL-safe text."""
    return secrets.token_urlsafe(32)


def hashed(secret: str) -> bytes:
    """What is stored of a secret. It is random and long, so a plain SHA-256 is enough."""
    return sha256(secret.encode()).digest()


def hash_password_now(password: str) -> str:
    """Argon2id, on the calling thread: for batch commands."""
    return _passwords.hash(password)


async def hash_password(password: str) -> str:
    """Argon2id, off the loop."""
    return await asyncio.get_running_loop().run_in_executor(_hashing, _passwords.hash, password)


async def password_matches(password: str, password_hash: str | None) -> bool:
    """Takes the same time whether there is such an account or not."""
    matches = await asyncio.get_running_loop().run_in_executor(
        _hashing, _passwords.verify, password, password_hash or _nobody
    )
    return matches and password_hash is not None
