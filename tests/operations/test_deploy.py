"""The files in deploy/ name commands, settings, ports and addresses that exist. No container engine is needed."""

import configparser
import json
import re
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from headway.cli.main import COMMANDS
from headway.cli.supervisor import GRACE_SECONDS
from headway.settings import Settings, load_settings
from tests.processes import Headway, home_folder

DEPLOY = Path(__file__).parents[2] / "deploy"
UNIT, CONTAINER, COMPOSE = DEPLOY / "headway.service", DEPLOY / "Containerfile", DEPLOY / "compose.yaml"


def unit() -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=False)  # systemd takes a name more than once
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(UNIT)
    return parser


def said(instruction: str) -> list[str]:
    """What a Containerfile's instructions of one kind say, in order."""
    return re.findall(rf"^{instruction} (.+)$", CONTAINER.read_text(), re.MULTILINE)


def compose() -> Any:
    return yaml.safe_load(COMPOSE.read_text())


@pytest.mark.parametrize("file", [UNIT, CONTAINER, COMPOSE])
def test_every_setting_that_is_named_exists(file: Path) -> None:
    named = set(re.findall(r"\bHEADWAY_([A-Z_]+)", file.read_text()))
    assert named
    assert {name.lower() for name in named} <= set(Settings.model_fields)


def test_no_file_names_a_registry() -> None:
    images = [name.split()[0] for name in said("FROM")]
    images += [service["image"] for service in compose()["services"].values()]
    assert len(images) == 4
    assert all(re.fullmatch(r"[a-z]+(:[a-z0-9.-]+)?", image) for image in images)


def test_the_unit_starts_a_command_that_exists_and_waits_longer_than_it_may_take_to_stop() -> None:
    service = unit()["Service"]
    program, command = service["ExecStart"].split()
    assert Path(program).name == "headway"
    assert command in COMMANDS
    assert int(service["TimeoutStopSec"]) > 2 * GRACE_SECONDS
    # PostgreSQL and the web processes are the supervisor's to end, in its order.
    assert service["KillMode"] == "mixed"
    assert f"/var/lib/{service['StateDirectory']}" == "/var/lib/headway"
    assert "HEADWAY_HOME=/var/lib/headway" in UNIT.read_text()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    copy = tmp_path / "headway.service"
    # It wants the program to be there; everything else is as shipped.
    copy.write_text(UNIT.read_text().replace("/opt/headway/bin/headway", sys.executable))
    done = subprocess.run(
        ["systemd-analyze", "verify", str(copy)], capture_output=True, text=True, timeout=60, check=False
    )
    about_us = [line for line in done.stderr.splitlines() if "headway" in line]
    assert (done.returncode, about_us) == (0, [])


def test_the_container_runs_the_command_as_nobody_special() -> None:
    assert json.loads(said("ENTRYPOINT")[0]) == ["headway"]
    assert json.loads(said("CMD")[0])[0] in COMMANDS
    assert int(said("USER")[0]) > 0
    env = dict(one.split("=", 1) for one in said("ENV"))
    given = {name.removeprefix("HEADWAY_").lower(): value for name, value in env.items() if name.startswith("HEADWAY_")}
    settings = load_settings(**given)
    assert said("EXPOSE") == [str(settings.port)]
    assert said("VOLUME") == [str(settings.home)]
    assert f"http://{settings.host}:{settings.port}/ready" in said("HEALTHCHECK")[0]


def test_compose_gives_both_the_same_database_and_reaches_the_port() -> None:
    services = compose()["services"]
    headway, database = services["headway"], services["database"]
    assert (DEPLOY / headway["build"]["context"] / headway["build"]["dockerfile"]).resolve() == CONTAINER
    url = re.sub(r"\$\{.*?\}", "secret", headway["environment"]["HEADWAY_DATABASE_URL"])
    to = load_settings(database_url=url).database()
    assert to.host in services
    assert (to.user, to.name) == (database["environment"]["POSTGRES_USER"], database["environment"]["POSTGRES_DB"])
    assert headway["ports"][0].endswith(f":8000:{said('EXPOSE')[0]}")
    assert {volume.partition(":")[0] for volume in headway["volumes"] + database["volumes"]} == set(
        compose()["volumes"]
    )
    assert headway["volumes"][0].partition(":")[2] == said("VOLUME")[0]


def test_the_health_check_is_answered_whatever_the_public_address_is() -> None:
    env = {"HEADWAY_HOST": "0.0.0.0", "HEADWAY_URL": "https://tasks.example.org"}
    with home_folder() as home:
        headway = Headway(home=home, env=env).ready()
        try:
            (_, code) = re.findall(r'"-c", "(.*?); (.*)"\]', said("HEALTHCHECK")[0])[0]
            address = re.findall(r"http://[^']+", code)[0].replace(":8000", f":{headway.port}")
            with urllib.request.urlopen(address, timeout=10) as answer:
                assert answer.status == 200
        finally:
            headway.stop()
