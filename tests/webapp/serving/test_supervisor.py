import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.protocol.last_words import GIVES_UP
from webapp.serving.child_failures import explain_exit
from webapp.serving.child_process import ChildProcess, ChildSpec
from webapp.serving.errors import StartError
from webapp.serving.supervisor import CANNOT_WORK_EXIT_CODE, Supervisor, end_children

SLEEP = "import time; time.sleep(60)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('deaf', flush=True); time.sleep(60)"
)


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    supervisor = Supervisor(explain_exit)
    yield supervisor
    supervisor.kill_all()


@pytest.fixture
def spec(tmp_path: Path) -> Callable[[str, str], ChildSpec]:
    def make(name: str, code: str) -> ChildSpec:
        return ChildSpec(
            name=name,
            command=(sys.executable, "-S", "-c", code),
            environment=dict(os.environ),
            log=tmp_path / f"{name}.log",
            folder=tmp_path,
        )

    return make


def tend_until(supervisor: Supervisor, is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 15
    while not is_so():
        assert time.monotonic() < deadline
        supervisor.tend()
        time.sleep(0.02)


def test_a_child_that_ends_is_started_again(
    supervisor: Supervisor, spec: Callable[[str, str], ChildSpec], tmp_path: Path
) -> None:
    supervisor.is_ready = True
    count = "import pathlib; f = pathlib.Path('count'); f.open('a').write('x')"
    supervisor.start(spec("short", count))
    counted = tmp_path / "count"
    tend_until(supervisor, lambda: counted.exists() and len(counted.read_text()) >= 2)


def test_a_child_that_says_that_it_cannot_work_ends_everything_with_its_sentence(
    supervisor: Supervisor, spec: Callable[[str, str], ChildSpec]
) -> None:
    supervisor.is_ready = True
    line = json.dumps({"event": GIVES_UP, "reason": "The file is damaged."})
    code = f"print('noise'); print({line!r}); raise SystemExit({CANNOT_WORK_EXIT_CODE})"
    supervisor.start(spec("engine", code))
    with pytest.raises(StartError, match=r"^The file is damaged\.$"):
        tend_until(supervisor, lambda: False)


def test_a_child_that_keeps_ending_before_all_is_ready_ends_everything(
    supervisor: Supervisor, spec: Callable[[str, str], ChildSpec], tmp_path: Path
) -> None:
    supervisor.start(spec("web", "raise SystemExit(3)"))
    with pytest.raises(StartError) as error:
        tend_until(supervisor, lambda: False)
    assert str(error.value) == (
        f"The web process keeps ending (exit code 3); its log is {tmp_path / 'web.log'}."
    )


def test_a_child_that_does_not_listen_is_killed_when_its_time_is_over(
    supervisor: Supervisor, spec: Callable[[str, str], ChildSpec], tmp_path: Path
) -> None:
    willing = supervisor.start(spec("willing", SLEEP))
    stubborn = supervisor.start(spec("stubborn", STUBBORN))
    tend_until(supervisor, lambda: "deaf" in (tmp_path / "stubborn.log").read_text())
    end_children([willing, stubborn], seconds=1.0)
    assert willing.exit_code == -signal.SIGTERM
    assert stubborn.exit_code == -signal.SIGKILL


def test_every_child_leads_a_session_of_its_own(
    supervisor: Supervisor, spec: Callable[[str, str], ChildSpec]
) -> None:
    child: ChildProcess = supervisor.start(spec("one", SLEEP))
    assert os.getsid(child.process.pid) == child.process.pid
    assert os.getsid(0) != child.process.pid


def test_every_exit_is_told_with_how_a_hang_showed(
    spec: Callable[[str, str], ChildSpec],
) -> None:
    told: list[tuple[str, int, str | None]] = []
    supervisor = Supervisor(
        explain_exit, lambda spec, code, reason: told.append((spec.name, code, reason))
    )
    supervisor.is_ready = True
    try:
        supervisor.start(spec("hanging", SLEEP))
        supervisor.start(spec("short", "raise SystemExit(3)"))
        supervisor.replace_hung("hanging", "It was silent.")
        tend_until(supervisor, lambda: len(told) >= 2)
        tend_until(
            supervisor, lambda: "hanging" in [c.spec.name for c in supervisor.list_running()]
        )
    finally:
        supervisor.kill_all()
    assert sorted(told[:2]) == [
        ("hanging", -signal.SIGKILL, "It was silent."),
        ("short", 3, None),
    ]
