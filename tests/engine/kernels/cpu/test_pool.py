"""The threads share work when the machine is busy and take no processor time when it is idle."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import torch

from engine.kernels.cpu import CpuLibrary
from engine.model.glm4_moe import Glm4MoeForCausalLM
from engine.model.loading import load_model
from engine.testing.tiny_glm4_moe import write_tiny_checkpoint
from tests.engine.kernels.cpu.adapter import Batch, new_cache, new_step, run


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Glm4MoeForCausalLM:
    folder = tmp_path_factory.mktemp("checkpoint")
    write_tiny_checkpoint(folder, "full", seed=9, fp8=True, mtp=True)
    return load_model(folder, with_mtp=True)


def one_row() -> Batch:
    batch = Batch()
    batch.add([1], 0, [0])
    return batch


def test_an_idle_pool_takes_no_processor_time(
    library: CpuLibrary, model: Glm4MoeForCausalLM
) -> None:
    step = new_step(library, model, new_cache(model, 2), threads=4)
    run(step, one_row())
    time.sleep(0.1)
    before = time.process_time()
    time.sleep(0.5)
    assert time.process_time() - before < 0.05
    step.close()


def test_steps_beside_busy_processes_end_and_are_right(
    library: CpuLibrary, model: Glm4MoeForCausalLM
) -> None:
    step = new_step(library, model, new_cache(model, 2), threads=3)
    expected = run(step, one_row())
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(3)]
    try:
        for _ in range(200):
            assert torch.equal(run(step, one_row()), expected)
    finally:
        for process in busy:
            process.kill()
            process.wait()
    step.close()


def test_a_step_that_is_waited_for_late_is_already_done(
    library: CpuLibrary, model: Glm4MoeForCausalLM
) -> None:
    step = new_step(library, model, new_cache(model, 2), threads=2)
    expected = run(step, one_row())
    step.logits.zero_()
    step.begin(one_row())
    deadline = time.monotonic() + 30
    while not torch.equal(step.logits[:1], expected):
        assert time.monotonic() < deadline
        time.sleep(0.001)
    step.wait()
    step.close()


def test_closing_ends_the_threads(library: CpuLibrary, model: Glm4MoeForCausalLM) -> None:
    tasks = Path("/proc/self/task")
    before = set(tasks.iterdir())
    step = new_step(library, model, new_cache(model, 2), threads=5)
    begun = set(tasks.iterdir()) - before
    assert len(begun) == 4
    step.close()
    step.close()
    assert not begun & set(tasks.iterdir())


def test_other_python_threads_run_while_a_step_is_waited_for(
    library: CpuLibrary, model: Glm4MoeForCausalLM
) -> None:
    step = new_step(library, model, new_cache(model, 2), threads=1)
    batch = Batch()
    for _ in range(16):
        batch.add([1], 0, [0])
    counted = 0
    ended = threading.Event()

    def count() -> None:
        nonlocal counted
        while not ended.is_set():
            counted += 1

    counter = threading.Thread(target=count)
    counter.start()
    for _ in range(20):
        run(step, batch)
    ended.set()
    counter.join()
    assert counted > 20
    step.close()
