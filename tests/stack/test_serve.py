import shutil
import signal
import socket
from pathlib import Path

import psutil
import pytest

from tests.stack.installation import Installation, read_line, stop, wait_until

pytestmark = pytest.mark.stack


def test_a_running_installation_keeps_its_children_and_its_folder(
    running: Installation,
) -> None:
    assert len(running.parts()) == 6
    code, said = running.serve_in_vain()
    assert code == 1
    assert said.startswith(f"Atelier already runs on {running.home} (process ")
    assert said.count("\n") == 1

    web = running.child("daphne")
    web.kill()
    assert wait_until(lambda: running.child_or_none("daphne") not in (None, web), 30)
    assert wait_until(lambda: running.status_of("/readyz") == 200, 60)
    logs = {path.name for path in (running.home / "log").iterdir()}
    assert logs == {"serve.log", "redis.log", "engine.log", "turns.log", "web.log", "render.log"}


def test_a_killed_supervisor_takes_every_child_with_it_and_can_be_started_again(
    tmp_path: Path, tiny_model: Path
) -> None:
    one = Installation(tmp_path / ("long-" * 25), tiny_model)
    serve = one.serve()
    try:
        assert "ready" in read_line(serve)
        children = [p for p in one.processes() if p.pid != serve.pid]
        assert len(children) >= 5
        serve.kill()
        serve.communicate(timeout=10)
        _, alive = psutil.wait_procs(children, timeout=10)
        assert alive == []
        serve = one.serve()
        assert "ready" in read_line(serve)
    finally:
        code, _ = stop(serve, signal.SIGINT)
    assert code == 0
    assert one.processes() == []


def test_a_port_in_use_is_one_sentence_with_the_option_that_changes_it(
    tmp_path: Path, tiny_model: Path
) -> None:
    one = Installation(tmp_path, tiny_model)
    for port, option in ((one.port, "--port"), (one.artifact_port, "--artifact-port")):
        with socket.create_server(("127.0.0.1", port)):
            code, said = one.serve_in_vain()
        assert code == 1
        sentence = f"Port {port} on 127.0.0.1 is in use; stop that program or choose another by"
        assert said == f"{sentence} {option}.\n"
    assert one.processes() == []


def test_a_damaged_checkpoint_ends_everything_with_the_engines_own_sentence(
    tmp_path: Path, tiny_model: Path
) -> None:
    damaged = tmp_path / "damaged"
    shutil.copytree(tiny_model, damaged)
    (damaged / "config.json").write_text("{}")
    one = Installation(tmp_path / "home", damaged)
    code, said = one.serve_in_vain()
    assert code == 1
    assert said.count("\n") == 1
    assert "config.json" in said
    assert one.processes() == []


def test_faulty_options_are_one_sentence(tmp_path: Path, tiny_model: Path) -> None:
    one = Installation(tmp_path, tiny_model)
    code, said = one.serve_in_vain("--port", "eighty")
    assert (code, said) == (1, "ATELIER_PORT is 'eighty'; write a number from 1 to 65535.\n")
