"""Asks who knows of it whether anything that Headway depends on has a known weakness: `uv run python scripts/audit.py`.

Python's packages as they are installed here, by pip-audit, and the web UI's as they are pinned, by npm. Fails where one
of them is found vulnerable. Where no advisory source can be reached it says NOT AUDITED for that part, and fails too if
HEADWAY_AUDIT=required.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

WEB = Path(__file__).parent.parent / "web"
SECONDS = 60


def output(command: list[str], cwd: Path | None = None) -> str:
    """What a command writes, whatever its exit code; nothing where it is not there or takes too long."""
    try:
        return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=SECONDS, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""


def python() -> tuple[int, list[str]]:
    """(how many packages were looked up, a line for each weakness) of what is installed."""
    found = output([sys.executable, "-m", "pip_audit", "--local", "--format", "json", "--progress-spinner", "off"])
    try:
        packages = json.loads(found)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return 0, []
    looked_up = [one for one in packages if "skip_reason" not in one]
    # Where the registry knows no package at all, it is not the registry that answered.
    return len(looked_up), [
        f"{one['name']} {one['version']}: {known['id']}, mended in {', '.join(known['fix_versions']) or 'no version'}"
        for one in looked_up
        for known in one["vulns"]
    ]


def web() -> tuple[int, list[str]]:
    """The same of the web UI."""
    try:
        report = json.loads(output(["npm", "audit", "--json"], cwd=WEB))
        total = int(report["metadata"]["dependencies"]["total"])
        weak = report["vulnerabilities"]
    except (ValueError, KeyError, TypeError):
        return 0, []
    return total, [f"{name}: {one['severity']}" for name, one in weak.items()]


def main() -> int:
    failed = False
    for name, (looked_up, weak) in {"python": python(), "web": web()}.items():
        if not looked_up:
            failed |= os.environ.get("HEADWAY_AUDIT") == "required"
            sys.stdout.write(f"{name}: NOT AUDITED, no advisory source can be reached from here\n")
            continue
        failed |= bool(weak)
        sys.stdout.write(f"{name}: {looked_up} packages audited, {len(weak)} with a known weakness\n")
        sys.stdout.writelines(f"  {line}\n" for line in weak)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
