"""`headway trash …`: what was deleted, and bringing it back, over the same API that everybody else uses."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import click

from headway.cli.tables import printable, show_rows
from headway.cli.tasks import connected, nothing, projects_of, whoami, with_json, with_workspace
from headway.client import Client
from headway.console import CannotStart

Json = dict[str, Any]


@click.group()
def trash() -> None:
    """List what was deleted, and bring it back, over HTTP.

    HEADWAY_TOKEN holds an API token (made in your account settings), HEADWAY_URL the server's address.
    """


@trash.command(name="list")
@click.option("--project", metavar="KEY", help="Only what was deleted in this project, such as HW.")
@with_workspace
@with_json
def list_trash(project: str | None, workspace: str | None, as_json: bool) -> None:
    """List deleted tasks, comments and projects, the newest first."""
    with connected() as client:
        _, room = whoami(client, workspace)
        pages = list(trash_pages(client, room, project))
    items = sorted(
        (item for page in pages for item in page["items"]), key=lambda item: item["deleted_at"], reverse=True
    )
    names = {person["person_id"]: person["name"] for page in pages for person in page["people"]}
    if as_json:
        click.echo(json.dumps(items, ensure_ascii=False, indent=2))
    elif items:
        columns = ("What", "Restore as", "Title", "Deleted", "By", "Gone for good")
        show_rows(columns, [line(item, names) for item in items], wide="Title")
    if not items:
        nothing("The trash is empty.")


@trash.command()
@click.argument("things", nargs=-1, required=True, metavar="THING…")
@with_workspace
@with_json
def restore(things: tuple[str, ...], workspace: str | None, as_json: bool) -> None:
    """Bring things back: tasks such as HW-42, projects by their key, comments by the id that `list` shows."""
    with connected() as client:
        _, room = whoami(client, workspace)
        items = [item for page in trash_pages(client, room, None) for item in page["items"]]
        # All are looked up first, so that a slip in one changes nothing.
        found = [named(items, thing) for thing in things]
        answers = [client.post(f"/api/{item['kind']}s/{quote(item['id'])}/restore", None) for item in found]
    if as_json:
        click.echo(json.dumps(answers, ensure_ascii=False, indent=2))
        return
    for item in found:
        click.echo(f"{called(item)}\t{printable(item['title'])}")


def trash_pages(client: Client, room: Json, project: str | None) -> Iterator[Json]:
    """Every page of the trash of one project, or of the workspace and all its projects."""
    if project is None:
        yield client.get(f"/api/workspaces/{room['id']}/trash")
    for one in projects_of(client, room, project):
        page: Json | None = None
        while page is None or page["next_cursor"]:
            cursor = page["next_cursor"] if page else None
            page = client.get(f"/api/projects/{one['id']}/trash", limit=200, cursor=cursor)
            yield page


def called(item: Json) -> str:
    """What `restore` takes. A comment has no name of its own."""
    return str(item["id"] if item["kind"] == "comment" else item["human_id"])


def named(items: list[Json], thing: str) -> Json:
    """The deleted thing of this name, in whatever case."""
    found = next((item for item in items if thing.strip().casefold() in (called(item).casefold(), item["id"])), None)
    if found is None:
        raise CannotStart(printable(f"There is no {thing!r} in the trash. `headway trash list` shows what there is."))
    return found


def line(item: Json, names: dict[str, str]) -> tuple[str, str, str, str, str, str]:
    """A deleted thing in words."""
    deleted_at, gone_at = ((item[name] or "")[:16].replace("T", " ") for name in ("deleted_at", "gone_at"))
    by = names.get(item["deleted_by"] or "", "")
    title = f"{item['human_id']}: {item['title']}" if item["kind"] == "comment" else item["title"]
    more = f" (and {item['with']} more)" if item["kind"] == "task" and item["with"] else ""
    return item["kind"], called(item), title + more, deleted_at, by, gone_at
