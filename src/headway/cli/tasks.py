"""`headway task …`: tasks on the command line, over the same API that everybody else uses."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

import click

from headway.cli.tables import printable, printable_lines, show_rows
from headway.client import Client, Refused
from headway.console import CannotStart
from headway.search.tree import PRIORITIES
from headway.settings import load_settings

CLOSED = ("done", "cancelled")
PAST_DAYS = {"today": 0, "yesterday": 1}
MOMENTS = "a revision, a time such as 2026-11-22T09:30:00Z, or a day such as 2026-11-22 (its beginning) or yesterday"

RELATIONS = {
    "blocked_by": "Blocked by",
    "blocks": "Blocks",
    "duplicate_of": "Duplicate of",
    "duplicated_by": "Duplicated by",
    "related": "Related to",
}

Json = dict[str, Any]


@click.group()
def task() -> None:
    """List, add and finish tasks, over HTTP.

    HEADWAY_TOKEN holds an API token (made in your account settings), HEADWAY_URL the server's address.
    """


@contextmanager
def connected() -> Iterator[Client]:
    """A client with the token from the environment. A refusal is one line; what is not there is exit code 1."""
    settings = load_settings()
    if not settings.token:
        raise CannotStart("HEADWAY_TOKEN is not set. Make a token in your account settings and put it there.")
    try:
        with Client(settings.public_url, settings.token) as client:
            yield client
    except Refused as refused:
        if refused.status == 404:
            nothing(refused.detail)
        raise CannotStart(refused.detail) from None


def nothing(sentence: str) -> None:
    """Ends with exit code 1: it was asked rightly, and there is nothing."""
    click.echo(f"headway: {sentence}", err=True)
    sys.exit(1)


with_workspace = click.option("--workspace", metavar="SLUG", help="May be left out while you are in only one.")
with_as_of = click.option("--as-of", metavar="MOMENT", help=f"As it was: {MOMENTS}.")
with_json = click.option("--json", "as_json", is_flag=True, help="As the API answers.")


def moment(words: str) -> str:
    """A revision or a time as the API takes it; a day is where it begins here."""
    written = words.strip()
    midnight = datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    if written.lower() in PAST_DAYS:
        return (midnight - timedelta(days=PAST_DAYS[written.lower()])).isoformat()
    if written.isascii() and written.isdecimal():
        return written
    try:
        return datetime.fromisoformat(written).astimezone().isoformat()
    except (ValueError, OverflowError):
        raise CannotStart(f"{words!r} is no moment. Write {MOMENTS}.") from None


def board_of(client: Client, project_id: str, as_of: str | None) -> Json | None:
    """A project's board; None where the project was not there yet."""
    try:
        board: Json = client.get(f"/api/projects/{project_id}/board", as_of=as_of and moment(as_of))
    except Refused as refused:
        if refused.code != "history.gone":
            raise
        return None
    return board


@task.command(name="list")
@click.option("--project", metavar="KEY", help="Only this project's, such as HW.")
@click.option("--mine", is_flag=True, help="Only what is assigned to me.")
@click.option("--state", metavar="NAME", help="Only in this state, such as 'In progress'; or done, doing, todo …")
@click.option("--all", "closed_too", is_flag=True, help="Done and cancelled ones too.")
@with_as_of
@with_workspace
@with_json
def list_tasks(
    project: str | None,
    mine: bool,
    state: str | None,
    closed_too: bool,
    as_of: str | None,
    workspace: str | None,
    as_json: bool,
) -> None:
    """List tasks: the open ones, unless told otherwise."""
    with connected() as client:
        me, room = whoami(client, workspace)
        boards = [board for p in projects_of(client, room, project) if (board := board_of(client, p["id"], as_of))]
        found = [(board, row) for board in boards for row in board["tasks"]]
        if mine:
            found = [(board, row) for board, row in found if me["id"] in row["assignee_ids"]]
        found = in_state(boards, found, state) if state else [f for f in found if closed_too or is_open(*f)]
    if as_json:
        click.echo(json.dumps([row for _, row in found], ensure_ascii=False, indent=2))
    elif found:
        columns = ("Task", "Title", "State", "Priority", "Due", "Assignees")
        show_rows(columns, [line(board, row) for board, row in found], wide="Title")
    if not found:
        nothing("No such tasks.")


