"""The services of docker-compose.yml, run without Docker until a question is answered: real
PostgreSQL, real Redis with a password, every process of the product."""

import json
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.compose import read_services
from tests.deploy.machine import Machine, machine_for
from tests.deploy.stack import Stack
from webapp.core.environment import PROJECT_ROOT

pytestmark = pytest.mark.stack
QUESTION = "Hello, my name is Xylophonia-the-unheard-of"
ADMIN = {"email": "root@example.org", "password": "a-password-of-twenty-seven"}
METRICS_KEY = secrets.token_hex(20)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the servers' user may pass through."""
    path = Path(tempfile.mkdtemp(prefix="atelier-compose-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


def ask(machine: Machine) -> dict[str, Any]:
    url = f"http://127.0.0.1:{machine.ports['web']}"
    done = subprocess.run(
        [*machine.within("web"), sys.executable, "-m", "tests.deploy.ask", url, QUESTION],
        cwd=PROJECT_ROOT,
        input=json.dumps(ADMIN),
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def test_the_commands_of_the_compose_file_answer_a_question_and_log_no_secret(folder: Path) -> None:
    every = read_services({"ATELIER_METRICS_KEY": METRICS_KEY})
    services = {name: one for name, one in every.items() if not one.plain.get("profiles")}
    with machine_for(list(services)) as machine:
        stack = Stack(folder, services, machine)
        try:
            stack.up()
            create = ("create_admin", "--email", ADMIN["email"], "--password-stdin")
            stack.execute("web", "python", "manage.py", *create, text=ADMIN["password"])
            report = ask(machine)
            health = {name: stack.is_healthy(services[name]) for name in ("turns", "engine")}
        finally:
            codes = stack.down()
    assert report["health"]["ready"] is True
    assert report["events"][-1]["type"] == "turn.finished", report["events"][-1]
    assert any(event["type"] == "text.delta" for event in report["events"])
    assert report["signed_in"] == [True, False]
    assert health == {"turns": True, "engine": True}
    assert {name: code for name, code in codes.items() if code not in (0, -15)} == {}
    assert_no_secret_in(stack)


def assert_no_secret_in(stack: Stack) -> None:
    """Not one log holds a key, a password or what people wrote."""
    keys, data = stack.volume("keys"), stack.volume("data")
    hidden = {
        "database": (keys / "database").read_text(),
        "redis": (keys / "redis").read_text(),
        "secret key": (data / "secret_key").read_text(),
        "metrics": METRICS_KEY,
        "administrator": ADMIN["password"],
        "question": "Xylophonia",
    }
    assert all(len(text) >= 10 for text in hidden.values())
    logs = stack.logs()
    assert set(logs) >= {"web", "turns", "engine", "render", "postgres", "redis", "migrate"}
    assert all(len(logs[name]) > 100 for name in ("turns", "engine", "render", "postgres"))
    for name in ("web", "turns", "engine", "render"):
        told = logs[name].splitlines()
        assert [line for line in told if not line.startswith('{"timestamp": ')] == []
    found = [(name, what) for name, log in logs.items() for what in hidden if hidden[what] in log]
    assert found == []
