"""`headway openapi`: the API's description, for client generators. Needs no database and no running server."""

import click
import orjson

from headway.app import create_app
from headway.settings import Settings


@click.command()
def openapi() -> None:
    """Print the API's OpenAPI document."""
    app = create_app(Settings(database_url="postgresql://nobody@localhost/nothing"))
    click.echo(orjson.dumps(app.openapi(), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode())
