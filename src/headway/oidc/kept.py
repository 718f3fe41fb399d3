"""Something fetched from elsewhere and kept for a while: by one for all, and not at once again where it fails."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Generic, TypeVar

from headway.oidc.claims import Untrusted
from headway.outbound import OutboundError

T = TypeVar("T")

FAILED = 5.0  # seconds for which a failure is everybody's: those who wait do not each wait for their own


class Kept(Generic[T]):
    """One value and how old it is.

    Args:
        lasts: seconds it is gone by.
        between: seconds that have to pass between two looks for something newer before that.
    """

    def __init__(self, lasts: float, between: float) -> None:
        self.lasts, self.between = lasts, between
        self._value: T | None = None
        self._fetched_at = self._looked_again_at = self._failed_at = float("-inf")
        self._failure: OutboundError | Untrusted | None = None
        self._lock = asyncio.Lock()

    async def get(self, fetch: Callable[[], Awaitable[T]], again: bool = False) -> T:
        """The value. `again`: it seems to be out of date; it is fetched anew if that was not tried just now."""
        async with self._lock:
            if self._value is not None and monotonic() - self._fetched_at < self.lasts:
                if not again or monotonic() - self._looked_again_at < self.between:
                    return self._value
                self._looked_again_at = monotonic()
            if self._failure is not None and monotonic() - self._failed_at < FAILED:
                raise type(self._failure)(str(self._failure))
            try:
                self._value, self._fetched_at, self._failure = await fetch(), monotonic(), None
            except (OutboundError, Untrusted) as failure:
                self._failure, self._failed_at = failure, monotonic()
                raise
            return self._value
