"""Waiting for a quiet machine is bounded, disturbances are counted, busy processes end."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.bench import quiet
from engine.bench.busy import busy_processes
from engine.bench.quiet import QuietWatch

TICKS = os.sysconf("SC_CLK_TCK")


class FakeProc:
    """A `/proc` in which others work `cores` cores while the watch sleeps."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = 100.0
        self.slept = 0.0
        self.cores_of_others = 0.0
        self.cores_of_ours = 0.0
        self._others = self._ours = 50.0
        self._write()

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.work(seconds)

    def work(self, seconds: float) -> None:
        self.now += seconds
        self._others += self.cores_of_others * seconds
        self._ours += self.cores_of_ours * seconds
        self._write()

    def _write(self) -> None:
        ours, everybody = (round(s * TICKS) for s in (self._ours, self._ours + self._others))
        (self.folder / "stat").write_text(f"cpu {everybody} 0 0 999 9 0 0 0 0 0\ncpu0 1 2\n")
        own = self.folder / "7"
        own.mkdir(exist_ok=True)
        fields = ["S", *["1"] * 10, str(ours), "0", "5"]
        (own / "stat").write_text("7 (a) (b)) " + " ".join(fields))


@pytest.fixture
def proc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeProc:
    fake = FakeProc(tmp_path)
    monkeypatch.setattr(time, "sleep", fake.sleep)
    monkeypatch.setattr(time, "monotonic", lambda: fake.now)
    return fake


def test_a_quiet_machine_is_not_waited_for(proc: FakeProc) -> None:
    watch = QuietWatch([7], 30.0, proc.folder)
    watch.begin()
    proc.work(1.0)
    watch.end()
    assert proc.slept == pytest.approx(quiet.SAMPLE_SECONDS)
    assert (watch.calls, watch.disturbed) == (1, 0)


def test_waiting_for_others_ends_when_the_allowance_is_used_up(proc: FakeProc) -> None:
    proc.cores_of_others = 1.0
    watch = QuietWatch([7], 3.0, proc.folder)
    watch.begin()
    proc.work(1.0)
    watch.end()
    watch.begin()
    assert proc.slept == pytest.approx(3.0, abs=2 * quiet.SAMPLE_SECONDS)
    assert (watch.calls, watch.disturbed) == (1, 1)


def test_own_processes_do_not_disturb(proc: FakeProc) -> None:
    proc.cores_of_ours = 2.0
    watch = QuietWatch([], 30.0, proc.folder)
    watch.begin([7])
    proc.work(1.0)
    watch.end()
    assert proc.slept == pytest.approx(quiet.SAMPLE_SECONDS)
    assert watch.disturbed == 0


def test_a_system_without_proc_is_never_disturbed(proc: FakeProc, tmp_path: Path) -> None:
    watch = QuietWatch([7], 30.0, tmp_path / "missing")
    watch.begin()
    watch.end()
    assert (watch.calls, watch.disturbed) == (1, 0)


def test_busy_processes_work_and_are_gone_afterwards() -> None:
    with busy_processes(2) as process_ids:
        assert len(process_ids) == 2
        assert all(is_alive(process_id) for process_id in process_ids)
        assert wait_for(lambda: all(cpu_ticks(process_id) > 0 for process_id in process_ids))
    assert not any(is_alive(process_id) for process_id in process_ids)


def test_busy_processes_are_gone_after_an_error() -> None:
    def fail() -> None:
        with busy_processes(1) as (process_id,):
            seen.append(process_id)
            raise RuntimeError("stop")

    seen: list[int] = []
    with pytest.raises(RuntimeError, match="stop"):
        fail()
    assert not is_alive(seen[0])


def test_busy_processes_end_when_their_parent_is_killed() -> None:
    code = (
        "import time\n"
        "from engine.bench.busy import busy_processes\n"
        "with busy_processes(1) as ids:\n"
        "    print(*ids, flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    assert wait_for(lambda: not is_working(child))


def is_alive(process_id: int) -> bool:
    return Path(f"/proc/{process_id}").exists()


def is_working(process_id: int) -> bool:
    """False also for a process that has ended and that nobody has asked for its exit code."""
    try:
        text = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return text.rpartition(")")[2].split()[0] not in ("Z", "X")


def cpu_ticks(process_id: int) -> int:
    return int(Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8").split()[13])


def wait_for(condition: object, seconds: float = 20.0) -> bool:
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False
