"""Memory that was freed is there for the next step."""

import subprocess
import sys

# Arrays as a step makes them; how many pages the second one of each size had to be given.
PROGRAM = """
import ctypes, resource, sys
from engine.training.heap import keep_freed_memory

if sys.argv[1] == "keep":
    assert keep_freed_memory()

def use() -> int:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    arrays = [ctypes.create_string_buffer(24 * 2**20) for _ in range(4)]
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

use()
print(use())
"""


def count_faults(how: str) -> int:
    command = [sys.executable, "-c", PROGRAM, how]
    return int(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def test_a_step_finds_the_memory_of_the_one_before() -> None:
    pages = 4 * 24 * 2**20 // 4096
    assert count_faults("as it is") > pages // 4
    assert count_faults("keep") < pages // 20
