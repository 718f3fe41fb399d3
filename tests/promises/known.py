"""Writes known_fields.txt: `python -m tests.promises.known`, once the whole grid has passed with HEADWAY_SOAK=1."""

from headway.app import create_app
from headway.settings import Settings
from tests.promises.sampling import KNOWN
from tests.promises.spots import every_spot, operations

if __name__ == "__main__":
    document = create_app(Settings(database_url="postgresql://nobody@localhost/none", chores=False)).openapi()
    names = {spot.name for spot in every_spot(document)} | {f"{name} request" for name in operations(document)}
    KNOWN.write_text("\n".join(sorted(names)) + "\n")
