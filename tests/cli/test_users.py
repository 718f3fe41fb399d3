"""`headway user …` as processes: beside a running server, without one, and with what cannot be."""

import urllib.error
from collections.abc import Iterator

import pyotp
import pytest

from headway.accounts.schemas import Email, NewPassword
from headway.cli.users import valid
from headway.console import CannotStart
from headway.text import Name
from tests.cli.running import Running, command, refusal, running
from tests.faults.hammer import PASSWORD, Client
from tests.processes import Headway, home_folder

pytestmark = pytest.mark.timeout(300)

OWNER = "owner@example.org"


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running() as server:
        yield server


def sign_in(server: Running, email: str, password: str) -> Client | None:
    """The person's browser, if that is their password."""
    client = Client(server.headway)
    try:
        client.send("POST", "/api/sessions", {"email": email, "password": password})
    except AssertionError:
        return None
    finally:
        client.close()
    return client


def test_somebody_added_can_sign_in_and_stands_in_the_list(server: Running) -> None:
    slug = server.workspace["slug"]
    added = server.run("user", "add", "Nadia@Example.org", "--name", "Nadia", "--workspace", slug, "--role", "viewer")
    assert added.returncode == 0, added.stderr
    assert f"nadia@example.org can sign in, in {slug} as viewer." in added.stderr
    client = sign_in(server, "nadia@example.org", added.stdout.strip())
    assert client is not None
    me = client.send("GET", "/api/me")
    client.close()
    assert (me["name"], me["is_admin"], [w["role"] for w in me["workspaces"]]) == ("Nadia", False, ["viewer"])
    listed = [line.split("\t") for line in server.run("user", "list").stdout.splitlines()]
    assert [row[:3] for row in listed] == [
        ["nadia@example.org", "Nadia", f"{slug}:viewer"],
        [OWNER, "Owner", f"{slug}:owner"],
    ]
    told = server.browse("GET", f"/api/events?topic=workspace:{server.workspace['id']}&after=0")["events"]
    assert (told[-1]["kind"], told[-1]["after"]["email"], told[-1]["means"]) == (
        "member.joined",
        "nadia@example.org",
        "cli",
    )


def test_a_new_password_lets_in_and_throws_out_whoever_had_the_old_one(server: Running) -> None:
    first = server.run("user", "add", "leo@example.org").stdout.strip()
    browser = sign_in(server, "leo@example.org", first)
    assert browser is not None
    token = server.run("user", "token", "leo@example.org", "--name", "script").stdout.strip()
    assert browser.send("GET", "/api/me")["name"] == "leo"
    browser.close()  # the server ends idle connections

    reset = server.run("user", "reset-password", "LEO@example.org")
    assert reset.returncode == 0, reset.stderr

    with pytest.raises(AssertionError, match="401"):
        browser.send("GET", "/api/me")
    browser.close()
    assert "not valid" in refusal(server.run("task", "list", HEADWAY_TOKEN=token))
    assert sign_in(server, "leo@example.org", first) is None
    again = sign_in(server, "leo@example.org", reset.stdout.strip())
    assert again is not None
    me = again.send("GET", "/api/me")["id"]
    again.close()
    told = again.send("GET", f"/api/events?topic=person:{me}&after=0")["events"]
    again.close()
    assert {"session_id": None, "except": None} in [event["after"] for event in told]


def test_a_reset_password_ends_a_lockout(server: Running) -> None:
    server.run("user", "add", "mia@example.org")
    for _ in range(11):
        assert sign_in(server, "mia@example.org", "a wrong guess") is None
    password = server.run("user", "reset-password", "mia@example.org").stdout.strip()
    assert sign_in(server, "mia@example.org", password) is not None


def test_who_has_lost_their_second_factor_gets_in_by_password_again(server: Running) -> None:
    password = server.run("user", "add", "ren@example.org").stdout.strip()
    browser = sign_in(server, "ren@example.org", password)
    assert browser is not None
    app = browser.send("POST", "/api/me/second-factor/app", {"proof": {"password": password}})
    browser.send("POST", "/api/me/second-factor/app/confirm", {"code": pyotp.TOTP(app["secret"]).now()})
    browser.close()  # the server ends idle connections
    assert sign_in(server, "ren@example.org", password) is None

    reset = server.run("user", "reset-second-factor", "REN@example.org")
    assert reset.returncode == 0, reset.stderr
    again = sign_in(server, "ren@example.org", password)
    assert again is not None
    me = browser.send("GET", "/api/me")["id"]  # their sessions have gone on
    state = browser.send("GET", "/api/me/second-factor")
    assert (state["app_since"], state["recovery_codes_left"]) == (None, 0)
    told = browser.send("GET", f"/api/events?topic=person:{me}&after=0")["events"]
    browser.close()
    assert [event["means"] for event in told if event["kind"] == "second_factor.changed"] == ["web", "cli"]
    acts = [
        one for one in server.browse("GET", "/api/administration/audit")["items"] if one["act"] == "second_factor.reset"
    ]
    assert [(one["means"], one["about_id"]) for one in acts] == [("cli", me)]
    assert "has no second factor" in refusal(server.run("user", "reset-second-factor", "ren@example.org"))


