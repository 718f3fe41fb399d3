"""`headway lab peers` as a process, against small servers on loopback. No speed is asserted."""

import json
import os
import pty
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import command, refusal
from tests.lab.peer_server import COOKIE, SLOW, TOKEN, PeerServer, peer_server, self_signed
from tests.processes import clean_environment, free_port, wait_until

SHORT = ("--users", "1,3", "--seconds", "0.3", "--repeat", "2")
WARNING = "Whoever runs these servers has to agree"


@pytest.fixture(scope="module")
def server() -> Iterator[PeerServer]:
    with peer_server() as server:
        yield server


def peers(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return command("lab", "peers", *arguments, env=env)


def refused(*arguments: str, **env: str) -> str:
    return refusal(peers(*arguments, **env))


def rows_of(done: subprocess.CompletedProcess[str]) -> dict[tuple[str, int], list[str]]:
    """The lines of the table, without its heading and its notes."""
    assert done.returncode == 0, done.stderr
    lines = [line.split("\t") for line in done.stdout.splitlines() if "\t" in line]
    assert lines[0][:3] == ["name", "users", "answers/s"]
    return {(line[0], int(line[1])): line for line in lines[1:]}


def notes_of(done: subprocess.CompletedProcess[str]) -> str:
    return "\n".join(line for line in done.stdout.splitlines() if line.startswith("Note: "))


def test_a_fast_one_beside_a_slow_one(server: PeerServer, tmp_path: Path) -> None:
    file = tmp_path / "peers.json"
    done = peers(
        server.url("/fast"), server.url("/slow"), *SHORT, "--name", "new", "--name", "old", "--json", str(file)
    )
    assert done.stderr.count(WARNING) == 1
    rows = rows_of(done)
    assert list(rows) == [("new", 1), ("old", 1), ("new", 3), ("old", 3)]
    assert rows["new", 1][3] == "×1.00"
    assert "first: 200, 2" in rows["new", 1][-1]
    written = json.loads(file.read_text())
    assert written["ended"] == "finished"
    assert written["settings"]["users"] == [1, 3]
    by = {(row["peer"], row["users"]): row for row in written["rows"]}
    for users in (1, 3):
        new, old = by["new", users], by["old", users]
        assert old["p50"]["median"] >= SLOW * 1000
        assert old["p50"]["median"] - new["p50"]["median"] > SLOW * 1000 * 0.5
        assert 0 < old["throughput"]["median"] <= users / SLOW * 1.1
        assert old["ratio"] == pytest.approx(old["throughput"]["median"] / new["throughput"]["median"])
        assert (old["failed"], old["bytes_per_answer"]["median"], old["repeats"]) == (0, 2, 2)
        assert old["mean"]["least"] <= old["mean"]["median"] <= old["mean"]["most"]
    turns = [(one["repeat"], one["users"], one["peer"]) for one in written["measured"]]
    assert turns == [
        (1, 1, "new"), (1, 1, "old"), (1, 3, "new"), (1, 3, "old"),
        (2, 1, "old"), (2, 1, "new"), (2, 3, "old"), (2, 3, "new"),
    ]  # fmt: skip
    assert all(one["answered"] and one["latency"]["p50"] > 0 for one in written["measured"])


def test_each_address_gets_its_own_headers_and_nobody_reads_them(server: PeerServer, tmp_path: Path) -> None:
    file = tmp_path / "peers.json"
    given = (
        "--header",
        f"a=Authorization: {TOKEN}",
        "--header",
        f"b=cookie: {COOKIE}",
        "--header",
        "X-All: yes-to-all",
    )
    done = peers(
        server.url("/private?a"), server.url("/private?b"), "--name", "a", "--name", "b", *given, *SHORT,
        "--json", str(file),
    )  # fmt: skip
    assert all(row[7] == "0" for row in rows_of(done).values())
    one, other = server.headers["/private?a"], server.headers["/private?b"]
    assert (one["Authorization"], one["Cookie"], one["X-All"]) == (TOKEN, None, "yes-to-all")
    assert (other["Authorization"], other["Cookie"], other["X-All"]) == (None, COOKIE, "yes-to-all")
    told = done.stdout + done.stderr + file.read_text()
    for secret in ("tok-5ecret", "co0kie-secret", "yes-to-all"):
        assert secret not in told
    assert json.loads(file.read_text())["peers"][0]["headers"] == ["Authorization", "User-Agent", "X-All"]


UNFIT = {
    "/status/500": "answers 500 instead of 2xx. Its own log says why",
    "/status/401": "refuses (401). Send what a signed-in browser or a token sends: --header 'n1=Cookie: …'",
    "/status/404": "does not exist there (404)",
    "/status/429": "limits how often it is asked (429)",
    "/moved": "/elsewhere. Give that address",
    "/login": "answers with a page that asks for a password. Send what a signed-in browser",
}


def test_what_cannot_be_measured_is_told_before_any_load(server: PeerServer) -> None:
    paths = [*UNFIT, "/fast?first"]
    named = [word for number in range(len(paths)) for word in ("--name", f"n{number}")]
    said = refused(*map(server.url, paths), *named, *SHORT, "--header", "Cookie: sid=hush")
    for number, (path, words) in enumerate(UNFIT.items()):
        assert f"n{number} ({server.url(path)}) " in said
        assert words in said
    assert said.endswith("No load was sent.")
    assert "hush" not in said
    assert "in-the-location" not in said
    assert "n6" not in said
    assert {path: server.asked[path] for path in paths} == dict.fromkeys(paths, 1)


def test_who_is_not_there_is_told_with_all_others() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.1)
        said = refused(
            f"http://127.0.0.1:{free_port()}/", f"https://127.0.0.1:{free_port()}/", "https://no-such-host.invalid/",
            "--yes", *SHORT,
        )  # fmt: skip
        with pytest.raises(TimeoutError):
            listener.accept()
    assert said.count("cannot be reached") == 2
    assert "no-such-host.invalid (https://no-such-host.invalid/) has a host whose name is not known" in said


