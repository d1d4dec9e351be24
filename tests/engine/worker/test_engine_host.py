"""What a worker says of itself before it has an engine."""

from pathlib import Path

from engine.checkpoint.progress import LoadProgress
from engine.protocol import WorkerState
from engine.worker.engine_host import EngineHost
from engine.worker.settings import WorkerSettings


def progress(bytes_done: int) -> LoadProgress:
    return LoadProgress(bytes_done, 10**9, bytes_per_second=10**8, seconds_left=4.0)


def test_a_loading_worker_says_how_far_it_is_and_then_that_it_is_nearly_there() -> None:
    settings = WorkerSettings(model_folder=Path("m"), device="cpu", redis_url="unix:///nowhere")
    host = EngineHost(settings)
    assert (host.read_status().load_progress, host.read_status().load_text) == (None, "")

    host._note_loading(progress(600_000_000))
    status = host.read_status()
    assert (status.state, status.load_progress) == (WorkerState.STARTING, 0.6)
    assert status.load_text.startswith("Loading weights: 0.6 of 1.0 GB")

    host._note_loading(progress(10**9))
    status = host.read_status()
    assert (status.load_progress, "getting ready" in status.load_text) == (None, True)
