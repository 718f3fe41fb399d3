"""What is not a whole backup of Headway's is refused in one line, before anything is touched."""

import hashlib
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from headway.backup.archive import SEAL, opened
from headway.console import CannotStart
from tests.backup.place import Place, as_root

OFFSETS = 150


def refusal(file: Path) -> str:
    with pytest.raises(CannotStart) as refused, opened(file):
        pass
    return str(refused.value)


def test_one_cut_short_anywhere_is_refused(made: Path, tmp_path: Path) -> None:
    whole, cut = made.read_bytes(), tmp_path / "cut.zip"
    dice = random.Random(1)
    lengths = {0, 1, 4, 22, len(SEAL), len(whole) - 1, len(whole) - 64, len(whole) - len(SEAL) - 64}
    for length in lengths | {dice.randrange(len(whole)) for _ in range(OFFSETS)}:
        cut.write_bytes(whole[:length])
        assert "not a whole backup" in refusal(cut)


def test_one_with_any_byte_changed_is_refused(made: Path, tmp_path: Path) -> None:
    whole, changed = made.read_bytes(), tmp_path / "changed.zip"
    dice = random.Random(2)
    for place in [0, len(whole) - 1, *(dice.randrange(len(whole)) for _ in range(OFFSETS))]:
        bent = bytearray(whole)
        bent[place] ^= 1 << dice.randrange(8)
        changed.write_bytes(bent)
        assert "Nothing was changed." in refusal(changed)


def test_one_with_something_behind_it_or_in_front_is_refused(made: Path, tmp_path: Path) -> None:
    odd = tmp_path / "odd.zip"
    for content in (made.read_bytes() + b"x", b"x" + made.read_bytes(), made.read_bytes() * 2):
        odd.write_bytes(content)
        assert "Nothing was changed." in refusal(odd)


def test_what_is_something_else_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "text"
    text.write_text("Dear diary")
    assert "is not a whole backup of Headway's. Nothing" in refusal(text)
    assert "cannot be read" in refusal(tmp_path)
    assert "cannot be read" in refusal(tmp_path / "nowhere")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as other:
        other.writestr("a", "b")
    assert "may have been cut short" in refusal(tmp_path / "other.zip")


def rebuilt(made: Path, file: Path, change: Callable[[dict[str, Any], dict[str, bytes]], None]) -> Path:
    """As somebody would do it who knows how the seal is made."""
    with zipfile.ZipFile(made) as old:
        members = {name: old.read(name) for name in old.namelist()}
    manifest = orjson.loads(members.pop("manifest.json"))
    change(manifest, members)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in members.items():
            new.writestr(name, content)
        new.writestr("manifest.json", orjson.dumps(manifest))
        new.comment = SEAL + b"0" * 64
    content = file.read_bytes()[:-64]
    sealed = content[: -len(SEAL)]
    file.write_bytes(content + hashlib.sha256(sealed).hexdigest().encode())
    return file


