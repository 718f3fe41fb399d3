"""`headway search`: tasks by the same filter that the search in the browser takes."""

import json
from datetime import datetime, timedelta
from typing import Any

import click

from headway.cli.tables import printable, show_rows
from headway.cli.tasks import connected, nothing, whoami, with_json, with_workspace
from headway.client import Refused
from headway.console import CannotStart
from headway.search.tree import PRIORITIES

NOT_READ = "search.syntax"


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="FILTER…")
@click.option("--limit", type=click.IntRange(1, 200), default=50, show_default=True, help="How many at most.")
@with_workspace
@with_json
def search(words: tuple[str, ...], limit: int, workspace: str | None, as_json: bool) -> None:
    """Find tasks in all projects, such as: headway search 'assignee:me due<7d -state:done'.

    Words, or "words in quotes", stand in the title, the description or a comment. Fields are assignee, by, completed,
    created, due, is, label, priority, project, start, state and updated; OR, brackets and - combine them. What begins
    with - goes behind --.
    """
    text = " ".join(words)
    ahead = datetime.now().astimezone().utcoffset() or timedelta()
    with connected() as client:
        _, room = whoami(client, workspace)
        try:
            found = client.get(
                f"/api/workspaces/{room['id']}/search",
                q=text,
                limit=limit,
                utc_offset=round(ahead.total_seconds() / 60),
            )["items"]
        except Refused as refused:
            if refused.code != NOT_READ:
                raise
            click.echo(pointed_at(text, refused.problem), err=True)
            raise CannotStart(refused.detail) from None
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    elif found:
        show_rows(("Task", "Title", "State", "Priority", "Due", "Project"), list(map(row, found)), wide="Title")
    if not found:
        nothing("No such tasks.")


def row(one: dict[str, Any]) -> tuple[str, str, str, str, str, str]:
    """A task in words."""
    priority = PRIORITIES[one["priority"]] if one["priority"] else ""
    return one["human_id"], one["title"], one["state_name"], priority, one["due_on"] or "", one["project_name"]


def pointed_at(text: str, problem: dict[str, Any]) -> str:
    """The filter with a line below it that marks the place."""
    at, end = problem["at"], problem["end"]
    return f"  {printable(text)}\n  {' ' * at}{'^' * max(1, end - at)}"
