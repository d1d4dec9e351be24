"""What torch and OpenMP read is set before they are loaded."""

import os
import subprocess
import sys

from engine.worker.library_environment import prepare_libraries
from engine.worker.settings import PROJECT_ROOT

# Tells the policy at the moment at which somebody first asks for torch, and loads no more.
_PROGRAM = """
import os, sys
class Gate:
    def find_spec(self, name, path=None, target=None):
        if name == "torch":
            names = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "THP_MEM_ALLOC_ENABLE")
            print(*map(os.environ.get, names), flush=True)
            os._exit(0)
sys.meta_path.insert(0, Gate())
import engine.worker.app
"""


def settings_when_torch_is_loaded(**chosen: str) -> str:
    ours = ("OMP_", "GOMP_", "THP_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    environment |= {"REDIS_URL": "unix:///nowhere.sock", **chosen}
    ended = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return ended.stdout.strip()


def test_threads_are_patient_and_pages_huge_from_the_first_moment() -> None:
    assert settings_when_torch_is_loaded() == "PASSIVE 2000 1"


def test_the_operators_own_policy_stands_above_ours() -> None:
    assert settings_when_torch_is_loaded(OMP_WAIT_POLICY="ACTIVE") == "ACTIVE 2000 1"


def test_only_what_is_not_set_is_set() -> None:
    environment = {"GOMP_SPINCOUNT": "infinity", "THP_MEM_ALLOC_ENABLE": "0"}
    prepare_libraries(environment)
    assert environment == {
        "GOMP_SPINCOUNT": "infinity",
        "THP_MEM_ALLOC_ENABLE": "0",
        "OMP_WAIT_POLICY": "PASSIVE",
    }
