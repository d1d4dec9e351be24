"""The units start what docker-compose.yml starts, as a user without rights."""

import re
import shutil
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path

import pytest

from tests.deploy.compose import read_services
from webapp.core.environment import PROJECT_ROOT

UNITS = PROJECT_ROOT / "deploy" / "systemd"
ROLES = ["migrate", "web", "turns", "render", "engine@"]


class Unit(RawConfigParser):
    """A unit file; of a name that stands there twice the last value counts."""

    def __init__(self, name: str) -> None:
        super().__init__(strict=False, interpolation=None, delimiters=("=",))
        self.read_string((UNITS / name).read_text("utf-8"))

    def optionxform(self, optionstr: str) -> str:
        return optionstr


@pytest.mark.parametrize("role", ROLES)
def test_a_unit_has_the_command_of_its_service(role: str) -> None:
    unit = Unit(f"atelier-{role}.service")
    given = unit["Service"]["ExecStart"].replace("/srv/atelier/.venv/bin/python", "python")
    expected = " ".join(read_services({})[role.rstrip("@")].command)
    for variable, value in (
        ("${ATELIER_PORT}", "8000"),
        ("${ATELIER_ARTIFACT_PORT}", "8001"),
        ("${ATELIER_HOST}", "0.0.0.0"),
        ("${ATELIER_MODEL}", "glm-nano"),
        ("@%H", "@%h"),
        ("engine-%i@", "engine@"),
    ):
        given = given.replace(variable, value)
    assert given == expected


@pytest.mark.parametrize("role", ROLES)
def test_a_unit_gives_up_what_it_does_not_need(role: str) -> None:
    service = Unit(f"atelier-{role}.service")["Service"]
    assert service["User"] == "atelier"
    assert service["CapabilityBoundingSet"] == ""
    assert service["ProtectSystem"] == "strict"
    for name in ("NoNewPrivileges", "PrivateTmp", "ProtectHome", "ProtectKernelModules"):
        assert service[name] == "yes", name
    assert service["SystemCallFilter"]
    assert service.get("Restart") == (None if role == "migrate" else "always")


def test_the_target_wants_every_worker() -> None:
    wanted = Unit("atelier.target")["Unit"]["Wants"].split()
    roles = {re.sub(r"atelier-(\w+)(@1)?\.service", r"\1", name) for name in wanted}
    assert roles == {role.rstrip("@") for role in ROLES} - {"migrate"}


def test_the_environment_file_names_settings_that_are_read() -> None:
    manual = (PROJECT_ROOT / "docs" / "configure.md").read_text("utf-8")
    names = re.findall(r"^([A-Z_]+)=", (UNITS / "atelier.env").read_text("utf-8"), re.MULTILINE)
    assert len(names) > 5
    assert [name for name in names if f"### `{name}`" not in manual] == []


def test_systemd_itself_finds_no_fault_where_there_is_one(tmp_path: Path) -> None:
    """Where systemd-analyze is missing, each line is still held to be `Name=value`."""
    for path in UNITS.iterdir():
        text = path.read_text("utf-8").replace("/srv/atelier/.venv/bin/python", sys.executable)
        (tmp_path / path.name).write_text(text)
        for line in text.splitlines():
            assert re.match(r"$|#|\[\w+\]$|[A-Za-z_]+=", line), line
    (tmp_path / "atelier-engine@1.service").symlink_to("atelier-engine@.service")
    program = shutil.which("systemd-analyze")
    if program is not None:
        done = subprocess.run(
            [program, "verify", str(tmp_path / "atelier.target")],
            env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert "atelier" not in done.stderr, done.stderr
