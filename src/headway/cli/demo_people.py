"""The demo's people and their passwords: made at the first `--demo`, new passwords at every further one."""

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from headway.console import Say
from headway.demo.build import seed
from headway.settings import Settings

MARK = "INSERT INTO instance (id, demo, created_at) VALUES (1, true, now()) ON CONFLICT DO NOTHING RETURNING id"


def demo_people(settings: Settings, say: Say) -> list[str]:
    engine = create_engine(settings.sync_url, poolclass=NullPool)
    try:
        with Session(engine, expire_on_commit=False) as db, db.begin():
            if db.execute(text(MARK)).first():
                say("Demo: making a workspace with people, projects and tasks")
            people = seed(db)
    finally:
        engine.dispose()
    width = max((len(email) for _, email, _ in people), default=0)
    return [
        "The demo's people (new passwords at every --demo):",
        *(f"  {email:<{width}}  {password}" for _, email, password in people),
    ]
