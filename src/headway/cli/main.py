"""The command line: a table of commands, each loaded only when it is asked for."""

import importlib
import os
import sys
from typing import NamedTuple

import click

from headway.console import CannotStart


class Lazy(NamedTuple):
    where: str  # module:attribute of a click command
    help: str


COMMANDS = {
    "serve": Lazy("headway.cli.serve:serve", "Run Headway (what plain `headway` does)."),
    "demo": Lazy("headway.cli.serve:demo", "Run Headway on an example workspace full of tasks."),
    "migrate": Lazy("headway.cli.migrate:migrate", "Bring the database to this version, without serving."),
    "backup": Lazy("headway.cli.backup:backup", "Write everything into one file, while people work."),
    "restore": Lazy("headway.cli.backup:restore", "Bring everything in such a file back."),
    "upgrade": Lazy("headway.cli.upgrade:upgrade", "Back up, rehearse the upgrade on that, then upgrade."),
    "user": Lazy("headway.cli.standing:user", "List, add and suspend people, reset passwords, make API tokens."),
    "access": Lazy("headway.cli.access:access", "What somebody sees in a project, and why, over HTTP."),
    "search": Lazy("headway.cli.finding:search", "Find tasks with a filter, over HTTP with HEADWAY_TOKEN."),
    "task": Lazy("headway.cli.tasks:task", "List, add and finish tasks, over HTTP with HEADWAY_TOKEN."),
    "trash": Lazy("headway.cli.trash:trash", "List what was deleted and bring it back, over HTTP."),
    "history": Lazy("headway.cli.history:history", "What happened to a task or in a project, over HTTP."),
    "undo": Lazy("headway.cli.history:undo", "Take back a change that `headway history` shows."),
    "diff": Lazy("headway.cli.history:diff", "What differs in a project between two moments."),
    "import": Lazy("headway.cli.importing:import_", "Bring in a board from elsewhere."),
    "lab": Lazy("headway.cli.lab:lab", "Run every claim of the async guide on this machine."),
    "mail": Lazy("headway.cli.mail:mail", "Try the mail server."),
    "doctor": Lazy("headway.cli.doctor:doctor", "Check this installation: database, code, and the app at work."),
    "openapi": Lazy("headway.cli.openapi:openapi", "Print the API's OpenAPI document."),
}


class Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].where.partition(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, lazy.help) for name, lazy in COMMANDS.items()])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # `headway --port 9000` is `headway serve --port 9000`.
        own = ("--help", "-h", "--version")
        if not args or (args[0].startswith("-") and args[0] not in own):
            args = ["serve", *args]
        return super().parse_args(ctx, args)


def _version(ctx: click.Context, param: click.Parameter, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        click.echo(f"headway {version('headway')}")
        ctx.exit()


@click.command(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Plain `headway` serves; see `headway serve --help` for its options.",
)
@click.option("--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Show the version.")
def cli() -> None:
    """Headway: a task tracker for teams, on your own machine."""


def main() -> None:
    try:
        code = cli.main(prog_name="headway", standalone_mode=False)
    except (CannotStart, click.ClickException) as error:
        text = error.format_message() if isinstance(error, click.ClickException) else str(error)
        click.echo(f"headway: {' '.join(text.split())}", err=True)
        code = 2
    except (KeyboardInterrupt, click.Abort):
        code = 130
    except BrokenPipeError:
        # Whoever read our output (head, less) has gone; nothing may be written at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
