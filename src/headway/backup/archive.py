"""The one file of a backup: a ZIP whose last bytes are the SHA-256 of everything before them.

Written beside its place and renamed when all of it is on the disk. Read only after every byte of it has been checked.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO

from headway.backup import manifest as manifests
from headway.backup.manifest import Manifest, Member, read_manifest
from headway.console import CannotStart

# The comment at a ZIP's end has a fixed length, so that it can be filled in once all the rest is there.
SEAL = b"headway-backup sha256:"
SEALED = len(SEAL) + 64
CHUNK = 1 << 18
LARGEST_MANIFEST = 16 << 20
# A bomb unpacks to a thousand times its size; what people wrote, to ten or twenty.
MOST_TIMES, SMALL = 200, 64 << 20
FAST = 3  # of 9: half the time of the usual, a tenth larger


class ArchiveWriter:
    """A backup in the making: FILE.partial until `publish`, gone when anything goes wrong before."""

    def __init__(self, file: Path) -> None:
        self.file, self._partial = file, file.with_name(file.name + ".partial")
        self.members: list[Member] = []

    def __enter__(self) -> "ArchiveWriter":
        if os.path.lexists(self.file):
            raise CannotStart(f"{self.file} exists already. Choose another name, or remove it first.")
        with _in_one_line(self._partial):
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            self._raw = os.fdopen(os.open(self._partial, flags, 0o600), "r+b")
            try:
                fcntl.flock(self._raw, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._raw.close()
                raise CannotStart(f"Another backup is being written to {self.file} right now.") from None
            os.fchmod(self._raw.fileno(), 0o600)  # one that was left behind might be open to others
            self._raw.truncate(0)
            self._zip = zipfile.ZipFile(self._raw, "w", zipfile.ZIP_DEFLATED, compresslevel=FAST)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if not self._raw.closed:
            # Closing a ZIP writes its directory, for which there may be no room either.
            with contextlib.suppress(OSError, ValueError):
                self._zip.close()
            with contextlib.suppress(OSError):
                self._raw.close()
        self._partial.unlink(missing_ok=True)

    @contextlib.contextmanager
    def member(self, name: str) -> Iterator["Sink"]:
        """Something to write one member's bytes into."""
        with _in_one_line(self._partial), self._zip.open(name, "w", force_zip64=True) as inside:
            sink = Sink(inside)
            yield sink
        self.members.append(Member(name=name, bytes=sink.bytes, sha256=sink.digest.hexdigest()))

    def publish(self, manifest: Manifest) -> int:
        """Completes the archive and gives it its name; its size in bytes."""
        with _in_one_line(self._partial):
            self._zip.writestr(manifests.NAME, manifest.as_json())
            self._zip.comment = SEAL + b"0" * 64
            self._zip.close()
            size = self._raw.seek(0, os.SEEK_END)
            seal = digest_of(self._raw, size - SEALED)
            self._raw.seek(size - 64)
            self._raw.write(seal.encode())
            self._raw.flush()
            os.fsync(self._raw.fileno())
            if os.path.lexists(self.file):
                raise CannotStart(f"{self.file} was made by somebody else meanwhile. Nothing was overwritten.")
            self._partial.rename(self.file)
            self._raw.close()
            sync_folder(self.file.parent)
        return size


class Sink:
    """Counts and digests what goes through."""

    def __init__(self, inside: IO[bytes]) -> None:
        self._inside, self.bytes, self.digest = inside, 0, hashlib.sha256()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self._inside.write(data)
        self.digest.update(data)
        self.bytes += len(data)


class Archive:
    """A backup that has been looked through, and is held open: a file put in its place changes nothing."""

    def __init__(self, file: Path, raw: IO[bytes], inside: zipfile.ZipFile, manifest: Manifest) -> None:
        self.file, self.manifest, self._raw, self._zip = file, manifest, raw, inside
        self.bytes = os.fstat(raw.fileno()).st_size

    def chunks(self, member: str) -> Iterator[bytes]:
        """A member's bytes, a piece at a time."""
        with self._zip.open(member) as inside:
            while piece := inside.read(CHUNK):
                yield piece


