"""`headway migrate`."""

import click

from headway.cli.batch import ready_database
from headway.migrations.known import migrations_here


@click.command()
@click.option("--home", metavar="DIR", help="Folder of the data [HEADWAY_HOME, or the platform's usual place].")
def migrate(home: str | None) -> None:
    """Bring the database to this version, without serving."""
    with ready_database(home):
        click.echo(f"The database is up to date ({migrations_here()[1]}).")
