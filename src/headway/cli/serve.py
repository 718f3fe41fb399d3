"""`headway serve`: reads the flags and hands over to the supervisor. Values are checked with all other settings."""

import sys
from collections.abc import Callable
from typing import Any

import click

from headway.cli.supervisor import supervise

OPTIONS = (
    click.option("--host", metavar="ADDRESS", help="Where to listen: 127.0.0.1, or 0.0.0.0 for the local network."),
    click.option("--port", type=int, metavar="N", help="Where to listen [8000]."),
    click.option("--home", metavar="DIR", help="Folder of the data [HEADWAY_HOME, or the platform's usual place]."),
    click.option("--workers", type=int, metavar="N", help="Web processes [1]."),
)


def with_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(OPTIONS):
        command = option(command)
    return command


@click.command()
@with_options
@click.option("--demo", is_flag=True, default=None, help="Serve an example workspace, in a home of its own.")
def serve(**flags: Any) -> None:
    """Run Headway: its database, its web processes, until Ctrl-C."""
    sys.exit(supervise(flags))


@click.command()
@with_options
def demo(**flags: Any) -> None:
    """Run Headway on an example workspace (the same as `headway serve --demo`)."""
    sys.exit(supervise({**flags, "demo": True}))
