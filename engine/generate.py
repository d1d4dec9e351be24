"""`python -m engine.generate`: one answer on the terminal, streamed, without web and queues."""

import argparse
import io
import json
import logging
import os
import sys
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

from engine.errors import EngineError, RequestRejected
from engine.llm_engine import EngineOptions, LLMEngine
from engine.protocol import (
    ChatMessage,
    EngineEvent,
    ErrorCode,
    Failed,
    Finished,
    GenerationRequest,
    Role,
    SamplingParams,
    TextDelta,
    ThinkingDelta,
    ThinkingFinished,
    ToolArgumentDelta,
    ToolCallFinished,
    ToolCallStarted,
    ToolSpec,
)

EXIT_FAILED = 1
EXIT_INTERRUPTED = 130
_DIM, _PLAIN = "\x1b[2m", "\x1b[0m"


class TerminalWriter:
    """Shows events as they come: thinking dimmed, tool arguments raw."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._colors = out.isatty()
        self._is_thinking = False
        self._argument_key: str | None = None

    def show(self, event: EngineEvent) -> None:
        """Write what a person wants to see of an event."""
        match event:
            case ThinkingDelta(text=text):
                self._begin_thinking()
                self._out.write(text)
            case ThinkingFinished():
                self.end_thinking()
                self._out.write("\n\n")
            case TextDelta(text=text):
                self._out.write(text)
            case ToolCallStarted(name=name):
                self._argument_key = None
                self._out.write(f"\n[{name}]\n")
            case ToolArgumentDelta(key=key, text=text):
                self._show_argument(key, text)
            case ToolCallFinished():
                self._out.write(f"\n[end of {event.name}]\n")
        self._out.flush()

    def end_thinking(self) -> None:
        """Go back to plain letters, also when the thinking was cut short."""
        if self._is_thinking and self._colors:
            self._out.write(_PLAIN)
        self._is_thinking = False

    def _begin_thinking(self) -> None:
        if not self._is_thinking and self._colors:
            self._out.write(_DIM)
        self._is_thinking = True

    def _show_argument(self, key: str, text: str) -> None:
        if key != self._argument_key:
            separator = "" if self._argument_key is None else "\n"
            self._out.write(f"{separator}{key}: ")
            self._argument_key = key
        self._out.write(text)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code: 0, 1 for an error, 130 after Ctrl-C."""
    options = _build_parser().parse_args(arguments)
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr, format="%(message)s")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        return _generate(options)
    except EngineError as error:
        print(error.message, file=sys.stderr)
        return EXIT_FAILED
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader has gone, as with `| head`; Python's own flush at exit must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FAILED


def _generate(options: argparse.Namespace) -> int:
    request = _build_request(options)
    engine = LLMEngine.from_folder(
        options.model,
        device=options.device,
        dtype=options.dtype,
        options=EngineOptions(cpu_threads=options.threads),
    )
    engine.submit(request)
    writer = TerminalWriter(sys.stdout)
    try:
        return _stream(engine, writer)
    finally:
        engine.close()
        writer.end_thinking()
        print(flush=True)


def _stream(engine: LLMEngine, writer: TerminalWriter) -> int:
    while engine.has_work():
        for output in engine.step():
            for event in output.batch.events:
                writer.show(event)
                if isinstance(event, Failed):
                    raise EngineError(event.code, event.message)
                if isinstance(event, Finished):
                    return 0
    return 0


def _build_request(options: argparse.Namespace) -> GenerationRequest:
    return GenerationRequest(
        request_id=uuid.uuid4().hex,
        model=options.model.name,
        messages=(ChatMessage(role=Role.USER, content=options.prompt),),
        tools=() if options.tools is None else read_tools(options.tools),
        sampling=SamplingParams(
            temperature=options.temperature,
            top_p=options.top_p,
            top_k=options.top_k,
            min_p=options.min_p,
            seed=options.seed,
            max_tokens=options.max_tokens,
            stop=tuple(options.stop),
        ),
        thinking=not options.no_think,
    )


def read_tools(path: Path) -> tuple[ToolSpec, ...]:
    """Tools from a JSON list of `{name, description, parameters}`, or of OpenAI's wrapping of it.

    Raises `RequestRejected` when the file is not that.
    """
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        return tuple(_read_tool(entry.get("function", entry)) for entry in entries)
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise RequestRejected(
            ErrorCode.INVALID_REQUEST,
            f"{path} is not a JSON list of tools with name, description and parameters ({error}).",
        ) from error


def _read_tool(entry: dict[str, Any]) -> ToolSpec:
    return ToolSpec(
        name=str(entry["name"]),
        description=str(entry.get("description", "")),
        parameters=dict(entry["parameters"]),
    )


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m engine.generate", description="Write one answer to the terminal."
    )
    parser.add_argument("--model", type=Path, required=True, help="a checkpoint folder")
    parser.add_argument("--prompt", required=True, help="what to ask")
    parser.add_argument("--no-think", action="store_true", help="answer without thinking")
    parser.add_argument("--tools", type=Path, help="a JSON file with the tools to offer")
    parser.add_argument("--max-tokens", type=int, help="default: up to the end of the context")
    parser.add_argument("--seed", type=int, help="default: a fresh one")
    defaults = SamplingParams()
    parser.add_argument("--temperature", type=float, default=defaults.temperature)
    parser.add_argument("--top-p", type=float, default=defaults.top_p)
    parser.add_argument("--top-k", type=int, default=defaults.top_k)
    parser.add_argument("--min-p", type=float, default=defaults.min_p)
    parser.add_argument("--stop", action="append", default=[], help="may be given several times")
    parser.add_argument("--device", default="auto", help="auto, cpu or cuda")
    parser.add_argument("--dtype", default="auto", help="auto, float32, bfloat16 or float16")
    parser.add_argument(
        "--threads", type=_positive, help="on the CPU; default: what suits the model"
    )
    return parser


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
