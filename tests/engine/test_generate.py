"""`python -m engine.generate` as a person calls it, as a process without Django and Redis."""

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import RequestRejected
from engine.generate import TerminalWriter, main, read_tools
from engine.protocol import (
    TextDelta,
    ThinkingDelta,
    ThinkingFinished,
    ToolArgumentDelta,
    ToolCallFinished,
    ToolCallStarted,
)

ROOT = Path(__file__).resolve().parents[2]


def command(folder: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "engine.generate", "--model", str(folder), *options]


def run_main(
    capsys: pytest.CaptureFixture[str], folder: Path, *options: str
) -> tuple[int, str, str]:
    code = main(["--model", str(folder), "--device", "cpu", *options])
    out, err = capsys.readouterr()
    return code, out, err


def test_the_same_seed_writes_the_same_answer(
    checkpoint_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--prompt", "Hi", "--max-tokens", "20", "--seed", "4")
    first, second = (run_main(capsys, checkpoint_folder, *options) for _ in range(2))
    assert first == second
    assert first[0] == 0
    assert len(first[1].strip()) > 5
    assert run_main(capsys, checkpoint_folder, *options[:-1], "5")[1] != first[1]


def test_a_missing_model_is_one_sentence_and_exit_code_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run_main(capsys, tmp_path / "nowhere", "--prompt", "Hi")
    assert code == 1
    assert out == ""
    assert len(err.strip().splitlines()) == 1
    assert "nowhere" in err


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (("--temperature", "-1"), "temperature"),
        (("--max-tokens", "0"), "max_tokens"),
        (("--device", "abacus"), "abacus"),
        (("--dtype", "float3"), "float3"),
        (("--tools", "/nonexistent.json"), "tools"),
    ],
)
def test_a_wrong_value_is_one_sentence_and_exit_code_1(
    checkpoint_folder: Path,
    capsys: pytest.CaptureFixture[str],
    options: tuple[str, str],
    word: str,
) -> None:
    code, _, err = run_main(capsys, checkpoint_folder, "--prompt", "Hi", *options)
    assert code == 1
    assert len(err.strip().splitlines()) == 1
    assert word in err


def test_wrong_usage_is_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(["--prompt", "Hi"])
    assert leaving.value.code == 2
    assert "--model" in capsys.readouterr().err


def test_an_interrupt_leaves_quietly_in_mid_answer(checkpoint_folder: Path) -> None:
    options = ("--prompt", "Hi", "--temperature", "2", "--seed", "1", "--device", "cpu")
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        command(checkpoint_folder, *options),
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.read(1)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert err == b""
    assert process.returncode == 130


def test_neither_django_nor_redis_is_loaded(checkpoint_folder: Path) -> None:
    program = (
        "import sys; from engine.generate import main; "
        f"code = main(['--model', {str(checkpoint_folder)!r}, '--prompt', 'Hi', "
        "'--device', 'cpu', '--max-tokens', '2']); "
        "loaded = {name.split('.')[0] for name in sys.modules}; "
        "sys.exit(code or bool(loaded & {'django', 'redis', 'celery', 'channels', 'webapp'}))"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


EVENTS = (
    ThinkingDelta(text="hm"),
    ThinkingDelta(text="m"),
    ThinkingFinished(),
    TextDelta(text="Here:"),
    ToolCallStarted(index=0, id="c", name="make"),
    ToolArgumentDelta(index=0, key="title", text="Ho"),
    ToolArgumentDelta(index=0, key="title", text="ney"),
    ToolArgumentDelta(index=0, key="content", text="<svg/>"),
    ToolCallFinished(index=0, id="c", name="make", arguments={}),
)


@pytest.mark.parametrize(
    ("out", "thinking"), [(io.StringIO(), "hmm"), (Terminal(), "\x1b[2mhmm\x1b[0m")]
)
def test_thinking_is_dimmed_on_a_terminal_and_tool_arguments_are_raw(
    out: io.StringIO, thinking: str
) -> None:
    writer = TerminalWriter(out)
    for event in EVENTS:
        writer.show(event)
    assert out.getvalue() == (
        f"{thinking}\n\nHere:\n[make]\ntitle: Honey\ncontent: <svg/>\n[end of make]\n"
    )


def test_tools_are_read_plain_and_in_openais_wrapping(tmp_path: Path) -> None:
    plain = {"name": "make", "description": "Makes.", "parameters": {"type": "object"}}
    path = tmp_path / "tools.json"
    path.write_text(json.dumps([plain, {"type": "function", "function": plain}]))
    first, second = read_tools(path)
    assert first == second
    assert (first.name, first.parameters) == ("make", {"type": "object"})


@pytest.mark.parametrize("content", ["{", "3", "[3]", '[{"name": "x"}]', '{"a": 1}'])
def test_a_tools_file_of_another_kind_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "tools.json"
    path.write_text(content)
    with pytest.raises(RequestRejected, match="not a JSON list of tools"):
        read_tools(path)
