"""`headway history`, `headway undo`, `headway diff`: what was, and taking it back, over the API."""

import json
import sys
from datetime import datetime
from typing import Any

import click

from headway.cli.changes import Names, describe
from headway.cli.tables import printable
from headway.cli.tasks import (
    connected,
    moment,
    nothing,
    people,
    projects_of,
    task_called,
    whoami,
    with_json,
    with_workspace,
)
from headway.client import Client, Refused
from headway.console import CannotStart

Json = dict[str, Any]


def names_of(client: Client, project: Json) -> Names:
    """What states, labels and people of a project are called."""
    # One task of each state is enough to learn their names, however many there are.
    board = client.get(f"/api/projects/{project['id']}/board", as_of=str(2**63 - 1), per_state=1)
    return Names.of(board)


@click.command()
@click.argument("human_id", metavar="[TASK]", required=False)
@click.option("--project", metavar="KEY", help="All that happened in this project, such as HW.")
@click.option("--by", metavar="me|EMAIL", help="Only what this person did; with --project.")
@click.option("--limit", type=click.IntRange(1, 200), default=20, show_default=True, help="How many changes.")
@with_workspace
@with_json
def history(
    human_id: str | None, project: str | None, by: str | None, limit: int, workspace: str | None, as_json: bool
) -> None:
    """Show what happened to a task, such as HW-42, or in a project; newest first.

    `headway undo` takes the ids of the changes.
    """
    if (human_id is None) == (project is None):
        raise CannotStart("Say what you want to know about: a task such as HW-42, or --project KEY.")
    if by and human_id:
        raise CannotStart("--by goes with --project.")
    with connected() as client:
        me, room = whoami(client, workspace)
        if human_id:
            one = task_called(client, room, human_id)
            home, path = {"id": one["project_id"]}, f"/api/tasks/{one['id']}/history"
        else:
            [home] = projects_of(client, room, project)
            path = f"/api/projects/{home['id']}/history"
        person = people(client, me, room, (by,))[0] if by else None
        found = client.get(path, limit=limit, by=person)
        if as_json:
            click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        else:
            names = names_of(client, home)
            names.people.update({one["person_id"]: one["name"] for one in found["people"]})
            for change in found["items"]:
                show_change(change, names)
    if not found["items"]:
        nothing("No such changes.")


def show_change(change: Json, names: Names) -> None:
    """When, who and by what means; then each thing with what became of its fields."""
    who = names.people.get(change["by"] or "", "Somebody")
    means = change["means"] + (f" token {change['token']!r}" if change["token"] else "")
    at = datetime.fromisoformat(change["at"]).astimezone()
    undo = " undoes " + change["undoes"] if change["undoes"] else ""
    undone = " (undone)" if change["undone_by"] else ""
    head = f"{at:%Y-%m-%d %H:%M}  {who} ({means}){undo}{undone}"
    click.echo(f"{click.style(printable(head), bold=True)}  {change['id']}")
    for event in change["events"]:
        for line in describe(event, names):
            click.echo(f"  {line}")
    left = change["count"] - len(change["events"])
    if left > 0:
        click.echo(f"  and {left:,} more")


