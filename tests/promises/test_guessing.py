"""P15: guessing fails, from however many addresses and through however many processes."""

import asyncio
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from itertools import cycle

import httpx2
import pyotp
import pytest

from headway.accounts.limits import MOST
from headway.accounts.passwords import TRIES
from tests.faults.hammer import PASSWORD
from tests.processes import Headway, home_folder
from tests.promises.stage import WHOLE, Stage, report, stage

pytestmark = [pytest.mark.timeout(900)]

GUESSES = 10_000 if WHOLE else 500
AT_ONCE = 16
WORKERS = 2
OWNER, NOBODY = "owner@example.org", "nobody@example.org"
# So many botnets as matter: each address asks a few times.
ADDRESSES = [f"198.51.{net}.{host}" for net in range(100, 104) for host in range(1, 251)]

Guess = Callable[[int], Awaitable[httpx2.Response]]
Post = Callable[[str, object], Awaitable[httpx2.Response]]


@pytest.fixture
def server() -> Iterator[Headway]:
    """Two workers behind a proxy on this machine, whose word about the client they take."""
    if not sys.platform.startswith("linux"):
        pytest.skip("reads /proc")
    with home_folder() as home:
        headway = Headway(
            "--workers",
            str(WORKERS),
            home=home,
            env={"HEADWAY_TRUSTED_PROXIES": "127.0.0.1", "HEADWAY_QUEUE_SECONDS": "0"},
        ).ready()
        try:
            yield headway
        finally:
            headway.stop()


@asynccontextmanager
async def strangers(on: Stage) -> AsyncIterator[httpx2.AsyncClient]:
    limits = httpx2.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
    async with httpx2.AsyncClient(base_url=f"http://{on.address}", timeout=60, trust_env=False, limits=limits) as http:
        yield http


async def all_of(guess: Guess, how_many: int) -> list[httpx2.Response]:
    """The answers to so many guesses, some at once."""
    numbers, answers = iter(range(how_many)), []

    async def one_after_the_other() -> None:
        for number in numbers:
            answers.append(await guess(number))

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(one_after_the_other())
    return answers


