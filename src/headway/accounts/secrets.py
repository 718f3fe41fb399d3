"""Random secrets and password hashes. Secrets are kept as hashes; passwords are hashed off the event loop."""

import asyncio
import os
import secrets
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import TypeVar
from unicodedata import normalize

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from headway.admission import step_aside
from headway.errors import Busy

T = TypeVar("T")

TOKEN_PREFIX = "hw_"  # noqa: S105 - what tokens begin with


def _politely() -> None:
    """Has this thread run when the event loop does not: on Linux a thread has a niceness of its own."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)


# OWASP's parameters for argon2id (19 MiB, two passes, one lane), not the library's 64 MiB on four lanes: a small
# server has two cores, and everybody signs in at nine. What is stored says how it was made, so they can grow.
_passwords = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),))
# Two at a time: a login flood must leave room for everybody else.
_hashing = ThreadPoolExecutor(2, thread_name_prefix="argon2", initializer=_politely)
MAX_WAITING = 40
# Checked when nobody has that address, so that both answers take as long.
_nobody = _passwords.hash(secrets.token_urlsafe())
_waiting = 0


def new_secret() -> str:
    """256 random bits as URL-safe text."""
    return secrets.token_urlsafe(32)


def new_password() -> str:
    """A random password that can be read out and typed: some 80 bits."""
    letters = "abcdefghijkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


def hashed(secret: str) -> bytes:
    """What is stored of a secret. It is random and long, so a plain SHA-256 is enough."""
    return sha256(secret.encode()).digest()


def hash_password_now(password: str) -> str:
    """Argon2id, on the calling thread: for batch commands."""
    return _passwords.hash(_typed(password))


async def hash_password(password: str) -> str:
    """Argon2id, off the loop.

    Raises:
        Busy: too many wait for their turn already.
    """
    return await _off_the_loop(lambda: hash_password_now(password))


async def password_matches(password: str, password_hash: str | None) -> bool:
    """Takes the same time whether there is such an account or not.

    Raises:
        Busy: too many wait for their turn already.
    """
    matches = await _off_the_loop(lambda: _passwords.verify(_typed(password), password_hash or _nobody))
    return matches and password_hash is not None


def _typed(password: str) -> str:
    # The same letters come out of different keyboards composed or decomposed.
    return normalize("NFKC", password)


def refuse_when_full() -> None:
    """Lets pass while there is room in front of the hashing threads.

    Raises:
        Busy: too many wait for their turn already.
    """
    if _waiting >= MAX_WAITING:
        raise Busy("busy", "Too many people are signing in at this moment. Try again in a few seconds.", retry_after=3)


async def _off_the_loop(work: Callable[[], T]) -> T:
    global _waiting  # noqa: PLW0603 - counts what waits for this module's threads
    refuse_when_full()
    _waiting += 1
    try:
        step_aside()  # from the line in front of the database: this is a line of its own
        return await asyncio.get_running_loop().run_in_executor(_hashing, work)
    finally:
        _waiting -= 1
