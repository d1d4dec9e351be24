"""What the interpreter cannot tell: whether the kernels compile for a GPU, and into what."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
SHARED_BYTES_OF_HOPPER = 227 * 1024
EXPECTED = {
    "_accept_kernel",
    "_add_choices_kernel",
    "_add_splits_kernel",
    "_choose_kernel",
    "_combine_kernel",
    "_down_kernel",
    "_draw_kernel",
    "_gate_up_kernel",
    "_join_kernel",
    "_mask_kernel",
    "_one_row_kernel",
    "_order_kernel",
    "_prefill_kernel",
    "_prepare_kernel",
    "_rms_norm_kernel",
    "_several_rows_kernel",
    "_silu_and_mul_kernel",
    "_split_kernel",
}
READ_WEIGHTS = {"_one_row_kernel", "_several_rows_kernel", "_gate_up_kernel", "_down_kernel"}


@pytest.mark.timeout(600)
def test_all_kernels_compile_for_an_h200_and_read_weights_in_wide_loads(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "TRITON_INTERPRET"}
    environment |= {"TRITON_CACHE_DIR": str(tmp_path), "HOME": str(tmp_path)}
    command = [sys.executable, "-m", "tests.engine.kernels.triton.compile_for_hopper"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    compiled = [json.loads(line) for line in done.stdout.splitlines()]
    assert {kernel["kernel"] for kernel in compiled} == EXPECTED
    for kernel in compiled:
        assert kernel["shared_bytes"] <= SHARED_BYTES_OF_HOPPER, kernel
        assert kernel["stack_bytes"] == 0, kernel
        assert kernel["kernel"] not in READ_WEIGHTS or kernel["wide_loads"] >= 16, kernel
