"""Which migrations this version has."""

import re
from pathlib import Path


def migrations_here() -> tuple[set[str], str]:
    """All revisions, and the newest; read from the files, because importing Alembic takes half a second."""
    after: dict[str, str | None] = {}
    for file in Path(__file__).with_name("versions").glob("[0-9]*.py"):
        named = dict(re.findall(r"^(revision|down_revision)\b.*= *[\"'](.+)[\"']", file.read_text(), re.MULTILINE))
        after[named["revision"]] = named.get("down_revision")
    (newest,) = set(after) - set(after.values())
    return set(after), newest
