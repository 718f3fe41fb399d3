"""What a backup says about itself: `manifest.json`, read strictly, because anybody may have written it."""

import re
from datetime import datetime
from typing import Annotated, Any

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from headway.console import CannotStart

FORMAT = 1
NAME = "manifest.json"
# One folder deep at most, no dots in front: nothing that could lead anywhere else.
MEMBER = re.compile(r"[a-z][a-z0-9_-]*/[A-Za-z0-9_][A-Za-z0-9_.-]*")
MOST_TABLES = 1_000

Text = Annotated[str, Field(min_length=1, max_length=200)]
Count = Annotated[int, Field(ge=0, le=2**63 - 1)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


def _plain(name: str) -> str:
    if not MEMBER.fullmatch(name) or ".." in name:
        raise ValueError("is no name of a member")
    return name


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Member(Part):
    """A file in the archive: its size unpacked, in bytes, and its SHA-256."""

    name: Annotated[str, AfterValidator(_plain)]
    bytes: Count
    sha256: Digest


class Table(Part):
    """A table's rows: how many, and a checksum that does not depend on their order (see `catalog.fingerprint`)."""

    name: Text
    columns: Annotated[list[Text], Field(min_length=1, max_length=1_600)]
    rows: Count
    checksum: Annotated[str, Field(pattern=r"^[0-9]+-[0-9]+$", max_length=100)]
    member: Annotated[str, AfterValidator(_plain)]


class Manifest(Part):
    """What a backup holds, from which Headway, when, and how to know that it is all there.

    `files` has the place of attachments, which this version does not know yet.
    """

    format: int
    headway: Text
    schema_revision: Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,100}$")]
    server: Text
    taken_at: Annotated[datetime, Field(strict=False)]
    tables: Annotated[list[Table], Field(max_length=MOST_TABLES)]
    sequences: dict[Text, int]
    files: Annotated[list[Member], Field(max_length=0)] = []
    members: Annotated[list[Member], Field(max_length=MOST_TABLES)]

    @property
    def rows(self) -> int:
        """Of all tables together."""
        return sum(table.rows for table in self.tables)

    def as_json(self) -> bytes:
        """As it stands in the archive."""
        return orjson.dumps(self.model_dump(mode="json"), option=orjson.OPT_INDENT_2)


def read_manifest(text: bytes) -> Manifest:
    """Raises CannotStart where it was written by a newer version, or is not one."""
    try:
        said: Any = orjson.loads(text)
        written_in = said["format"]
        if isinstance(written_in, int) and written_in > FORMAT:
            raise CannotStart(
                f"This backup was made by a newer Headway ({str(said.get('headway'))[:40]}), in a format that this "
                "version does not read. Install that version."
            )
        manifest = Manifest.model_validate(said)
        if manifest.format != FORMAT:
            raise ValueError("format")
        _check_members(manifest)
    except (ValueError, KeyError, TypeError, AttributeError, ValidationError):
        raise CannotStart("This backup's manifest makes no sense. Nothing was changed.") from None
    return manifest


def _check_members(manifest: Manifest) -> None:
    members = [member.name for member in manifest.members]
    tables = [table.name for table in manifest.tables]
    if len(set(tables)) < len(tables) or sorted(members) != sorted({table.member for table in manifest.tables}):
        raise ValueError("members")
