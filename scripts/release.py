"""Gathers docs/changes/*.md into CHANGELOG.md under a new version, and takes the gathered files away."""

import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
CHANGELOG = ROOT / "CHANGELOG.md"
MARK = "<!-- newest below -->\n"


def main(version: str) -> int:
    """Writes the section. Exits with 1 when there is nothing to tell."""
    changes = sorted((ROOT / "docs" / "changes").glob("*.md"))
    changes = [path for path in changes if path.name != "README.md"]
    if not changes:
        sys.stderr.write("docs/changes/ is empty: nothing to release.\n")
        return 1
    told = "".join(f"- {' '.join(path.read_text().split())}\n" for path in changes)
    section = f"\n## {version} ({datetime.now(UTC).date()})\n\n{told}"
    before, mark, after = CHANGELOG.read_text().partition(MARK)
    CHANGELOG.write_text(before + mark + section + after)
    for path in changes:
        path.unlink()
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: release.py VERSION")
    sys.exit(main(sys.argv[1]))
