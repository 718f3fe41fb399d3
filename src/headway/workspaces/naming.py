"""Slugs: a workspace's name as a piece of an address."""

import re
import unicodedata

LONGEST = 40


def slug_of(name: str) -> str:
    """`Café Zürich & Co.` as `cafe-zurich-co`; `workspace` where the name has no Latin letters or digits."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain)
    return "-".join(words)[:LONGEST].strip("-") or "workspace"
