"""`headway lab targets` as a process. No speed is asserted."""

import json
import signal
import subprocess
import sys
from pathlib import Path

from tests.cli.running import command, refusal
from tests.processes import clean_environment


def test_rows_by_name_with_a_file(tmp_path: Path) -> None:
    file = tmp_path / "targets.json"
    done = command("lab", "targets", "help", "--repeat", "3", "--json", str(file))
    assert done.returncode == 0, done.stderr
    heading, row, *notes = done.stdout.splitlines()
    assert heading.split("\t") == ["row", "Headway", "beside it", "ratio", "spread", "target", "verdict"]
    name, headway, beside, ratio, spread, target, verdict = row.split("\t")
    assert (name, beside, ratio, target) == ("help", "–", "–", "≤ 0.25 s")
    assert headway.endswith(" s")
    assert "–" in spread
    assert verdict in ("reached", "not reached")
    assert all(note.startswith("Note: ") for note in notes)
    written = json.loads(file.read_text())
    assert written["ended"] == "finished"
    assert [(one["row"], one["repeat"]) for one in written["measured"]] == [("help", 1), ("help", 2), ("help", 3)]
    least, middle, most = sorted(one["headway"] for one in written["measured"])
    assert written["rows"][0]["headway"] == {"median": middle, "least": least, "most": most}


def test_what_cannot_be_meant_is_refused() -> None:
    assert "There is no row reed. There are: read, page" in refusal(command("lab", "targets", "reed"))
    assert "there is no folder" in refusal(command("lab", "targets", "help", "--json", "/no/such/folder/file"))
    assert "is not in the range" in refusal(command("lab", "targets", "help", "--repeat", "0"))


def test_ctrl_c_shows_what_was_measured_and_leaves_nothing(tmp_path: Path) -> None:
    file = tmp_path / "targets.json"
    process = subprocess.Popen(
        [sys.executable, "-m", "headway.cli.main", "lab", "targets", "start", "--repeat", "50", "--json", str(file)],
        env=clean_environment({"TMPDIR": str(tmp_path)}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    tmp_path.chmod(0o711)
    try:
        process.communicate(timeout=4)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
    shown, said = process.communicate(timeout=60)
    assert process.returncode == 130, (shown, said)
    assert "stopped by hand" in said
    written = json.loads(file.read_text())
    assert written["ended"] == "interrupted"
    assert ("start\t" in shown) == bool(written["measured"])
    assert [one.name for one in tmp_path.iterdir()] == [file.name]
