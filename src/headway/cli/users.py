"""`headway user …`: people, passwords and tokens, straight in the database; for whoever runs the server."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import click
import psycopg
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import delete, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from headway.accounts.commands import new_token, token_data, told
from headway.accounts.factors_models import CodeApp, Passkey, RecoveryCode, Ticket
from headway.accounts.models import Person, SignIn, Tries
from headway.accounts.passwords import tries_at, tries_of
from headway.accounts.queries import all_tokens, claimed, instance, other_sign_ins, person_by_email
from headway.accounts.schemas import Email, NewPassword
from headway.accounts.scopes import Scope
from headway.accounts.secrets import hash_password_now, new_password
from headway.audit.record import audit_now
from headway.cli.batch import ready_database
from headway.cli.tables import show_rows
from headway.clock import new_id, now
from headway.console import CannotStart
from headway.db import batch_engine
from headway.events.record import begin_change, record, write_events_now
from headway.live.bell import CHANNEL
from headway.settings import Settings
from headway.text import Name, sort_key
from headway.workspaces.commands import member_data
from headway.workspaces.models import Membership, Workspace, WorkspaceRole

with_home = click.option(
    "--home", metavar="DIR", help="Folder of the data [HEADWAY_HOME, or the platform's usual place]."
)
from_stdin = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")

FACTORS: tuple[Any, ...] = (CodeApp, Passkey, RecoveryCode, Ticket)


@click.group()
def user() -> None:
    """List and add people, reset passwords, make API tokens.

    Works beside a running server or without one; whoever may run it owns the data anyway.
    """


@user.command(name="list")
@with_home
def list_people(home: str | None) -> None:
    """Everybody with an account: address, name, where they belong, and when they were last here."""
    with database(home) as db:
        places = (
            select(Membership.person_id, func.string_agg(Workspace.slug + ":" + Membership.role, " ").label("places"))
            .join(Workspace, Workspace.id == Membership.workspace_id)
            .where(Membership.role.is_not(None))
            .group_by(Membership.person_id)
            .subquery()
        )
        seen = select(SignIn.person_id, func.max(SignIn.last_seen_at).label("at")).group_by(SignIn.person_id).subquery()
        found = db.execute(
            select(Person, places.c.places, seen.c.at)
            .outerjoin(places, places.c.person_id == Person.id)
            .outerjoin(seen, seen.c.person_id == Person.id)
            .where(~Person.placeholder)
            .order_by(Person.name_key, Person.id)
        ).all()
        rows = [
            (one.email or "", one.name, belongs or "", "suspended" if one.suspended_at else day(at))
            for one, belongs, at in found
        ]
    show_rows(("E-mail", "Name", "Workspaces", "Last seen"), rows, wide="Name")


@user.command()
@click.argument("email")
@click.option("--name", help="What others see [the address up to the @].")
@click.option("--workspace", metavar="SLUG", help="Which workspace to put them in.")
@click.option("--role", type=click.Choice(list(WorkspaceRole)), default=WorkspaceRole.member, show_default=True)
@from_stdin
@with_home
def add(email: str, name: str | None, workspace: str | None, role: str, password_stdin: bool, home: str | None) -> None:
    """Make an account, and print its password. The first one on a new server becomes its administrator."""
    email, password = valid(Email, email, "EMAIL"), chosen_password(password_stdin)
    name = valid(Name, name if name is not None else email.partition("@")[0], "--name")
    with database(home) as db:
        here = db.scalars(instance().with_for_update()).one()  # nobody claims the server in the browser meanwhile
        here.setup_token_hash = None
        if db.scalar(person_by_email(email)):
            raise CannotStart(f"There is an account with the address {email} already. See headway user list.")
        room = find_workspace(db, workspace) if workspace is not None else None
        person = Person(
            id=new_id(),
            name=name,
            name_key=sort_key(name),
            email=email,
            password_hash=hash_password_now(password),
            is_admin=not db.scalar(claimed()),
            placeholder=False,
            created_at=now(),
        )
        db.add(person)
        db.flush()
        audit_now(db, "account.created", by=None, means="cli", about_id=person.id)
        if room:
            join(db, room, person, role)
    click.echo(f"{email} can sign in{f', in {workspace} as {role}' if workspace else ''}.", err=True)
    show_password(password, password_stdin)


@user.command(name="reset-password")
@click.argument("email")
@from_stdin
@with_home
def reset_password(email: str, password_stdin: bool, home: str | None) -> None:
    """Give somebody a new password, and print it. Ends all their sessions and API tokens at once."""
    password = chosen_password(password_stdin)
    with database(home) as db:
        person = find_person(db, email)
        person.password_hash = hash_password_now(password)
        db.execute(other_sign_ins(person.id, None))
        db.execute(all_tokens(person.id))
        db.execute(delete(Tries).where(Tries.about.in_([tries_at(person.email or ""), tries_of(person.id)])))
        after = {"session_id": None, "except": None}
        record(db, f"person:{person.id}", "session.ended", person.id, None, after)
        audit_now(db, "password.reset", by=None, means="cli", about_id=person.id)
    click.echo(f"{email} has a new password; their sessions and tokens have ended.", err=True)
    show_password(password, password_stdin)


@user.command(name="reset-second-factor")
@click.argument("email")
@with_home
def reset_second_factor(email: str, home: str | None) -> None:
    """Take somebody's app, passkeys and recovery codes away, so that their password alone signs them in.

    For whoever has lost them all. Make sure first that it is them who asks. Their sessions go on.
    """
    with database(home) as db:
        person = find_person(db, email)
        gone = [
            row
            for kind in FACTORS
            for row in db.scalars(delete(kind).where(kind.person_id == person.id).returning(kind.person_id))
        ]
        if not gone:
            raise CannotStart(f"{email} has no second factor. Nothing was changed.")
        after = {"app": False, "passkeys": [], "recovery_codes_left": 0}
        record(db, f"person:{person.id}", "second_factor.changed", person.id, None, after)
        audit_now(db, "second_factor.reset", by=None, means="cli", about_id=person.id)
    click.echo(f"{email} signs in with their password alone now. They should set a second factor up again.", err=True)


@user.command()
@click.argument("email")
@click.option("--name", required=True, help="What the token is for.")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(list(Scope)),
    multiple=True,
    default=[Scope.read, Scope.write],
    show_default=True,
    help="What it may be used for; give it once for each.",
)
@click.option("--expires", "days", type=click.IntRange(1, 3_660), metavar="DAYS", help="When it ends [never].")
@with_home
def token(email: str, name: str, scopes: tuple[Scope, ...], days: int | None, home: str | None) -> None:
    """Make an API token for somebody, and print it: this once, what is kept is its hash."""
    name, lasts = valid(Name, name, "--name"), None if days is None else timedelta(days=days)
    with database(home) as db:
        person = find_person(db, email)
        made, secret = new_token(person.id, name, scopes, lasts)
        db.add(made)
        record(db, f"person:{person.id}", "token.created", made.id, None, token_data(made))
        audit_now(db, "token.created", by=None, means="cli", about_id=made.id, of=email, **told(made))
    click.echo(secret)


@contextmanager
def database(home: str | None) -> Iterator[Session]:
    """A session on the installation's database: one transaction, whose events a running server hears of at once."""
    try:
        with ready_database(home) as settings:
            engine = batch_engine(settings)
            try:
                with Session(engine, expire_on_commit=False) as db:
                    change = begin_change(db, "cli", None)
                    yield db
                    if change.events:
                        write_events_now(db)
                    db.commit()
            finally:
                engine.dispose()
            if change.events:
                ring(settings)
    except SQLAlchemyError as error:
        first = str(getattr(error, "orig", None) or type(error).__name__).splitlines()[0]
        raise CannotStart(f"The database refused: {first}. Nothing was changed.") from None


