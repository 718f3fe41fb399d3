"""What is given to `headway lab peers`, and what becomes of its figures. The command itself: tests/cli."""

import pytest

from headway.clock import now
from headway.console import CannotStart
from headway.lab.load.jobs import Job
from headway.lab.load.process import Generator
from headway.lab.peers import Size, in_turns
from headway.lab.peers_given import peers_of, users_of
from headway.lab.peers_rows import notes_of, rows_of
from headway.lab.peers_schemas import First, Measured, PeerOut, PeersResult
from headway.runs.schemas import Latency, Machine
from tests.lab.known import get
from tests.lab.peer_server import TOKEN, peer_server

HERE, AWAY = "http://127.0.0.1:8000/tasks", "https://tracker.example.org/api/tasks?limit=50"


def test_an_address_is_called_by_its_host_or_as_one_wants() -> None:
    hosts = [peer.name for peer in peers_of([AWAY, HERE, HERE, "http://[::1]:9/x"], [], [])]
    assert hosts == ["tracker.example.org", "127.0.0.1", "127.0.0.1-2", "[::1]"]
    (one,) = peers_of([AWAY + "#top"], ["theirs"], [])
    assert (one.name, one.address, one.path) == ("theirs", "https://tracker.example.org", "/api/tasks?limit=50")
    assert peers_of(["http://x.example"], [], [])[0].path == "/"


@pytest.mark.parametrize(
    ("url", "is_here"),
    [
        ("http://localhost:1/", True),
        ("http://127.9.9.9/", True),
        ("http://[::1]/", True),
        ("http://10.0.0.1/", False),
        ("http://localhost.example.org/", False),
        ("http://127.0.0.1.example.org/", False),
    ],
)
def test_what_is_on_this_machine(url: str, is_here: bool) -> None:
    assert peers_of([url], [], [])[0].is_here is is_here


def test_a_header_is_for_all_or_for_the_one_whose_name_is_before_it() -> None:
    given = ["Accept: a=b:c", "x=Cookie: k=v; l=w", "y=accept: other", "x=Authorization: Basic dXM6cHc="]
    x, y = (peer.headers for peer in peers_of([HERE, AWAY], ["x", "y"], given))
    agent = {"User-Agent": "headway-lab"}
    assert x == {**agent, "Accept": "a=b:c", "Cookie": "k=v; l=w", "Authorization": "Basic dXM6cHc="}
    assert y == {**agent, "accept": "other"}
    one, other = peers_of([HERE, "http://[::1]/"], [], ["[::1]=X: 1", "127.0.0.1=X: 2", "user-agent: mine"])
    assert (one.headers["X"], other.headers["X"]) == ("2", "1")
    assert one.headers["user-agent"] == "mine" and "User-Agent" not in one.headers
    assert "dXM6cHc" not in repr(peers_of([HERE, AWAY], ["x", "y"], given))


