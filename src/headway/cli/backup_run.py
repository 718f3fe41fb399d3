"""A backup that the server makes by itself: told what to do by one line of JSON, and ended when its starter is gone."""

import json
import os
import signal
import sys
import threading
from uuid import UUID

import click

from headway.backup.running import run
from headway.backup.starting import TAKEN_CARE_OF
from headway.cli.restoring import make_tables, revisions_here
from headway.console import CannotStart
from headway.settings import load_settings


def main() -> int:
    """The exit code."""
    told = json.loads(sys.stdin.readline())
    threading.Thread(target=leave_with_owner, daemon=True).start()
    try:
        row = UUID(told["row"]) if told["row"] else None
        mine = run(load_settings(**told["settings"]), told["means"], revisions_here(), make_tables, row)
    except CannotStart as error:
        click.echo(str(error), err=True)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0 if mine else TAKEN_CARE_OF


def leave_with_owner() -> None:
    """Nothing more is ever said, so the pipe ends when whoever holds the other end does."""
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGINT)


if __name__ == "__main__":
    sys.exit(main())