def test_a_password_can_be_given_on_standard_input_and_is_not_repeated(server: Running) -> None:
    mine = "my own long pass phrase"
    added = server.run("user", "add", "kai@example.org", "--password-stdin", stdin=f"{mine}\n")
    assert (added.returncode, added.stdout) == (0, "")
    assert mine not in added.stderr
    assert sign_in(server, "kai@example.org", mine) is not None


def test_a_token_works_at_once_and_is_printed_alone(server: Running) -> None:
    made = server.run("user", "token", OWNER, "--name", "deploy")
    assert (made.returncode, made.stderr) == (0, "")
    (secret,) = made.stdout.split()
    assert "No such tasks" in refusal(server.run("task", "list", HEADWAY_TOKEN=secret), code=1)
    listed = server.browse("GET", "/api/tokens")
    assert "deploy" in [one["name"] for one in listed]
    assert secret not in str(listed)


def test_somebody_suspended_is_out_at_once_and_comes_back(server: Running) -> None:
    password = server.run("user", "add", "eva@example.org").stdout.strip()
    browser = sign_in(server, "eva@example.org", password)
    assert browser is not None
    made = server.run("user", "token", "eva@example.org", "--name", "s", "--scope", "read", "--expires", "7")
    token = made.stdout.strip()
    browser.close()

    assert "is suspended" in server.run("user", "suspend", "Eva@example.org").stderr
    with pytest.raises(AssertionError, match="401"):
        browser.send("GET", "/api/me")
    browser.close()
    assert sign_in(server, "eva@example.org", password) is None
    assert "suspended" in refusal(server.run("task", "list", HEADWAY_TOKEN=token))
    assert "suspended" in refusal(server.run("user", "admin", "eva@example.org"))

    assert server.run("user", "reinstate", "eva@example.org").returncode == 0
    assert sign_in(server, "eva@example.org", password) is not None
    acts = [one["act"] for one in server.browse("GET", "/api/administration/audit?limit=9")["items"]]
    assert [act for act in acts if act.startswith(("person", "token", "account"))][:4] == [
        "person.reinstated",
        "person.suspended",
        "token.created",
        "account.created",
    ]


def test_a_server_keeps_an_admin(server: Running) -> None:
    assert "last admin" in refusal(server.run("user", "suspend", OWNER))
    assert "last admin" in refusal(server.run("user", "admin", OWNER, "--revoke"))
    assert server.run("user", "add", "ida@example.org").returncode == 0
    assert server.run("user", "admin", "ida@example.org").returncode == 0
    assert server.run("user", "admin", "ida@example.org", "--revoke").returncode == 0


WRONG = [
    (("add", OWNER), "", "There is an account with the address"),
    (("add", "x@example.org", "--workspace", "nope"), "", "There is no workspace 'nope'"),
    (("add", "x@example.org", "--password-stdin"), "short\n", "at least 10 characters"),
    (("reset-password", "x@example.org"), "", "Nobody here has the address x@example.org"),
    (("token", OWNER), "", "Missing option '--name'"),
]


@pytest.mark.parametrize(
    ("kind", "value", "says"),
    [
        (Email, "nobody", "EMAIL: must be an e-mail address like"),
        (Email, "\udcff@example.org", "EMAIL: input should be a valid string"),
        (Name, " ", "EMAIL: string should have at least 1 character"),
        (NewPassword, "", "EMAIL: string should have at least 10 characters"),
        (NewPassword, "a\x00" * 10, "EMAIL: must not contain NUL"),
    ],
)
def test_words_on_the_command_line_are_held_to_the_apis_rules(kind: object, value: str, says: str) -> None:
    with pytest.raises(CannotStart, match=says):
        valid(kind, value, "EMAIL")


def test_what_cannot_be_is_one_line_and_changes_nothing(server: Running) -> None:
    before = server.run("user", "list").stdout
    for arguments, stdin, says in WRONG:
        assert says in refusal(server.run("user", *arguments, stdin=stdin)), arguments
    assert server.run("user", "list").stdout == before


def test_without_a_server_it_starts_the_database_for_the_moment() -> None:
    with home_folder() as home:
        env = {"HEADWAY_HOME": str(home)}
        added = command("user", "add", "ada@example.org", "--password-stdin", stdin=f"{PASSWORD}\n", env=env)
        assert added.returncode == 0, added.stderr
        assert command("user", "list", env=env).stdout.startswith("ada@example.org\tada\t\t")
        # The first one owns the server, so nobody can claim it in a browser any more.
        headway = Headway(home=home).ready()
        try:
            assert headway.get("/api/setup")["needs_setup"] is False
            client = Client(headway)
            me = client.send("POST", "/api/sessions", {"email": "ada@example.org", "password": PASSWORD})
            assert me["is_admin"] is True
            client.send("POST", "/api/workspaces", {"name": "Ada's"})
            client.close()
        except urllib.error.URLError:
            raise AssertionError(headway.errors) from None
        finally:
            headway.stop()
