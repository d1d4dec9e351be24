"""The policy of waiting threads is set before the library that reads it is loaded."""

import os
import subprocess
import sys

from engine.worker.settings import PROJECT_ROOT
from engine.worker.thread_policy import make_threads_patient

# Tells the policy at the moment at which somebody first asks for torch, and loads no more.
_PROGRAM = """
import os, sys
class Gate:
    def find_spec(self, name, path=None, target=None):
        if name == "torch":
            print(os.environ.get("OMP_WAIT_POLICY"), os.environ.get("GOMP_SPINCOUNT"), flush=True)
            os._exit(0)
sys.meta_path.insert(0, Gate())
import engine.worker.app
"""


def policy_when_torch_is_loaded(**chosen: str) -> str:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("OMP_", "GOMP_"))
    }
    environment |= {"REDIS_URL": "unix:///nowhere.sock", **chosen}
    ended = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return ended.stdout.strip()


def test_waiting_threads_give_the_core_away_from_the_first_moment() -> None:
    assert policy_when_torch_is_loaded() == "PASSIVE 2000"


def test_the_operators_own_policy_stands_above_ours() -> None:
    assert policy_when_torch_is_loaded(OMP_WAIT_POLICY="ACTIVE") == "ACTIVE 2000"


def test_the_policy_is_only_set_where_none_is() -> None:
    environment = {"GOMP_SPINCOUNT": "infinity"}
    make_threads_patient(environment)
    assert environment == {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "infinity"}