@pytest.mark.parametrize(
    ("urls", "names", "headers", "words"),
    [
        (["tracker.example.org/s3cret"], [], [], "Write each whole"),
        (["ftp://tracker.example.org/s3cret"], [], [], "Write each whole"),
        (["http://:80/s3cret"], [], [], "Write each whole"),
        (["http://x:99999/s3cret"], [], [], "Write each whole"),
        (["https://me:s3cret@tracker.example.org/"], [], [], "tracker.example.org holds a password"),
        ([HERE, AWAY], ["one"], [], "2 times, not 1"),
        ([HERE, AWAY], ["one", "one"], [], "same --name"),
        ([HERE], ["a=b"], [], "none of them ':' or '='"),
        ([HERE], [""], [], "1 to 40 characters"),
        ([HERE], [], ["s3cret"], "has no colon"),
        ([HERE], ["x"], ["z=Cookie: s3cret"], "no address has. The names are x."),
        ([HERE], [], ["Co okie: s3cret"], "cannot be a header's name"),
        ([HERE], [], [": s3cret"], "cannot be a header's name"),
        ([HERE], [], ["Cookie: s3cret\r\nX: y"], "line break"),
        ([HERE], [], ["content-length: s3cret"], "Leave it out"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_not_repeated(
    urls: list[str], names: list[str], headers: list[str], words: str
) -> None:
    with pytest.raises(CannotStart) as refused:
        peers_of(urls, names, headers)
    assert words in str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_numbers_of_users_rise() -> None:
    assert users_of("50,1, 10,1,") == (1, 10, 50)
    for wrong in ("", "x", "0", "1001", "1.5", "-1"):
        with pytest.raises(CannotStart, match="from 1 to 1,000"):
            users_of(wrong)


def test_every_second_repeat_goes_the_other_way() -> None:
    turns = [
        (one.repeat, one.users, one.peer.name)
        for one in in_turns(peers_of([HERE, AWAY], ["a", "b"], []), Size((1, 10), 3, 3))
    ]
    pairs = [(1, "ab"), (2, "ba"), (3, "ab")]
    assert turns == [(repeat, users, name) for repeat, names in pairs for users in (1, 10) for name in names]
    assert Size((1, 10), 3, 3).steps(2) == len(turns)


def measured(peer: str, users: int, rate: float, mean: float, **other: object) -> Measured:
    values = dict.fromkeys(("mean", "p50", "p90", "p99", "longest"), mean)
    made: dict[str, object] = {
        "peer": peer, "users": users, "repeat": 1, "order": 1, "seconds": 1, "answered": 10, "failed": {},
        "unanswered": 0, "throughput": rate, "latency": Latency(**values), "bytes": 1000, "generator_busy": 0.1,
        "generator_lag_p99": 0.1, "bottleneck": None,
    }  # fmt: skip
    return Measured.model_validate({**made, **other})


def result_of(*runs: Measured, sizes: tuple[int, int] = (100, 100)) -> PeersResult:
    result = PeersResult(
        started_at=now(),
        machine=Machine(processor="Made-up", cores=2, memory_gb=8, system="Linux", load_before=None),
        versions={},
        settings={"users": [1, 10], "seconds": 3.0, "repeats": 3.0},
        peers=[
            PeerOut(name=name, url=HERE, headers=[], first=First(status=200, bytes=size, kind="application/json"))
            for name, size in zip("ab", sizes, strict=True)
        ],
        measured=list(runs),
    )
    result.rows = rows_of(result)
    return result


def test_rows_are_medians_with_their_spread() -> None:
    rates = [("a", 100, 10.0), ("b", 250, 4.0), ("a", 120, 9.0), ("b", 200, 5.0), ("a", 80, 30.0), ("b", 900, 3.0)]
    result = result_of(measured("b", 10, 70, 1), *(measured(peer, 1, rate, mean) for peer, rate, mean in rates))
    a, b, alone = result.rows
    assert (a.peer, a.users, a.repeats, a.ratio) == ("a", 1, 3, 1)
    assert (a.throughput.median, a.throughput.least, a.throughput.most) == (100, 80, 120)
    assert a.mean is not None and (a.mean.median, a.mean.least, a.mean.most) == (10, 9, 30)
    assert b.ratio == 2.5
    assert (alone.peer, alone.users, alone.ratio) == ("b", 10, None), "the first was not measured with as many"


def test_nothing_answered_is_no_figure() -> None:
    lost = measured("b", 1, 0, 0, answered=0, latency=None, bytes=0, failed={"429": 7, "reset": 2}, unanswered=1)
    result = result_of(measured("a", 1, 100, 1), lost)
    row = result.rows[1]
    assert (row.mean, row.p99, row.bytes_per_answer, row.failed, row.sent) == (None, None, None, 10, 10)
    told = " ".join(notes_of(result, {"a", "b"}))
    assert "b: not answered well: 7 × 429, 2 × reset, 1 × no answer in time." in told
    assert "limits how often it is asked" in told
    assert "b: of 1 users at a time it lost more requests than it answered; more were not tried." in told


def test_what_holds_leaves_one_note_about_where_it_ran() -> None:
    result = result_of(measured("a", 1, 100, 1), measured("b", 1, 100, 1), sizes=(100, 110))
    result.rows[1].bytes_per_answer = result.rows[0].bytes_per_answer
    result.peers[1].first.bytes = 100
    assert len(notes_of(result, {"a", "b"})) == 1
    assert notes_of(result, set()) == []
    (mixed,) = notes_of(result, {"a"})
    assert mixed.startswith("a: on this machine. b: elsewhere")


def test_sizes_and_a_generator_that_was_too_slow_are_told() -> None:
    busy = measured("b", 10, 1, 1, bottleneck="The load generator was busy.", note="3 of 10 connections answered.")
    result = result_of(measured("a", 10, 1, 1, bytes=1500), busy, sizes=(100, 300))
    told = notes_of(result, set())
    assert told[0].startswith("The answers differ in size: a 100 bytes, b 300 bytes.")
    assert told[1] == "a: its answers were not all alike: 100 to 150 bytes, the first one 100."
    assert "b, 10 at a time: The load generator was busy." in told
    assert "b, 10 at a time: 3 of 10 connections answered." in told


def test_the_generators_connections_are_opened_with_the_headers_of_its_job() -> None:
    with peer_server() as server, Generator() as generator:
        job = Job(
            address=server.url(""), how="closed", requests=[get("/private?q=%2F")], users=3, seconds=0.2,
            headers={"Authorization": TOKEN}, ping="/private?q=%2F",
        )  # fmt: skip
        assert generator.run(job).note is None
        assert set(server.asked) == {"/private?q=%2F"}
        moved = generator.run(
            Job(address=server.url(""), how="burst", requests=[get("/moved")], users=1, ping="/moved")
        )
        assert "/elsewhere?ticket=in-the-location" not in server.asked, "a redirect was followed"
        assert moved.failed == {"302": 1}
