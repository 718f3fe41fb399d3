"""Writes the exact versions of everything Headway installs into pyproject.toml, newest first tried.

uv's own lock file names registries' hosts, so it is not committed; these constraints make every checkout install the
same versions instead. Run it as `just lock`, then the tests.
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
PYPROJECT = ROOT / "pyproject.toml"
PINS = re.compile(r"^constraint-dependencies = \[\n.*?^\]\n", re.MULTILINE | re.DOTALL)


def main() -> int:
    """Resolves without the old pins, then writes the new ones."""
    text = PYPROJECT.read_text()
    PYPROJECT.write_text(PINS.sub("constraint-dependencies = [\n]\n", text))
    solved = subprocess.run(["uv", "lock", "--upgrade"], cwd=ROOT, check=False)
    if solved.returncode:
        PYPROJECT.write_text(text)
        return solved.returncode
    packages = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    pins = sorted({f"{p['name']}=={p['version']}" for p in packages if "registry" in p["source"]})
    listed = "".join(f'  "{pin}",\n' for pin in pins)
    PYPROJECT.write_text(PINS.sub(lambda _: f"constraint-dependencies = [\n{listed}]\n", text))
    return subprocess.run(["uv", "lock"], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