def told(answers: list[httpx2.Response]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


def in_words(answer: httpx2.Response) -> str:
    """What an answer says, but for how long to wait."""
    return re.sub(r"\d+( minutes?)?", "N", answer.text)


def from_anywhere(http: httpx2.AsyncClient) -> Post:
    """Posts from one address after the other."""
    addresses = cycle(ADDRESSES)

    async def post(path: str, body: object) -> httpx2.Response:
        return await http.post(path, json=body, headers={"X-Forwarded-For": next(addresses)})

    return post


async def test_an_account_is_guessed_at_ten_times_at_each_of_its_doors(server: Headway) -> None:
    async with stage(server) as on, strangers(on) as http:
        post = from_anywhere(http)
        await a_stolen_session_guesses_the_password(on, http)
        await a_stolen_password_guesses_the_code(on, post)
        await strangers_guess_the_password(on, post)


async def a_stolen_session_guesses_the_password(on: Stage, http: httpx2.AsyncClient) -> None:
    cookie, addresses = f"headway_session={on.owner.user.cookie}", cycle(ADDRESSES)

    async def guess(number: int) -> httpx2.Response:
        body = {"current": f"guess {number}", "new": "a new and long one"}
        headers = {"X-Forwarded-For": next(addresses), "cookie": cookie}
        return await http.put("/api/me/password", json=body, headers=headers)

    answers = await all_of(guess, GUESSES // 5)
    assert told(answers) == {403: TRIES, 429: len(answers) - TRIES}
    report("A password inside", tries=len(answers), checked=told(answers)[403])


async def a_stolen_password_guesses_the_code(on: Stage, post: Post) -> None:
    """With as many tickets as they like: the tries are the account's."""
    member = await on.member(1)
    app = (await member.once("POST", "/api/me/second-factor/app", {"proof": {"password": PASSWORD}})).body
    code = pyotp.TOTP(app["secret"]).now()
    assert (await member.once("POST", "/api/me/second-factor/app/confirm", {"code": code})).status == 200
    credentials = {"email": member.user.email, "password": PASSWORD}
    tickets = [(await post("/api/sessions", credentials)).json()["ticket"] for _ in range(2 * TRIES)]

    async def guess(number: int) -> httpx2.Response:
        body = {"ticket": tickets[number % len(tickets)], "code": f"{number:06}"}
        return await post("/api/sessions/second-factor", body)

    answers = await all_of(guess, GUESSES)
    checked = [one for one in answers if one.status_code == 401 and one.json()["code"] == "code.wrong"]
    assert len(checked) <= TRIES
    assert told(answers).keys() == {401, 429}
    right = {"ticket": tickets[0], "code": pyotp.TOTP(app["secret"]).now()}
    assert (await post("/api/sessions/second-factor", right)).status_code == 429
    assert (await member.once("GET", "/api/me")).status == 200
    report("Codes", tries=len(answers), checked=len(checked))


async def strangers_guess_the_password(on: Stage, post: Post) -> None:
    async def guess(number: int) -> httpx2.Response:
        email = (OWNER, NOBODY)[number % 2]
        return await post("/api/sessions", {"email": email, "password": f"guess {number}"})

    answers = await all_of(guess, GUESSES)
    said = []
    for which in (OWNER, NOBODY):
        mine = [one for one in answers if which.encode() in one.request.content]
        assert told(mine) == {401: TRIES, 429: len(mine) - TRIES}, which
        assert all(int(one.headers["retry-after"]) <= 15 * 60 for one in mine if one.status_code == 429)
        said.append({(one.status_code, in_words(one)) for one in mine})
    # Whether an account is there cannot be told from what is said.
    assert said[0] == said[1]
    assert len(said[0]) == 2
    # The right one comes too late, and whoever was in stays in.
    late = await post("/api/sessions", {"email": OWNER, "password": PASSWORD})
    assert late.status_code == 429
    assert (await on.owner.get("/api/me"))["email"] == OWNER
    assert (await on.owner.once("POST", "/api/tokens", {"name": "still mine"})).status == 201
    report("A password at the door", tries=len(answers), accounts=2, checked=told(answers)[401])


async def test_one_address_tries_no_more_than_its_share_at_whomever_and_whatever(server: Headway) -> None:
    """Of one password for many accounts, and of links and tokens, which belong to nobody who could be locked out."""
    async with stage(server) as on, strangers(on) as http:
        link = await on.owner.once("POST", f"/api/workspaces/{on.workspace_id}/invitations", {"role": "member"})
        right = (await on.owner.once("POST", "/api/tokens", {"name": "mine"})).body["token"]

        async def spray(number: int) -> httpx2.Response:
            return await http.post("/api/sessions", json={"email": f"p{number}@example.org", "password": "Password1!"})

        async def open_a_link(number: int) -> httpx2.Response:
            return await http.post("/api/invitations/preview", json={"token": f"{number:043}"})

        async def bear(number: int) -> httpx2.Response:
            return await http.get("/api/me", headers={"Authorization": f"Bearer hw_{number:043}"})

        figures = {}
        for name, guess, wrong in (("passwords", spray, 401), ("links", open_a_link, 404), ("tokens", bear, 401)):
            answers = told(await all_of(guess, GUESSES))
            assert answers.keys() == {wrong, 429}, name
            # Each worker counts by itself, and a hundred come back evenly in a quarter of an hour.
            assert MOST <= answers[wrong] <= WORKERS * MOST * 1.5, name
            figures[name] = answers[wrong]

        # Who has the real thing is not kept out by it, from the same address and from another.
        assert (await http.get("/api/me", headers={"Authorization": f"Bearer {right}"})).status_code == 200
        question = {"token": link.body["url"].partition("#")[2]}
        elsewhere = await http.post("/api/invitations/preview", json=question, headers={"X-Forwarded-For": "192.0.2.1"})
        assert elsewhere.status_code == 200
        # 2001:db8::/64 is one customer, however many addresses it writes down.
        six = [
            await http.post(
                "/api/invitations/preview", json={"token": "no"}, headers={"X-Forwarded-For": f"2001:db8::{number:x}"}
            )
            for number in range(WORKERS * MOST + 40)
        ]
        assert six[-1].status_code == 429
        report("From one address", tries=GUESSES, **figures)
