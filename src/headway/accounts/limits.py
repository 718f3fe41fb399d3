"""How often one address may try: at passwords, codes, links, and at making accounts.

`Tries` in PostgreSQL count per account and for all workers together (`passwords.count_try`). This counts per address,
in the memory of one worker, before anything is read or hashed.
"""

from datetime import timedelta
from math import ceil

from headway.address import client_address, network_of
from headway.errors import TooMany
from headway.throttle import throttle

MOST, PER = 100, timedelta(minutes=15)


def limit_address(name: str, most: int = MOST, per: timedelta = PER) -> None:
    """Takes one of the tries that this request's address has left at `name`: `most` at first, that many again in `per`.

    A whole /64 of IPv6 counts as one address. Outside a request nothing is counted.

    Raises:
        TooMany: none is left; says in how many seconds there is one.
    """
    address, buckets = client_address.get(), throttle.get()
    if address is None or buckets is None:
        return
    wait = buckets.take(name, network_of(address), most, per.total_seconds())
    if wait:
        minutes = ceil(wait / 60)
        when = f"{minutes} minute{'s' if minutes > 1 else ''}"
        detail = f"Too many tries came from your network address. Try again in {when}."
        raise TooMany("address.tries", detail, retry_after=wait)


def forgive_address(name: str) -> None:
    """Gives the try back: it was no guess. A whole office behind one address signs in at nine."""
    address, buckets = client_address.get(), throttle.get()
    if address is not None and buckets is not None:
        buckets.give_back(name, network_of(address))
