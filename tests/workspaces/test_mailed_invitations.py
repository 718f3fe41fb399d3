"""Invitations by mail: for one address, seen by nobody but its reader, and proof of it when they are accepted."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import select, text

from headway.accounts.models import Person
from headway.app import create_app
from headway.clock import new_id
from headway.settings import Settings
from headway.workspaces.models import Invitation
from tests.accounts.conftest import client_of
from tests.factories import Team
from tests.letters.mailing import let_time_pass, mailing_app
from tests.letters.postbox import Postbox

pytestmark = pytest.mark.anyio


@pytest.fixture
async def box() -> AsyncIterator[Postbox]:
    async with Postbox.open() as box:
        yield box


@pytest.fixture
async def app(settings: Settings, box: Postbox) -> AsyncIterator[FastAPI]:
    async with mailing_app(settings, box) as app:
        yield app


@pytest.fixture
async def guest(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    async with client_of(app) as client:
        yield client


@pytest.fixture
def email() -> str:
    return f"nadia-{new_id().hex[-12:]}@example.org"


def path(team: Team) -> str:
    return f"/api/workspaces/{team.workspace_id}/invitations"


async def mailed(team: Team, box: Postbox, email: str) -> str:
    """The token of an invitation that was mailed."""
    made = await team.owner.post(path(team), {"email": email, "role": "viewer"})
    assert made["url"] is None, "who invites does not see the link, or it would prove nothing"
    assert await team.app.state.jobs.do_all() == 1
    assert box.envelopes[-1].rcpt_tos == [email]
    return box.token()


def account(token: str, email: str) -> dict[str, Any]:
    return {"token": token, "name": "Nadia", "email": email, "password": "long enough to do"}


async def accept(guest: httpx2.AsyncClient, body: dict[str, Any]) -> httpx2.Response:
    return await guest.post("/api/invitations/accept", json=body)


async def test_a_mailed_invitation_lets_its_reader_in_and_proves_the_address(
    team: Team, box: Postbox, guest: httpx2.AsyncClient, email: str
) -> None:
    token = await mailed(team, box, email)
    assert box.letters[0]["Subject"] == "Owner invites you to Team"
    preview = await guest.post("/api/invitations/preview", json={"token": token})
    assert preview.json()["email"] == email
    accepted = await accept(guest, account(token, email))
    assert accepted.status_code == 200, accepted.text
    async with team.app.state.database.reading() as db:
        person = (await db.scalars(select(Person).where(Person.email == email))).one()
    assert person.email_proved_at is not None
    assert (await accept(guest, {"token": token})).status_code == 410


async def test_it_is_for_that_address_only(team: Team, box: Postbox, guest: httpx2.AsyncClient, email: str) -> None:
    token = await mailed(team, box, email)
    refused = await team.stranger.http.post("/api/invitations/accept", json={"token": token})
    assert (refused.status_code, refused.json()["code"]) == (409, "invitation.address")
    assert email in refused.json()["detail"]
    other = await accept(guest, account(token, f"other-{email}"))
    assert (other.status_code, other.json()["code"]) == (409, "invitation.address")
    async with team.app.state.database.reading() as db:
        assert await db.scalar(select(Person.id).where(Person.email == f"other-{email}")) is None
    assert (await accept(guest, account(token, email))).status_code == 200


async def test_somebody_signed_in_with_that_address_joins(team: Team, box: Postbox) -> None:
    token = await mailed(team, box, team.stranger.email)
    await team.stranger.post("/api/invitations/accept", {"token": token}, 200)
    async with team.app.state.database.reading() as db:
        assert await db.scalar(select(Person.email_proved_at).where(Person.id == team.stranger.id)) is not None


async def test_sent_again_the_old_link_is_no_good(
    team: Team, box: Postbox, guest: httpx2.AsyncClient, email: str
) -> None:
    old = await mailed(team, box, email)
    [invitation] = await team.owner.get(path(team))
    assert (invitation["email"], invitation["mailed_at"] is not None) == (email, True)
    await team.owner.post(f"{path(team)}/{invitation['id']}/resend", status=204)
    await team.app.state.jobs.do_all()
    assert (await accept(guest, account(old, email))).status_code == 404
    assert (await accept(guest, account(box.token(), email))).status_code == 200


async def test_taken_back_it_is_not_sent_and_does_not_work(
    team: Team, box: Postbox, guest: httpx2.AsyncClient, email: str
) -> None:
    token = await mailed(team, box, email)
    [invitation] = await team.owner.get(path(team))
    await team.owner.post(f"{path(team)}/{invitation['id']}/resend", status=204)
    await team.owner.delete(f"{path(team)}/{invitation['id']}")
    await team.app.state.jobs.do_all()
    assert len(box.letters) == 1
    assert (await accept(guest, account(token, email))).status_code == 404
    await team.owner.post(f"{path(team)}/{invitation['id']}/resend", status=404)


async def test_only_who_may_invite_sends_again(team: Team, box: Postbox, email: str) -> None:
    await mailed(team, box, email)
    [invitation] = await team.owner.get(path(team))
    resend = f"{path(team)}/{invitation['id']}/resend"
    for user, status in ((team.member, 403), (team.viewer, 403), (team.stranger, 404)):
        await user.post(resend, status=status)
    owners = await team.owner.post(path(team), {"email": f"boss-{email}", "role": "owner"})
    await team.admin.post(f"{path(team)}/{owners['id']}/resend", status=403)


async def test_a_link_without_an_address_cannot_be_sent(team: Team) -> None:
    made = await team.owner.post(path(team), {})
    assert "#" in made["url"]
    refused = await team.owner.http.post(f"{path(team)}/{made['id']}/resend")
    assert (refused.status_code, refused.json()["code"]) == (409, "invitation.no_address")


async def test_nobody_s_mailbox_is_filled(team: Team, email: str) -> None:
    sent = [(await team.owner.http.post(path(team), json={"email": email})).status_code for _ in range(4)]
    assert sent == [201, 201, 201, 429]


async def test_who_else_is_there_does_not_hear_the_address(team: Team, box: Postbox, email: str) -> None:
    await mailed(team, box, email)
    async with team.app.state.database.reading() as db:
        invitation = await db.scalar(select(Invitation.id).where(Invitation.email == email))
        told = text("SELECT after::text FROM event WHERE entity_id = :id")
        rows = (await db.execute(told, {"id": invitation})).all()
        assert rows
        assert all(email not in after for (after,) in rows)


async def test_without_a_mail_server_the_link_is_shown_and_still_bound(settings: Settings, email: str) -> None:
    app = create_app(settings)
    async with app.router.lifespan_context(app), Team.of(app) as team, client_of(app) as guest:
        made = await team.owner.post(path(team), {"email": email})
        token = made["url"].partition("#")[2]
        await team.owner.post(f"{path(team)}/{made['id']}/resend", status=409)
        assert (await accept(guest, account(token, f"other-{email}"))).status_code == 409
        assert (await accept(guest, account(token, email))).status_code == 200
        async with app.state.database.reading() as db:
            person = (await db.scalars(select(Person).where(Person.email == email))).one()
        assert person.email_proved_at is None, "who made the link has seen it, so it proves nothing"


async def test_a_letter_that_fails_is_written_anew_with_a_new_link(
    team: Team, box: Postbox, guest: httpx2.AsyncClient, email: str
) -> None:
    box.behaviour = "hangs up"
    lost = await mailed(team, box, email)
    box.behaviour = "takes"
    await let_time_pass(team.app)
    await team.app.state.jobs.do_all()
    assert (await accept(guest, account(lost, email))).status_code == 404
    assert (await accept(guest, account(box.token(), email))).status_code == 200