def test_https_wants_a_certificate_that_is_trusted(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    with peer_server(certificate) as server:
        said = refused(server.url("/fast"), *SHORT)
        assert "has a certificate that is not trusted here: self-signed certificate" in said
        assert "SSL_CERT_FILE" in said
        assert server.asked["/fast"] == 0
        plain = refused(server.url("/fast").replace("https:", "http:"), *SHORT)
        assert "does not speak HTTP" in plain
        done = peers(server.url("/fast"), *SHORT, SSL_CERT_FILE=str(certificate))
    rows = rows_of(done)
    assert [row[7] for row in rows.values()] == ["0", "0"]
    assert server.asked["/fast"] > 4


def test_http_where_https_is_asked(server: PeerServer) -> None:
    said = refused(server.url("/fast").replace("http:", "https:"), *SHORT)
    assert "does not speak https as it should" in said


def test_what_does_not_hold_is_told_below_the_table(server: PeerServer) -> None:
    done = peers(server.url("/fast"), server.url("/big"), server.url("/page"), *SHORT)
    told = notes_of(done)
    assert "differ in size: 127.0.0.1 2 bytes, 127.0.0.1-2 5,000 bytes, 127.0.0.1-3 14 bytes" in told
    assert "of different kinds: 127.0.0.1 application/json, 127.0.0.1-2 application/json, 127.0.0.1-3 text/html" in told
    assert "share this machine" in told


def test_who_fails_under_load_is_not_asked_by_more(server: PeerServer, tmp_path: Path) -> None:
    server.asked["/worn"] = 0
    file = tmp_path / "peers.json"
    done = peers(server.url("/fast"), server.url("/worn"), "--name", "a", "--name", "b", *SHORT, "--json", str(file))
    rows = rows_of(done)
    assert ("b", 3) not in rows
    assert ("a", 3) in rows
    _, _, rate, ratio, mean, _, _, failed, size = rows["b", 1]
    assert (rate, ratio, mean, size) == ("0.0 (0.0–0.0)", "×0.00", "–", "– (first: 200, 2)")
    assert int(failed.partition(" ")[0].replace(",", "")) > 1
    told = notes_of(done)
    assert "× 500. What fails counts in no other figure." in told
    assert "b: of 1 users at a time it lost more requests than it answered; more were not tried." in told
    failures = [one["failed"] for one in json.loads(file.read_text())["measured"] if one["peer"] == "b"]
    assert [set(one) for one in failures] == [{"500"}, {"500"}]


def test_ctrl_c_shows_what_was_measured(server: PeerServer, tmp_path: Path) -> None:
    file, before = tmp_path / "peers.json", server.asked["/fast?c"]
    line = [sys.executable, "-m", "headway.cli.main", "lab", "peers", server.url("/fast?c"), server.url("/slow?c")]
    line += ["--name", "a", "--name", "b", "--users", "1", "--seconds", "0.2", "--repeat", "50", "--json", str(file)]
    with subprocess.Popen(
        line, env=clean_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, cwd="/",
    ) as process:  # fmt: skip
        wait_until(lambda: server.asked["/fast?c"] > before + 1, what="load for the one")
        after_one = server.asked["/slow?c"]
        wait_until(lambda: server.asked["/slow?c"] > after_one + 1, what="load for the other")
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate(timeout=30)
    assert process.returncode == 130, errors
    assert "a\t1\t" in out
    assert "It was stopped by hand." in errors
    written = json.loads(file.read_text())
    assert written["ended"] == "interrupted"
    assert 1 <= len(written["measured"]) < 100


def on_a_terminal(*arguments: str, typed: str) -> tuple[int, str]:
    """Exit code and all that appeared, with somebody at the keyboard."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "headway.cli.main", "lab", "peers", *arguments],
        env=clean_environment({"COLUMNS": "140", "TERM": "xterm"}), stdin=theirs, stdout=theirs, stderr=theirs, cwd="/",
    )  # fmt: skip
    os.close(theirs)
    os.write(ours, typed.encode())
    shown = bytearray()
    try:
        while some := os.read(ours, 65_536):
            shown += some
    except OSError:  # how a terminal ends on Linux
        pass
    finally:
        os.close(ours)
    return process.wait(30), shown.decode()


def test_elsewhere_somebody_has_to_agree() -> None:
    told = refused("https://no-such-host.invalid/tasks", *SHORT)
    assert told.startswith("Not on this machine: no-such-host.invalid.")
    assert "give --yes" in told
    code, shown = on_a_terminal("https://no-such-host.invalid/tasks", *SHORT, typed="n\n")
    assert code == 130
    assert "Does the owner of no-such-host.invalid agree?" in shown
    assert "not known here" not in shown, "it was asked although nobody agreed"
    code, shown = on_a_terminal("https://no-such-host.invalid/tasks", *SHORT, typed="y\n")
    assert (code, "not known here" in shown) == (2, True)


def test_on_a_terminal_there_is_a_line_of_progress_and_a_table(server: PeerServer) -> None:
    code, shown = on_a_terminal(server.url("/fast"), server.url("/big"), *SHORT, typed="")
    assert code == 0, shown
    assert "at a time (2 of 2)" in shown
    assert "first: 200, 5,000" in shown
    assert "What does not hold" in shown
    assert "agree?" not in shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([f"http://127.0.0.1/{number}" for number in range(9)], "at most 8"),
        (["http://127.0.0.1/", "--users", "1,1001"], "from 1 to 1,000"),
        (["http://127.0.0.1/", "--seconds", "61"], "0.1<=x<=60"),
        (["http://127.0.0.1/", "--json", "/no/such/folder/file"], "there is no folder"),
        ([], "Missing argument"),
    ],
)
def test_it_has_bounds(arguments: list[Any], words: str) -> None:
    assert words in refused(*arguments)
