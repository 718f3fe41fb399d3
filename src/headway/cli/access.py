"""`headway access`: what somebody sees in a project, and why, over the API."""

import json
from typing import Any

import click

from headway.cli.tables import printable
from headway.cli.tasks import connected, people, projects_of, whoami, with_json, with_workspace

Json = dict[str, Any]


@click.command()
@click.argument("email", metavar="EMAIL|me")
@click.option("--project", metavar="KEY", required=True, help="The project's key, such as HW.")
@click.option("--task", metavar="TASK", help="Whether they see this task, such as HW-42.")
@with_workspace
@with_json
def access(email: str, project: str, task: str | None, workspace: str | None, as_json: bool) -> None:
    """Say what somebody may do in a project, and why.

    Admins of the project may ask about everybody of the workspace, others about themselves.
    """
    with connected() as client:
        me, room = whoami(client, workspace)
        [home] = projects_of(client, room, project)
        [person] = people(client, me, room, (email,))
        found: Json = client.get(f"/api/projects/{home['id']}/access/{person}", task=task)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for line in told(found, home["key"]):
        click.echo(printable(line))


def told(found: Json, key: str) -> list[str]:
    """The answer as lines: who and where, the role, what it lets them do, each reason, and the task."""
    may = ", ".join(right for right, has in found["rights"].items() if has) or "nothing"
    role = (found["role"] or "none") + (", only for what is assigned to them" if found["only_assigned"] else "")
    lines = [f"{found['name']} in {key}", f"Role: {role}", f"May:  {may}"]
    lines += [f"- {reason['text']}" for reason in found["reasons"]]
    return [*lines, found["task"]["text"]] if found["task"] else lines
