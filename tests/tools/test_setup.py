import subprocess
import sys
from pathlib import Path

import pytest

from tools.commands import SetupError, failure_sentence, run_logged
from tools.node import find_system_node
from tools.stamps import hash_of, is_done, mark_done

ROOT = Path(__file__).resolve().parents[2]


def test_work_is_done_again_when_a_file_it_came_from_changes(tmp_path: Path) -> None:
    source, stamp = tmp_path / "source", tmp_path / "folder" / "stamp"
    source.write_text("one")
    before = hash_of(["x"], [source])
    assert not is_done(stamp, before)
    mark_done(stamp, before)
    assert is_done(stamp, hash_of(["x"], [source]))
    source.write_text("two")
    assert not is_done(stamp, hash_of(["x"], [source]))
    assert not is_done(stamp, hash_of(["y"], [source]))


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("Temporary failure in name resolution", "connect this machine to the network"),
        ("npm error code ENOTFOUND", "connect this machine to the network"),
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("SyntaxError", "the reason stands at the end of"),
    ],
)
def test_a_failure_is_one_sentence_that_says_what_to_do(output: str, expected: str) -> None:
    sentence = failure_sentence("Installing", output, Path("setup.log"))
    assert sentence.startswith("Installing failed")
    assert expected in sentence
    assert sentence.count("\n") == 0


def test_only_what_this_command_wrote_explains_its_failure(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("ENOTFOUND of an earlier day\n")
    command = [sys.executable, "-c", "import sys; print('No space left on device'); sys.exit(1)"]
    with pytest.raises(SetupError, match="disk is full"):
        run_logged("Building", command, log, folder=tmp_path)
    assert "ENOTFOUND" in log.read_text()


def test_a_program_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="could not start"):
        run_logged("Building", [str(tmp_path / "none")], tmp_path / "log", folder=tmp_path)


def test_a_node_without_npm_beside_it_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "node").write_text("#!/bin/sh\necho v24.1.0\n")
    (tmp_path / "node").chmod(0o755)
    paths = {"node": str(tmp_path / "node"), "npm": None}
    assert find_system_node(which=paths.get) is None
    paths["npm"] = str(tmp_path / "npm")
    found = find_system_node(which=paths.get)
    assert found is not None
    assert found.version == "v24.1.0"


def test_a_node_that_is_too_old_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "node").write_text("#!/bin/sh\necho v18.20.0\n")
    (tmp_path / "node").chmod(0o755)
    assert find_system_node(which=lambda name: str(tmp_path / name)) is None


def test_every_dependency_is_pinned() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pinned = {line.split("==")[0].lower().replace("_", "-") for line in lines if "==" in line}
    for group in project["optional-dependencies"].values():
        for requirement in group:
            name = requirement.split(";")[0].split(">")[0].split("=")[0].strip()
            assert name.lower().replace("_", "-") in pinned, name


def test_a_python_that_is_too_old_gets_one_sentence(tmp_path: Path) -> None:
    source = (ROOT / "tools" / "setup.py").read_text()
    as_if_old = source.replace("import sys\n", "import sys\nsys.version_info = (3, 9, 1)\n", 1)
    script = tmp_path / "setup_under_an_old_python.py"
    script.write_text(as_if_old)
    result = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "needs Python 3.11 or newer" in result.stderr


def test_make_says_that_no_python_was_found() -> None:
    result = subprocess.run(
        ["make", "-s", "setup", "PYTHON="], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode != 0
    assert "Atelier needs Python 3.11 or newer, and none was found" in result.stderr