def ring(settings: Settings) -> None:
    """Has a running server end the streams of whoever must not see more; its own poll would take a second."""
    try:
        with psycopg.connect(settings.plain_url, autocommit=True, connect_timeout=10) as db:
            db.execute(f"NOTIFY {CHANNEL}")
    except psycopg.Error:
        click.echo("Done, but a running server could not be told: it will notice by itself.", err=True)


def join(db: Session, room: Workspace, person: Person, role: str) -> None:
    """Puts them in the workspace, and tells who is there."""
    db.add(Membership(workspace_id=room.id, person_id=person.id, role=role, joined_at=now()))
    audit_now(db, "member.added", by=None, means="cli", about_id=person.id, workspace_id=room.id, role=role)
    record(db, f"workspace:{room.id}", "member.joined", person.id, None, member_data(person, role))
    after = {"workspace_id": str(room.id), "role": role}
    record(db, f"person:{person.id}", "access.changed", room.id, {**after, "role": None}, after)


def find_person(db: Session, email: str) -> Person:
    """Who has the address."""
    person = db.scalar(person_by_email(valid(Email, email, "EMAIL")))
    if person is None:
        raise CannotStart(f"Nobody here has the address {email}. See headway user list.")
    return person


def find_workspace(db: Session, slug: str) -> Workspace:
    """The workspace with the slug."""
    found = db.scalar(select(Workspace).where(Workspace.slug == valid(Name, slug, "--workspace")))
    if found is None:
        slugs = ", ".join(db.scalars(select(Workspace.slug).order_by(Workspace.slug).limit(20))) or "none yet"
        raise CannotStart(f"There is no workspace {slug!r}. There is: {slugs}.")
    return found


def chosen_password(from_stdin: bool) -> str:
    """The line on standard input, or a random one."""
    if not from_stdin:
        return new_password()
    return valid(NewPassword, sys.stdin.readline().rstrip("\r\n"), "the password")


def show_password(password: str, from_stdin: bool) -> None:
    """Prints a random one; who typed theirs knows it."""
    if not from_stdin:
        click.echo(password)


def valid(kind: Any, value: str, what: str) -> str:
    """The value as the API would take it."""
    try:
        text: str = TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        reason = error.errors(include_url=False, include_input=False)[0]["msg"].removeprefix("Value error, ")
        raise CannotStart(f"{what}: {reason[:1].lower()}{reason[1:]}.") from None
    return text


def day(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d") if at else ""
