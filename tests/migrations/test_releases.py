"""Every released schema, with data in it, comes up to today's and is served."""

from pathlib import Path

import httpx2
import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from headway.app import create_app
from headway.db import Base
from headway.migrations.run import migrate
from headway.settings import Settings
from tests.databases import empty_database

RELEASES = {path.stem: path.read_text() for path in sorted(Path(__file__).parent.glob("*.sql"))}
PASSWORD = "correct horse battery"


@pytest.mark.parametrize("release", RELEASES)
async def test_a_release_is_brought_up_to_date_and_served(database_url: str, release: str) -> None:
    with empty_database(database_url, migrated=False) as url:
        settings = Settings(database_url=url, pool_size=1)
        with psycopg.connect(settings.plain_url) as old:
            old.execute(RELEASES[release].encode())
        migrate(settings.sync_url)

        app = create_app(settings)
        async with app.router.lifespan_context(app):
            transport = httpx2.ASGITransport(app)
            async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as http:
                me = (await http.post("/api/sessions", json={"email": "ada@example.org", "password": PASSWORD})).json()
                workspace = me["workspaces"][0]["id"]
                project = (await http.get(f"/api/workspaces/{workspace}/projects")).json()["projects"][0]
                board = (await http.get(f"/api/projects/{project['id']}/board")).json()
                then = f"/api/projects/{project['id']}/board?as_of={board['revision']}"
                told = (await http.get(then)).json()
                found = (await http.get(f"/api/workspaces/{workspace}/search", params={"q": "登录"})).json()["items"]
                said = (await http.get(f"/api/tasks/{found[0]['id']}/comments")).json()["items"]
                changed = await http.patch(f"/api/tasks/{found[0]['id']}", json={"version": 2, "priority": 3})
    assert len(board["tasks"]) == 2
    # Time travel begins with the upgrade, and begins right.
    assert {name: told[name] for name in board} == board
    assert found[0]["assignee_ids"] == [me["id"]]
    assert [one["body_html"] for one in said] == ["<p>A <strong>comment</strong></p>\n"]
    assert changed.status_code == 200


def test_the_migrations_make_the_tables_that_the_models_describe(database_url: str) -> None:
    engine = create_engine(Settings(database_url=database_url).sync_url, poolclass=NullPool)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    engine.dispose()
    assert differences == []