@click.command()
@click.argument("change", metavar="CHANGE")
@click.option("--preview", is_flag=True, help="Only say what would happen.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_json
def undo(change: str, preview: bool, yes: bool, as_json: bool) -> None:
    """Take back a change: its id is what `headway history` shows.

    What somebody has changed since stays as it is and is listed. The undo is a change itself: undoing that is the redo.
    """
    with connected() as client:
        path = f"/api/changes/{change_id(change)}/undo"
        told = take_back(client, path, preview=True)
        if not (preview or yes) and told["counts"]["undone"]:
            show_undo(told)
            if not click.confirm("Take it back?", err=True):
                nothing("Nothing was taken back.")
        if not preview and told["counts"]["undone"]:
            told = take_back(client, path, preview=False)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        show_undo(told)
        if told["change"]:
            click.echo(f"Done. Its own change, should you want it back: {told['change']}")
    if not told["counts"]["undone"]:
        nothing("There is nothing left to take back." if not told["counts"]["conflicts"] else "Nothing was taken back.")


def take_back(client: Client, path: str, preview: bool) -> Json:
    """What the undo did, or would do. Where everything is in conflict, that is an answer too."""
    try:
        told: Json = client.post(path, {"preview": preview})
    except Refused as refused:
        if refused.code != "undo.conflicts":
            raise
        return {"change": None, "preview": preview, **refused.problem}
    return told


def change_id(words: str) -> str:
    """The id, in a form that is safe in an address."""
    if not all(c in "0123456789abcdef-" for c in words.lower()) or len(words) != 36:
        raise CannotStart(f"{words!r} is no change's id. `headway history` shows them: 36 letters, digits and dashes.")
    return words.lower()


def show_undo(told: Json) -> None:
    """Thing by thing: what goes back, what stays and why."""
    verbs = {"restored": "restore", "deleted": "delete", "changed": "put back"}
    done = {"restored": "restored", "deleted": "deleted", "changed": "put back"}
    for one in told["undone"]:
        verb = (verbs if told["preview"] else done).get(one["what"], one["what"])
        fields = ": " + ", ".join(one["fields"]) if one["fields"] else ""
        click.echo(printable(f"{verb} {thing(one)}{fields}"))
    for one in told["conflicts"]:
        who = one["by"]["name"] if one["by"] else "somebody"
        about = f"{one['field']} of {thing(one)}" if one["field"] else thing(one)
        click.echo(printable(f"stays: {about}, which {who} changed since"))
    for one in told["refused"]:
        click.echo(printable(f"not yours: {thing(one)}. {one['detail']}"))
    for one in told["left"]:
        click.echo(printable(f"not taken back: {one['detail']}"))
    for name in ("undone", "conflicts", "refused"):
        more = told["counts"][name] - len(told[name])
        if more > 0:
            click.echo(f"and {more:,} more {name}")


def thing(one: Json) -> str:
    """What people call it."""
    return " ".join(part for part in (one.get("human_id") or one["kind"], one["title"]) if part)


@click.command()
@click.argument("start", metavar="FROM")
@click.argument("end", metavar="[TO]", required=False)
@click.option("--project", metavar="KEY", required=True, help="Such as HW.")
@with_workspace
@with_json
def diff(start: str, end: str | None, project: str, workspace: str | None, as_json: bool) -> None:
    """Show what differs in a project between two moments; TO is now, if left out.

    A moment is a revision, a time such as 2026-11-22T09:30:00Z, or a day (where it begins), today, yesterday.
    """
    given = {"from": moment(start), "to": moment(end) if end else None, "limit": 200}
    with connected() as client:
        _, room = whoami(client, workspace)
        [home] = projects_of(client, room, project)
        found = client.get(f"/api/projects/{home['id']}/diff", **given)
        while found["next_cursor"]:
            more = client.get(f"/api/projects/{home['id']}/diff", **given, cursor=found["next_cursor"])
            known = {one["person_id"] for one in found["people"]}
            people_too = found["people"] + [one for one in more["people"] if one["person_id"] not in known]
            found = {**more, "items": found["items"] + more["items"], "people": people_too}
        names = names_of(client, home) if not as_json else None
    if names is None:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        for one in found["items"]:
            fields = {side: {name: value[side] for name, value in one["fields"].items()} for side in ("from", "to")}
            whole = {"deleted": ({}, None), "created": (None, {})}.get(one["what"], (fields["from"], fields["to"]))
            event = {**one, "kind": f"{one['noun']}.{one['what']}", "before": whole[0], "after": whole[1]}
            for line in describe(event, names):
                click.echo(line)
        told = ", ".join(f"{n} {what}" for what, n in found["counts"].items() if n)
        click.echo(f"{told or 'no difference'}, revisions {found['from']['revision']} to {found['to']['revision']}")
    if not found["items"]:
        sys.exit(1)
