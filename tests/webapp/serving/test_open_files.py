import subprocess
import sys

SCRIPT = """
import resource
from webapp.serving.open_files import WANTED, allow_many_files
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
allow_many_files()
print(resource.getrlimit(resource.RLIMIT_NOFILE) == (min(WANTED, hard), hard))
"""


def test_a_thousand_sockets_need_more_than_a_shell_allows() -> None:
    said = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True
    )
    assert said.stdout == "True\n"
