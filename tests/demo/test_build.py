"""The demo's content, on a database of its own."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from headway.accounts.models import Instance, Person
from headway.accounts.secrets import hash_password_now
from headway.app import create_app
from headway.clock import new_id, now
from headway.comments.models import Comment
from headway.console import CannotStart
from headway.demo.build import seed
from headway.events.models import ChangeSet, Event, Topic
from headway.projects.models import Project, State
from headway.settings import Settings
from headway.tasks.models import Task, TaskAssignee, TaskLabel
from tests.accounts.conftest import client_of
from tests.databases import empty_database


@pytest.fixture(scope="module")
def engine(database_url: str) -> Iterator[Engine]:
    with empty_database(database_url) as url:
        engine = create_engine(Settings(database_url=url).sync_url, poolclass=NullPool)
        yield engine
        engine.dispose()


@pytest.fixture(scope="module")
def people(engine: Engine) -> list[tuple[str, str, str]]:
    with Session(engine) as db, db.begin():
        return seed(db)


@pytest.fixture
def db(engine: Engine, people: object) -> Iterator[Session]:
    with Session(engine) as db:
        yield db


def count(db: Session, *what: object) -> int:
    return db.scalar(select(func.count()).select_from(*what)) or 0  # type: ignore[arg-type]


def test_it_is_a_believable_amount(db: Session) -> None:
    assert 150 <= count(db, Task) <= 250
    assert count(db, Project) == 4
    assert 6 <= count(db, Person) <= 8
    assert count(db, Comment) >= 40
    assert count(db, TaskLabel) >= 80
    assert count(db, select(Task.id).where(func.cardinality(Task.blocked_by_ids) > 0).subquery()) >= 2
    assert count(db, select(Task.id).where(func.jsonb_array_length(Task.checklist) > 0).subquery()) >= 2
    assert count(db, TaskAssignee) >= 80
    assert count(db, select(Task.parent_id).where(Task.parent_id.is_not(None)).distinct().subquery()) >= 10
    categories = select(State.category).join(Task, Task.state_id == State.id).distinct()
    assert set(db.scalars(categories)) == {"backlog", "todo", "doing", "done", "cancelled"}
    assert db.scalar(select(func.count()).where(Project.visibility == "private")) == 1


def test_due_dates_lie_around_today(db: Session) -> None:
    dates = [day for day in db.scalars(select(Task.due_on)) if day]
    today = date.today()
    assert min(dates) < today < max(dates)
    assert all(abs((day - today).days) < 40 for day in dates)


def test_numbers_ranks_and_times_are_consistent(db: Session) -> None:
    for project in db.scalars(select(Project)):
        tasks = db.scalars(select(Task).where(Task.project_id == project.id).order_by(Task.number)).all()
        assert [task.number for task in tasks] == list(range(1, project.last_number + 1))
        assert [task.created_at for task in tasks] == sorted(task.created_at for task in tasks)
        assert len({task.rank for task in tasks}) == len(tasks)
        closed = set(db.scalars(select(State.id).where(State.category.in_(("done", "cancelled")))))
        for task in tasks:
            assert (task.completed_at is not None) == (task.state_id in closed), task.title
            assert task.created_at <= task.updated_at <= now(), task.title
    early = select(func.count()).select_from(Comment).join(Task, Task.id == Comment.task_id)
    assert db.scalar(early.where(Comment.created_at < Task.created_at)) == 0


def test_it_is_one_change_and_every_topic_counts_its_events(db: Session) -> None:
    assert count(db, ChangeSet) == 1
    for topic in db.scalars(select(Topic)):
        revisions = db.scalars(select(Event.revision).where(Event.topic == topic.name).order_by(Event.revision)).all()
        assert revisions == list(range(1, topic.revision + 1))
    private = db.scalars(select(Project.id).where(Project.visibility == "private")).one()
    told = db.scalar(select(func.count()).where(Event.topic.startswith("workspace:"), Event.entity_id == private))
    assert told == 0


async def test_its_people_sign_in_and_see_what_their_role_shows(
    engine: Engine, people: list[tuple[str, str, str]]
) -> None:
    url = engine.url.set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)
    app = create_app(Settings(database_url=url, pool_size=1))
    seen = {}
    async with app.router.lifespan_context(app):
        for name, email, password in (people[0], people[-1]):
            async with client_of(app) as client:
                me = (await client.post("/api/sessions", json={"email": email, "password": password})).json()
                workspace = me["workspaces"][0]
                projects = (await client.get(f"/api/workspaces/{workspace['id']}/projects")).json()["projects"]
                seen[name] = (workspace["role"], me["is_admin"], len(projects))
    assert seen == {"Mara Lindqvist": ("owner", True, 4), "Elif Kaya": ("viewer", False, 3)}


def test_a_second_time_only_the_passwords_are_new(engine: Engine, people: list[tuple[str, str, str]]) -> None:
    with Session(engine) as db, db.begin():
        before = count(db, Task), count(db, Person), count(db, ChangeSet)
        again = seed(db)
        assert (count(db, Task), count(db, Person), count(db, ChangeSet)) == before
    assert [one[:2] for one in again] == [one[:2] for one in people]
    assert {one[2] for one in again}.isdisjoint({one[2] for one in people})
    assert all(len(password) >= 16 for *_, password in again)


def test_a_database_in_use_is_left_alone(database_url: str) -> None:
    with empty_database(database_url) as url:
        engine = create_engine(Settings(database_url=url).sync_url, poolclass=NullPool)
        with Session(engine) as db:
            db.add(
                Person(
                    id=new_id(),
                    name="Ada",
                    name_key="ada",
                    email="mara@larkspur.example",
                    password_hash=hash_password_now("her own password"),
                    created_at=now(),
                )
            )
            db.flush()
            with pytest.raises(CannotStart, match="in use"):
                seed(db)
            assert db.scalars(select(Instance.demo)).one() is False
        engine.dispose()