@task.command()
@click.argument("title")
@click.option("--project", metavar="KEY", required=True, help="Such as HW.")
@click.option("--description", metavar="MARKDOWN", help="'-' reads it from standard input.")
@click.option("--state", metavar="NAME", help="[the project's first one to do]")
@click.option("--priority", type=click.Choice(PRIORITIES, case_sensitive=False))
@click.option("--assignee", "assignees", metavar="me|EMAIL", multiple=True, help="May be given several times.")
@click.option("--label", "labels", metavar="NAME", multiple=True, help="May be given several times.")
@click.option("--due", metavar="DAY", help="2026-12-24, today or tomorrow.")
@click.option("--parent", metavar="TASK", help="Makes it a sub-task, of HW-42 for example.")
@click.option("--estimate", type=click.FloatRange(0), metavar="NUMBER", help="In whatever the team counts.")
@click.option("--step", "steps", metavar="TEXT", multiple=True, help="Of its checklist; may be given several times.")
@click.option("--blocked-by", "blockers", metavar="TASK", multiple=True, help="May be given several times.")
@with_workspace
@with_json
def add(
    title: str,
    project: str,
    description: str | None,
    state: str | None,
    priority: str | None,
    assignees: tuple[str, ...],
    labels: tuple[str, ...],
    due: str | None,
    parent: str | None,
    estimate: float | None,
    steps: tuple[str, ...],
    blockers: tuple[str, ...],
    workspace: str | None,
    as_json: bool,
) -> None:
    """Add a task."""
    body: Json = {"title": title, "checklist": [{"text": step} for step in steps], "estimate": estimate}
    if description is not None:
        body["description"] = sys.stdin.read() if description == "-" else description
    if priority:
        body["priority"] = PRIORITIES.index(priority.lower())
    if due:
        body["due_on"] = day(due)
    with connected() as client:
        me, room = whoami(client, workspace)
        [home] = projects_of(client, room, project)
        if state or labels:
            board = client.get(f"/api/projects/{home['id']}/board")
            body["label_ids"] = [named(board["labels"], label, "label")["id"] for label in labels]
            if state:
                body["state_id"] = named(board["states"], state, "state")["id"]
        if assignees:
            body["assignee_ids"] = people(client, me, room, assignees)
        if parent:
            body["parent_id"] = task_called(client, room, parent)["id"]
        waits_for = [task_called(client, room, one)["id"] for one in blockers]
        made = client.post(f"/api/projects/{home['id']}/tasks", body)
        if waits_for:
            change = {"version": made["version"], "blocked_by": {"add": waits_for}}
            made = client.patch(f"/api/tasks/{made['id']}", change)
    click.echo(json.dumps(made, ensure_ascii=False, indent=2) if as_json else f"{made['human_id']}\t{printable(title)}")


@task.command()
@click.argument("tasks", nargs=-1, required=True, metavar="TASK…")
@with_workspace
@with_json
def done(tasks: tuple[str, ...], workspace: str | None, as_json: bool) -> None:
    """Finish tasks, such as HW-42."""
    with connected() as client:
        _, room = whoami(client, workspace)
        # All are looked up first, so that a slip in one id changes nothing.
        found = [task_called(client, room, human_id) for human_id in tasks]
        boards = {p: client.get(f"/api/projects/{p}/board") for p in dict.fromkeys(t["project_id"] for t in found)}
        finished = [finish(client, boards[one["project_id"]], one) for one in found]
    if as_json:
        click.echo(json.dumps(finished, ensure_ascii=False, indent=2))
        return
    for before, after in zip(found, finished, strict=True):
        state = state_of(boards[after["project_id"]], after)
        was = " (already)" if before["version"] == after["version"] else ""
        click.echo(f"{after['human_id']}\t{printable(state['name'])}{was}\t{printable(after['title'])}")


def finish(client: Client, board: Json, one: Json) -> Json:
    """The task in its project's first done state."""
    if state_of(board, one)["category"] == "done":
        return one
    target = next((state for state in board["states"] if state["category"] == "done"), None)
    if target is None:
        raise CannotStart(f"{board['project']['key']} has no state for what is done. Add one on its board.")
    answer: Json = client.patch(f"/api/tasks/{one['id']}", {"version": one["version"], "state_id": target["id"]})
    return answer


@task.command()
@click.argument("human_id", metavar="TASK")
@with_as_of
@with_workspace
@with_json
def show(human_id: str, as_of: str | None, workspace: str | None, as_json: bool) -> None:
    """Show one task, such as HW-42, with its comments."""
    then = moment(as_of) if as_of else None
    with connected() as client:
        _, room = whoami(client, workspace)
        one = task_called(client, room, human_id)
        if then:
            one = client.get(f"/api/tasks/{one['id']}", as_of=then)
        comments = client.get(f"/api/tasks/{one['id']}/comments", as_of=then)["items"]
        # What a task hung together with is not told of the past.
        related = [] if then else client.get(f"/api/tasks/{one['id']}/relations")["items"]
        if as_json:
            click.echo(json.dumps({**one, "comments": comments}, ensure_ascii=False, indent=2))
            return
        few = {"per_state": 1, "as_of": then} if then else {}
        board = client.get(f"/api/projects/{one['project_id']}/board", **few)
    names = {person["person_id"]: person["name"] for person in board["people"]}
    labels = [label["name"] for label in board["labels"] if label["id"] in one["label_ids"]]
    _, title, state, priority, due, assignees = line(board, one)
    facts = {"State": state, "Priority": priority, "Starts": one["start_on"], "Due": due, "Labels": ", ".join(labels)}
    facts |= {"Estimate": one["estimate"] and f"{one['estimate']:g}"}
    facts |= {"Assignees": assignees, "Made by": names.get(one["created_by"] or ""), "Changed": one["updated_at"][:16]}
    click.echo(f"{one['human_id']}  {printable(title)}")
    for name, fact in facts.items():
        if fact:
            click.echo(f"{name + ':':<11}{printable(fact)}")
    for relation in related:
        other = relation["task"]
        words = f"{other['human_id']} {other['title']} ({other['state_name']})"
        click.echo(f"{RELATIONS[relation['kind']]}: {printable(words)}")
    if one["checklist"]:
        click.echo()
    for step in one["checklist"]:
        click.echo(f"[{'x' if step['done'] else ' '}] {printable(step['text'])}")
    if one["description"]:
        click.echo(f"\n{printable_lines(one['description'].rstrip())}")
    for comment in comments:
        author = names.get(comment["author_id"] or "", "Somebody")
        click.echo(f"\n{printable(author)}, {comment['created_at'][:16].replace('T', ' ')}:")
        click.echo(printable_lines(comment["body"].rstrip()))


