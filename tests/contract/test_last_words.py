"""What a process says when it breaks is a line of JSON in its log, and plain text on a terminal."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.protocol.last_words import GIVES_UP, find_reason
from engine.protocol.log_lines import FIRST_KEYS
from webapp.core.environment import PROJECT_ROOT

# How the processes of the product set up their logs, and one that has not come that far.
SET_UPS = {
    "web": "import django; django.setup()",
    "engine": "from engine.worker.logs import configure_logs; configure_logs()",
    "none": "",
}
# Everything that can break without anybody to catch it, and the worst at the end.
THREAD = """
import threading
def work(): raise ValueError("broken")
thread = threading.Thread(target=work, name="busy"); thread.start(); thread.join()
"""
DESTRUCTOR = """
class Odd:
    def __del__(self): raise ValueError("broken")
Odd()
"""
TASK = """
import asyncio, gc
async def fail(): raise ValueError("broken")
async def main():
    task = asyncio.ensure_future(fail()); await asyncio.sleep(0); del task; gc.collect()
asyncio.run(main())
"""
GIVE_UP = """
from engine.worker.exit_reason import give_up
try:
    give_up("The file is damaged.")
except SystemExit as end:
    assert end.code == 78
"""
END = """
raise ValueError("broken")
"""


def program(set_up: str, *codes: str) -> list[str]:
    begin = "from engine.protocol.last_words import log_uncaught_errors; log_uncaught_errors()"
    return [sys.executable, "-c", f"{begin}\n{SET_UPS[set_up]}\n{''.join(codes)}"]


def surroundings(home: Path, **settings: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if "DATABASE" not in name}
    own = {"ATELIER_HOME": str(home), "DJANGO_SETTINGS_MODULE": "webapp.config.settings"}
    return {**inherited, **own, **settings}


def read_lines(command: list[str], environment: dict[str, str]) -> list[dict[str, Any]]:
    """All that the program wrote; fails where a line of it is no JSON."""
    done = subprocess.run(
        command, cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, check=False
    )
    lines = (done.stdout + done.stderr).splitlines()
    assert all(line.startswith("{") for line in lines), lines
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("set_up", SET_UPS)
def test_an_error_that_nobody_caught_is_one_line(set_up: str, tmp_path: Path) -> None:
    # asyncio has a logger of its own, which somebody has to have set up.
    task = (TASK,) if SET_UPS[set_up] else ()
    broken = program(set_up, THREAD, DESTRUCTOR, *task, GIVE_UP, END)
    lines = read_lines(broken, surroundings(tmp_path))
    assert [line["event"].partition("\n")[0] for line in lines] == [
        "The thread busy broke",
        "An error that nobody can catch",
        *["Task exception was never retrieved" for _ in task],
        GIVES_UP,
        "An error ends the process",
    ]
    assert {tuple(line)[: len(FIRST_KEYS)] for line in lines} == {FIRST_KEYS}
    assert {line["level"] for line in lines} <= {"critical", "error"}
    why = lines.pop(-2)
    assert find_reason(json.dumps(why)) == why["reason"] == "The file is damaged."
    assert all("ValueError: broken" in line["exception"] for line in lines)


@pytest.mark.parametrize("text", ["", GIVES_UP, f'{{"event": "{GIVES_UP}"', f'["{GIVES_UP}"]'])
def test_no_other_line_holds_a_reason(text: str) -> None:
    assert find_reason(text) is None
    assert find_reason(json.dumps({"event": "another", "reason": GIVES_UP})) is None


@pytest.mark.parametrize("set_up", SET_UPS)
def test_on_a_terminal_it_is_text(set_up: str, tmp_path: Path) -> None:
    broken = program(set_up, THREAD, GIVE_UP, END)
    text = run_on_a_terminal(broken, surroundings(tmp_path))
    assert text.startswith("Exception in thread busy:\nTraceback")
    assert "\natelier: The file is damaged.\nTraceback" in text
    assert text.endswith("\nValueError: broken\n")
    assert "{" not in text


def run_on_a_terminal(command: list[str], environment: dict[str, str]) -> str:
    """What the program's standard error showed to a person."""
    screen, terminal = pty.openpty()
    subprocess.run(
        command,
        cwd=PROJECT_ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=terminal,
        check=False,
    )
    # All that it wrote, which is little, waits in the terminal.
    text = os.read(screen, 65_536).decode().replace("\r\n", "\n")
    os.close(terminal)
    os.close(screen)
    return text


@pytest.mark.parametrize(
    "command",
    [
        ["daphne", "-v", "0", "-p", "0", "webapp.config.asgi:application"],
        ["celery", "--quiet", "-A", "engine.worker.app", "worker", "-P", "threads"],
    ],
)
def test_a_process_that_cannot_begin_says_so_in_one_line(
    command: list[str], tmp_path: Path
) -> None:
    faulty = surroundings(tmp_path, ATELIER_DEVICE="tpu")
    (line,) = read_lines([sys.executable, "-m", *command], faulty)
    assert line["level"] == "critical"
    assert "ATELIER_DEVICE" in f"{line.get('exception')}{line.get('reason')}"
