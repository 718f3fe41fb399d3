"""The demo: a company that builds cargo bikes, in the middle of a week. The content stays, the passwords change."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import exists, insert, select, update
from sqlalchemy.orm import Session

from headway.accounts.models import Instance, Person
from headway.accounts.secrets import hash_password_now, new_password
from headway.clock import new_id, now
from headway.console import CannotStart
from headway.demo.content import Character, boards, company
from headway.demo.write import tell, write_board
from headway.events.record import begin_change, record, write_events_now
from headway.text import sort_key
from headway.workspaces.commands import member_data, workspace_data
from headway.workspaces.models import Membership, Workspace
from headway.workspaces.naming import slug_of


def seed(session: Session) -> list[tuple[str, str, str]]:
    """Makes the demo in the caller's transaction, or finds it made; gives everybody in it a new random password.

    Returns:
        (name, e-mail address, password) of each of its people, the owner first.

    Raises:
        CannotStart: somebody uses this database for real.
    """
    here = session.scalars(select(Instance)).one()
    _, characters = company()
    if not session.scalar(select(exists().where(~Person.placeholder))):
        here.demo, here.setup_token_hash = True, None
        build(session, characters)
    elif not here.demo:
        raise CannotStart("This database is in use, so the demo leaves it alone. Choose an empty folder with --home.")
    return [(one.name, one.email, reset(session, one)) for one in characters]


def reset(session: Session, character: Character) -> str:
    """A new password for one of the demo's people."""
    password = new_password()
    changed = update(Person).where(Person.email == character.email)
    session.execute(changed.values(password_hash=hash_password_now(password)))
    return password


def build(session: Session, characters: tuple[Character, ...]) -> None:
    """People, workspace, projects and all that is in them, as one change set."""
    people = write_people(session, characters)
    begin_change(session, "demo", people[characters[0].key]).why = "The demo"
    workspace = write_workspace(session, characters, people)
    for board in boards():
        tell(session, board, write_board(session, board, workspace.id, people))
    write_events_now(session)


def write_people(session: Session, characters: tuple[Character, ...]) -> dict[str, UUID]:
    """Their ids. Nobody can sign in as them before `reset`."""
    people = {one.key: new_id() for one in characters}
    rows = [
        {
            "id": people[one.key],
            "name": one.name,
            "name_key": sort_key(one.name),
            "email": one.email,
            "is_admin": number == 0,
            "placeholder": False,
            "created_at": now() - timedelta(days=120 - 9 * number),
        }
        for number, one in enumerate(characters)
    ]
    session.execute(insert(Person), rows)
    return people


def write_workspace(session: Session, characters: tuple[Character, ...], people: dict[str, UUID]) -> Workspace:
    """The workspace with everybody in their role."""
    name, _ = company()
    at = now() - timedelta(days=120)
    workspace = Workspace(
        id=new_id(), slug=slug_of(name), name=name, name_key=sort_key(name), created_at=at, updated_at=at, version=1
    )
    session.add(workspace)
    session.flush()
    topic = f"workspace:{workspace.id}"
    record(session, topic, "workspace.created", workspace.id, None, workspace_data(workspace))
    for one in characters:
        person = session.get_one(Person, people[one.key])
        joined = Membership(workspace_id=workspace.id, person_id=person.id, role=one.role, joined_at=person.created_at)
        session.add(joined)
        record(session, topic, "member.joined", person.id, None, member_data(person, one.role))
    session.flush()
    return workspace