def whoami(client: Client, slug: str | None) -> tuple[Json, Json]:
    """(me, the workspace that is meant)."""
    me: Json = client.get("/api/me")
    rooms = me["workspaces"]
    if slug is None and len(rooms) == 1:
        return me, rooms[0]
    slugs = ", ".join(room["slug"] for room in rooms) or "none"
    found = next((room for room in rooms if room["slug"] == slug), None)
    if slug is None:
        raise CannotStart(f"Say which workspace with --workspace. You are in: {slugs}.")
    if found is None:
        raise CannotStart(f"You are in no workspace {slug!r}. You are in: {slugs}.")
    return me, found


def task_called(client: Client, room: Json, human_id: str) -> Json:
    """The task that people call HW-42."""
    found: Json = client.get(f"/api/workspaces/{room['id']}/tasks/{quote(human_id, safe='')}")
    return found


def projects_of(client: Client, room: Json, key: str | None) -> list[Json]:
    """The workspace's projects, or the one with this key."""
    there: list[Json] = client.get(f"/api/workspaces/{room['id']}/projects")["projects"]
    if key is None:
        return there
    found = [project for project in there if project["key"] == key.strip().upper()]
    if not found:
        keys = ", ".join(sorted(project["key"] for project in there)) or "none"
        raise CannotStart(f"There is no project {key!r} that you can see. There is: {keys}.")
    return found


def named(things: list[Json], name: str, what: str) -> Json:
    """The one of this name, in whatever case."""
    found = next((t for t in things if t["name"].casefold() == name.strip().casefold()), None)
    if found is None:
        there = ", ".join(t["name"] for t in things) or "none"
        raise CannotStart(printable(f"There is no {what} {name!r} in this project. There is: {there}."))
    return found


def people(client: Client, me: Json, room: Json, wanted: tuple[str, ...]) -> list[str]:
    """The ids of people given as `me` or by e-mail address."""
    members = client.get(f"/api/workspaces/{room['id']}/members")["members"]
    ids = {m["email"].lower(): m["person_id"] for m in members if m["email"]} | {"me": me["id"]}
    for one in wanted:
        if one.strip().lower() not in ids:
            raise CannotStart(f"Nobody in workspace {room['slug']} has the address {one}.")
    return [ids[one.strip().lower()] for one in wanted]


def in_state(boards: list[Json], found: list[tuple[Json, Json]], name: str) -> list[tuple[Json, Json]]:
    """Those whose state has this name, or means it."""
    wanted = name.strip().casefold()
    ids = {s["id"] for b in boards for s in b["states"] if wanted in (s["name"].casefold(), s["category"])}
    if not ids:
        there = ", ".join(dict.fromkeys(s["name"] for b in boards for s in b["states"])) or "none"
        raise CannotStart(printable(f"There is no state {name!r}. There is: {there}."))
    return [(board, row) for board, row in found if row["state_id"] in ids]


def state_of(board: Json, row: Json) -> Json:
    """The state a task is in."""
    return next(state for state in board["states"] if state["id"] == row["state_id"])


def is_open(board: Json, row: Json) -> bool:
    return state_of(board, row)["category"] not in CLOSED


def line(board: Json, row: Json) -> tuple[str, str, str, str, str, str]:
    """A task in words: id, title, state, priority, due day, assignees."""
    names = {person["person_id"]: person["name"] for person in board["people"]}
    priority = PRIORITIES[row["priority"]] if row["priority"] else ""
    assignees = ", ".join(names.get(one, "?") for one in row["assignee_ids"])
    return row["human_id"], row["title"], state_of(board, row)["name"], priority, row["due_on"] or "", assignees


def day(words: str) -> str:
    """A day as the API takes it."""
    today = date.today()
    named_days = {"today": today, "tomorrow": today + timedelta(days=1)}
    try:
        return (named_days.get(words.strip().lower()) or date.fromisoformat(words.strip())).isoformat()
    except ValueError:
        raise CannotStart(f"--due {words!r} is not a day. Write it like 2026-12-24, or today, or tomorrow.") from None