def add(name: str) -> Callable[[dict[str, Any], dict[str, bytes]], None]:
    def change(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
        members[name] = b"x"
        manifest["members"].append({"name": name, "bytes": 1, "sha256": hashlib.sha256(b"x").hexdigest()})

    return change


def bomb(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    zeros = bytes(200_000_000)
    name = manifest["tables"][0]["member"]
    members[name] = zeros
    member = next(one for one in manifest["members"] if one["name"] == name)
    member |= {"bytes": len(zeros), "sha256": hashlib.sha256(zeros).hexdigest()}


def hidden_bomb(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    members[manifest["tables"][0]["member"]] = bytes(200_000_000)


def other_rows(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    """One row less, everything else in order."""
    name = "tables/label"
    members[name] = members[name][: members[name].rstrip(b"\n").rfind(b"\n") + 1]
    member = next(one for one in manifest["members"] if one["name"] == name)
    member |= {"bytes": len(members[name]), "sha256": hashlib.sha256(members[name]).hexdigest()}


def newer_format(manifest: dict[str, Any], _: dict[str, bytes]) -> None:
    manifest["format"] = 2


def newer_schema(manifest: dict[str, Any], _: dict[str, bytes]) -> None:
    manifest["schema_revision"] = "2099_01_01_flying"


def sql_in_a_name(manifest: dict[str, Any], _: dict[str, bytes]) -> None:
    manifest["tables"][0]["columns"][0] = "id\" FROM PROGRAM 'touch /tmp/x"


CRAFTED = {
    "out of the folder": (add("../../etc/cron.d/x"), "makes no sense|holds what no backup"),
    "absolute": (add("/etc/cron.d/x"), "makes no sense|holds what no backup"),
    "a member that no table has": (add("tables/extra"), "makes no sense"),
    "a field more": (lambda manifest, _: manifest.update(run="this"), "makes no sense"),
    "a bomb": (bomb, "would unpack to"),
    "a bomb that says it is none": (hidden_bomb, "is damaged"),
    "a newer format": (newer_format, "newer Headway"),
}


@pytest.mark.parametrize("what", CRAFTED)
def test_a_crafted_one_with_a_right_seal_is_refused(made: Path, tmp_path: Path, what: str) -> None:
    change, words = CRAFTED[what]
    said = refusal(rebuilt(made, tmp_path / "crafted.zip", change))
    assert any(word in said for word in words.split("|")), said


def test_rebuilding_without_a_change_is_taken(made: Path, tmp_path: Path) -> None:
    with opened(rebuilt(made, tmp_path / "same.zip", lambda _, __: None)) as archive:
        assert archive.manifest.rows > 50


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (newer_schema, "was made by a newer Headway"),
        (other_rows, "another checksum"),
        (sql_in_a_name, "has other columns"),
    ],
)
def test_what_only_the_database_can_tell_leaves_it_as_it_was(
    made: Path, full: Place, change: Callable[[dict[str, Any], dict[str, bytes]], None], words: str
) -> None:
    before, there = full.prints(), full.databases()
    crafted = rebuilt(made, full.folder / "crafted.zip", change)
    assert words in full.refused("restore", str(crafted), "--replace")
    assert full.prints() == before
    assert full.databases() == there


def test_a_damaged_one_leaves_the_database_as_it_was(made: Path, full: Place) -> None:
    before, cut = full.prints(), full.folder / "cut.zip"
    cut.write_bytes(made.read_bytes()[:-1000])
    assert "cut short" in full.refused("restore", str(cut), "--replace")
    assert full.prints() == before


def test_a_backup_never_overwrites_and_says_where_it_cannot_be(full: Place) -> None:
    there = full.folder / "there.zip"
    there.write_text("precious")
    assert "exists already" in full.refused("backup", str(there))
    assert there.read_text() == "precious"
    assert "cannot be written: No such file or directory." in full.refused("backup", str(full.folder / "no" / "x.zip"))
    assert [one.name for one in full.folder.iterdir()] == ["there.zip"]


@pytest.mark.skipif(as_root(), reason="root may write everywhere")
def test_a_folder_that_is_somebody_elses_is_named(full: Place) -> None:
    assert "Permission denied" in full.refused("backup", "/x.zip")


def test_a_full_disk_is_one_line_and_leaves_nothing(full: Place) -> None:
    small = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (8_000, 8_000)); "
    line = [sys.executable, "-c", small + "from headway.cli.main import main; main()", "backup"]
    done = subprocess.run(
        [*line, str(full.folder / "a.zip")], env=full.env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.strip() == f"headway: {full.folder / 'a.zip.partial'} cannot be written: File too large."
    assert list(full.folder.iterdir()) == []


def test_a_link_in_the_way_is_not_followed(full: Place) -> None:
    precious = full.folder / "precious"
    precious.write_text("precious")
    (full.folder / "a.zip.partial").symlink_to(precious)
    assert "cannot be written" in full.refused("backup", str(full.folder / "a.zip"))
    assert precious.read_text() == "precious"
