"""The first visit: somebody claims this server."""

from hmac import compare_digest

from sqlalchemy.ext.asyncio import AsyncSession

from headway.accounts.asker import Asker
from headway.accounts.commands import begin_session, create_person
from headway.accounts.models import Instance
from headway.accounts.queries import claimed, instance
from headway.accounts.secrets import hashed
from headway.errors import Conflict, Forbidden
from headway.projects.commands import create_project
from headway.projects.schemas import NewProject
from headway.settings import Settings
from headway.setup.examples import EXAMPLES
from headway.setup.schemas import NewSetup, SetupOut
from headway.tasks.commands import create_task
from headway.tasks.schemas import NewTask
from headway.workspaces.commands import create_workspace


async def how_it_stands(db: AsyncSession, settings: Settings) -> SetupOut:
    """What the first page needs to know."""
    here = (await db.scalars(instance())).one()
    needs_setup = not await db.scalar(claimed())
    return SetupOut.model_validate(
        {
            "needs_setup": needs_setup,
            "needs_link": needs_setup and here.setup_token_hash is not None,
            "sign_up": settings.sign_up,
            "demo": here.demo,
            "mail": settings.smtp is not None,
        }
    )


def refuse_wrong_link(here: Instance, link: str | None) -> None:
    """Lets pass who has the one-time link, where this server asks for it."""
    expected = here.setup_token_hash
    if expected is not None and not compare_digest(hashed(link or ""), expected):
        raise Forbidden("setup.link", "Open the one-time link that the server's console shows; it proves who runs it.")


async def refuse_unless_open(db: AsyncSession, link: str | None, lock: bool = False) -> Instance:
    """The installation, if it is unclaimed and the link is right; locked, a second claim waits and then finds it taken.

    Raises:
        Conflict: somebody has an account here already.
        Forbidden: the link is wrong.
    """
    here = (await db.scalars(instance().with_for_update() if lock else instance())).one()
    if await db.scalar(claimed()):
        raise Conflict("setup.done", "This server has its owner already. Sign in, or ask them for an invitation.")
    refuse_wrong_link(here, link)
    return here


async def set_up(db: AsyncSession, new: NewSetup, password_hash: str, user_agent: str) -> tuple[Asker, str]:
    """Makes the owner's account, signed in, with a workspace and, where wanted, a project: all of it or nothing."""
    here = await refuse_unless_open(db, new.link, lock=True)
    here.setup_token_hash = None
    person = await create_person(db, name=new.name, email=new.email, password_hash=password_hash, is_admin=True)
    me, secret = await begin_session(db, person, user_agent)
    workspace = await create_workspace(db, me, new.workspace)
    if new.project:
        project = await create_project(
            db, me, workspace.id, NewProject(name=new.project.name, key=new.project.key, description="")
        )
        for example in EXAMPLES if new.examples else ():
            await create_task(db, me, project.id, NewTask(**example))
    return me, secret