@contextlib.contextmanager
def opened(file: Path) -> Iterator[Archive]:
    """An archive, every byte of which has been checked.

    Raises:
        CannotStart: it is cut short, damaged, not a backup of Headway's, or made to do harm.
    """
    with contextlib.ExitStack() as stack:
        try:
            raw = stack.enter_context(file.open("rb"))
            check_seal(file, raw)
            inside = stack.enter_context(zipfile.ZipFile(raw))
            manifest = check_contents(file, inside, os.fstat(raw.fileno()).st_size)
        except OSError as error:
            raise CannotStart(f"{file} cannot be read: {error.strerror or error}.") from None
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError):
            raise damaged(file) from None
        yield Archive(file, raw, inside, manifest)


def check_seal(file: Path, raw: IO[bytes]) -> None:
    """The last bytes are the digest of all others: nothing is missing, nothing was changed by accident."""
    size = raw.seek(0, os.SEEK_END)
    raw.seek(0)
    starts_right = raw.read(4) == b"PK\x03\x04"
    raw.seek(max(0, size - SEALED))
    seal = raw.read(SEALED)
    if not re.fullmatch(re.escape(SEAL) + rb"[0-9a-f]{64}", seal):
        cut = "It may have been cut short. " if starts_right else ""
        raise CannotStart(f"{file} is not a whole backup of Headway's. {cut}Nothing was changed.")
    if digest_of(raw, size - SEALED).encode() != seal[len(SEAL) :]:
        raise damaged(file)


def check_contents(file: Path, inside: zipfile.ZipFile, size: int) -> Manifest:
    """What is inside is what the manifest says, no more, and no larger than it can be in earnest."""
    infos = {info.filename: info for info in inside.infolist()}
    foreign = CannotStart(f"{file} holds what no backup of Headway's holds. Nothing was changed.")
    listed = infos.pop(manifests.NAME, None)
    if listed is None or len(infos) + 1 != len(inside.infolist()) or listed.file_size > LARGEST_MANIFEST:
        raise foreign
    if any(not manifests.MEMBER.fullmatch(name) or ".." in name or info.is_dir() for name, info in infos.items()):
        raise foreign
    with inside.open(listed) as handle:
        manifest = read_manifest(handle.read(LARGEST_MANIFEST))
    if set(infos) != {member.name for member in manifest.members}:
        raise foreign
    whole = sum(member.bytes for member in manifest.members)
    if whole > max(SMALL, size * MOST_TIMES):
        raise CannotStart(f"{file} would unpack to {whole:,} bytes, which no real backup does. Nothing was changed.")
    for member in manifest.members:
        check_member(file, inside, infos[member.name], member)
    return manifest


def check_member(file: Path, inside: zipfile.ZipFile, info: zipfile.ZipInfo, member: Member) -> None:
    """Unpacks it to nowhere; stops where it is longer than it says."""
    if info.file_size != member.bytes:
        raise damaged(file)
    digest, left = hashlib.sha256(), member.bytes
    with inside.open(info) as handle:
        while piece := handle.read(CHUNK):
            left -= len(piece)
            if left < 0:
                raise damaged(file)
            digest.update(piece)
    if left or digest.hexdigest() != member.sha256:
        raise damaged(file)


def digest_of(raw: IO[bytes], length: int) -> str:
    """The SHA-256 of a file's first so many bytes."""
    digest, left = hashlib.sha256(), length
    raw.seek(0)
    while left and (piece := raw.read(min(CHUNK, left))):
        digest.update(piece)
        left -= len(piece)
    return digest.hexdigest()


def damaged(file: Path) -> CannotStart:
    return CannotStart(f"{file} is damaged: it is not what was written when it was made. Nothing was changed.")


def sync_folder(folder: Path) -> None:
    """So that a new name survives a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _in_one_line(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CannotStart(f"{file} cannot be written: {error.strerror or error}.") from None
