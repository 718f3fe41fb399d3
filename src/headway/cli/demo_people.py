"""The demo's people and their passwords: made at the first `--demo`, new passwords at every further one."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from headway.accounts.models import Instance
from headway.console import Say
from headway.db import batch_engine
from headway.demo.build import seed
from headway.settings import Settings


def demo_people(settings: Settings, say: Say) -> list[str]:
    """What the console shows of them."""
    engine = batch_engine(settings)
    try:
        with Session(engine, expire_on_commit=False) as db, db.begin():
            if not db.scalar(select(Instance.demo)):
                say("Demo: making a workspace with people, projects and tasks")
            people = seed(db)
    finally:
        engine.dispose()
    width = max(len(email) for _, email, _ in people)
    lines = [f"  {email:<{width}}  {password}  {name}" for name, email, password in people]
    return ["Demo: sign in as any of these people. Every --demo gives them new passwords.", *lines]
