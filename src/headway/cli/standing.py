"""`headway user suspend`, `reinstate` and `admin`: who may use this server, and who runs it."""

import click
from sqlalchemy import delete
from sqlalchemy.orm import Session

from headway.accounts.factors_models import Ticket
from headway.accounts.models import Person
from headway.accounts.queries import instance, other_sign_ins
from headway.administration.people_commands import tell_admin, tell_standing
from headway.administration.people_queries import other_admins
from headway.audit.record import audit_now
from headway.cli.users import database, find_person, user, with_home
from headway.clock import now
from headway.console import CannotStart
from headway.workspaces.commands import tell_taken_back
from headway.workspaces.models import Invitation
from headway.workspaces.queries import places_of, unused_invitations_by

__all__ = ["user"]


@user.command()
@click.argument("email")
@with_home
def suspend(email: str, home: str | None) -> None:
    """Shut somebody out: their sessions end at once, and their API tokens are refused until they are reinstated."""
    with database(home) as db:
        person = standing_of(db, email)
        if person.suspended_at is not None:
            raise CannotStart(f"{email} is suspended already.")
        if person.is_admin and not db.scalar(other_admins(person.id)):
            raise CannotStart(f"{email} is the last admin of this server. Make somebody else one: headway user admin.")
        person.suspended_at = now()
        db.flush()
        db.execute(other_sign_ins(person.id, None))
        db.execute(delete(Ticket).where(Ticket.person_id == person.id))
        places = list(db.scalars(places_of(person.id)))
        for invitation in db.scalars(unused_invitations_by(person.id).returning(Invitation)):
            tell_taken_back(db, invitation)
        tell_standing(db, person.id, places, suspended=True)
        audit_now(db, "person.suspended", by=None, means="cli", about_id=person.id)
    click.echo(f"{email} is suspended; their sessions have ended.", err=True)


@user.command()
@click.argument("email")
@with_home
def reinstate(email: str, home: str | None) -> None:
    """Let somebody in again who was suspended."""
    with database(home) as db:
        person = standing_of(db, email)
        if person.suspended_at is None:
            raise CannotStart(f"{email} is not suspended.")
        person.suspended_at = None
        tell_standing(db, person.id, list(db.scalars(places_of(person.id))), suspended=False)
        audit_now(db, "person.reinstated", by=None, means="cli", about_id=person.id)
    click.echo(f"{email} can sign in again.", err=True)


@user.command()
@click.argument("email")
@click.option("--revoke", is_flag=True, help="Take it away instead.")
@with_home
def admin(email: str, revoke: bool, home: str | None) -> None:
    """Have somebody administer this server, or no longer."""
    with database(home) as db:
        person = standing_of(db, email)
        if person.is_admin != revoke:
            raise CannotStart(f"{email} is {'not an' if revoke else 'an'} admin of this server already.")
        if revoke and not db.scalar(other_admins(person.id)):
            raise CannotStart(f"{email} is the last admin of this server. Make somebody else one first.")
        if not revoke and person.suspended_at is not None:
            raise CannotStart(f"{email} is suspended. Reinstate them first: headway user reinstate {email}")
        person.is_admin = not revoke
        tell_admin(db, person.id, not revoke)
        audit_now(db, "admin.revoked" if revoke else "admin.granted", by=None, means="cli", about_id=person.id)
    click.echo(f"{email} {'no longer administers' if revoke else 'administers'} this server.", err=True)


def standing_of(db: Session, email: str) -> Person:
    """Who has the address, for a change of their standing: one such change at a time, so that an admin is left."""
    db.execute(instance().with_for_update())
    return find_person(db, email)
