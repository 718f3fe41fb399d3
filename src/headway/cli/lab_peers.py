"""`headway lab peers`: any HTTP endpoints beside each other, measured with the lab's load generator."""

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from headway.cli.lab_peers_table import show_peers
from headway.console import CannotStart
from headway.lab.peers import Size, measure_peers
from headway.lab.peers_given import Peer, peers_of, users_of
from headway.lab.peers_schemas import PeersResult
from headway.runs import schemas


@click.command()
@click.argument("urls", metavar="URL…", nargs=-1, required=True)
@click.option(
    "--name", "names", multiple=True, metavar="NAME", help="What to call an address [its host]; one for each."
)
@click.option(
    "--header", "headers", multiple=True, metavar="[NAME=]HEADER", help="'Name: value' to send; see above. Repeatable."
)
@click.option("--users", default="1,10,50", show_default=True, metavar="N,N,…", help="How many at a time, up to 1,000.")
@click.option(
    "--seconds", type=click.FloatRange(0.1, 60), default=3, show_default=True, metavar="S", help="Of each measurement."
)
@click.option(
    "--repeat", type=click.IntRange(1, 50), default=3, show_default=True, metavar="N", help="How often all is measured."
)
@click.option(
    "--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Also write it here, with all repeats."
)
@click.option("--yes", is_flag=True, help="Whoever runs these servers agrees: do not ask.")
def peers(
    urls: tuple[str, ...],
    names: tuple[str, ...],
    headers: tuple[str, ...],
    users: str,
    seconds: float,
    repeat: int,
    json_file: Path | None,
    yes: bool,
) -> None:
    """Measure any HTTP addresses beside each other, such as the tracker you use today beside Headway.

    Each URL is asked with GET by so many users at a time, each of whom asks again when the last answer is
    there. Addresses take turns; the figures are medians of the repeats, with the lowest and the highest.

    A tracker wants to know who asks. Call each address by a --name, and begin a header with the name that it is for
    and an equals sign; without, it goes to all:

    \b
      headway lab peers https://tracker.example.org/api/v1/tasks \\
                        http://127.0.0.1:8000/api/projects/ID/tasks \\
        --name theirs --header "theirs=Cookie: session=$THEIR_COOKIE" \\
        --name headway --header "headway=Authorization: Bearer $HEADWAY_TOKEN" \\
        --header "Accept: application/json"

    Values of headers are neither printed nor written to FILE; addresses are.

    This is real load. Do it to servers only whose owner agrees. Ctrl-C stops it and shows what was measured.
    """
    if json_file and not json_file.parent.is_dir():
        raise CannotStart(f"--json {json_file}: there is no folder {json_file.parent}. Make it, or name another.")
    found = peers_of(urls, names, headers)
    size = Size(users_of(users), seconds, repeat)
    warn(found, size, agreed=yes)
    # aiohttp; not loaded for --help.
    from headway.lab.peers_first import ask_all

    firsts = ask_all(found)
    with telling(size.steps(len(found))) as tell:
        result = measure_peers(found, firsts, size, tell)
    if result.rows:
        show_peers(result)
    if result.ended != "finished":
        click.echo(f"headway: The measurement did not finish. {result.problem}", err=True)
    problem = keep(result, json_file)
    if problem:
        click.echo(f"headway: {problem}", err=True)
    sys.exit({"finished": 1 if problem else 0, "interrupted": 130}.get(result.ended, 1))


def warn(peers: Sequence[Peer], size: Size, *, agreed: bool) -> None:
    """Says what is about to happen; for servers that are not this machine's, somebody has to say yes.

    Raises:
        CannotStart: nobody is there to ask.
        click.Abort: they said no.
    """
    whole = round(size.lasts(len(peers)))
    lasts = f"{whole // 60} min {whole % 60} s" if whole >= 60 else f"{whole} s"
    most = f"{max(size.users):,}"
    click.echo(f"Real load, for about {lasts}: requests without a pause, at most {most} at a time, to", err=True)
    for peer in peers:
        click.echo(f"  {peer.name}: {peer.url}", err=True)
    click.echo("Whoever runs these servers has to agree with it, and may see it as an attack.", err=True)
    elsewhere = [peer.name for peer in peers if not peer.is_here]
    if agreed or not elsewhere:
        return
    if not sys.stdin.isatty():
        raise CannotStart(
            f"Not on this machine: {', '.join(elsewhere)}. Nobody is here to be asked: if the owner agrees, give --yes."
        )
    click.confirm(f"Does the owner of {', '.join(elsewhere)} agree?", abort=True, err=True)


@contextlib.contextmanager
def telling(steps: int) -> Iterator[Callable[[schemas.Progress], None]]:
    """What progress goes to: a line on a terminal, otherwise nothing."""
    if not sys.stderr.isatty():
        yield lambda told: None
        return
    columns = (BarColumn(24), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.fields[left]}"))
    console = Console(stderr=True)
    with Progress(*columns, TextColumn("{task.description}", markup=False), console=console) as bar:
        line = bar.add_task("", total=steps, left="")

        def tell(told: schemas.Progress) -> None:
            left = f"about {told.seconds_left:.0f} s left" if told.seconds_left else ""
            bar.update(line, completed=told.done, description=told.doing, left=left)

        yield tell


def keep(result: PeersResult, file: Path | None) -> str | None:
    """Writes the result where it is wanted; a sentence where that did not work."""
    if file is None:
        return None
    try:
        file.write_text(result.model_dump_json(indent=1) + "\n")
    except OSError as error:
        return f"{file}: {error.strerror}."
    return None
