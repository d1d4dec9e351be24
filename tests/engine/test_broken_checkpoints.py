"""Whatever is wrong with a model's folder: one sentence that names the file and what to do."""

import json
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.errors import CheckpointError
from engine.llm_engine import LLMEngine
from engine.testing.tiny_glm4_moe import write_tiny_checkpoint
from engine.testing.tiny_tokenizer import write_tiny_tokenizer

Break = Callable[[Path], object]
WEIGHTS = "model.safetensors"
INDEX = "model.safetensors.index.json"
NORM = "model.norm.weight"
FP8_NAME = "model.layers.0.self_attn.q_proj.weight"
MEBIBYTE = 2**20
FIXES = re.compile(r"; (remove it and )?(download|set ATELIER_MODEL|check the file)")


def cut(kept: int) -> Break:
    def change(folder: Path) -> None:
        content = (folder / WEIGHTS).read_bytes()
        (folder / WEIGHTS).write_bytes(content[:kept])

    return change


def with_tensors(changes: dict[str, torch.Tensor | None]) -> Break:
    def change(folder: Path) -> None:
        tensors = {**load_file(folder / WEIGHTS), **changes}
        kept = {name: tensor for name, tensor in tensors.items() if tensor is not None}
        save_file(kept, folder / WEIGHTS)

    return change


def with_header(edit: Callable[[dict[str, Any]], object]) -> Break:
    """Change the header as an object; the data stay as they are."""

    def change(folder: Path) -> None:
        content = (folder / WEIGHTS).read_bytes()
        length = int.from_bytes(content[:8], "little")
        header = json.loads(content[8 : 8 + length])
        edit(header)
        write_raw_header(folder, json.dumps(header).encode(), content[8 + length :])

    return change


def write_raw_header(folder: Path, header: bytes, data: bytes = b"") -> None:
    length = len(header).to_bytes(8, "little")
    (folder / WEIGHTS).write_bytes(length + header + data)


def raw_header(header: bytes) -> Break:
    return lambda folder: write_raw_header(folder, header)


def doubled_name(folder: Path) -> None:
    entry = b'"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}'
    write_raw_header(folder, b"{" + entry + b"," + entry + b"}")


def long_header(folder: Path) -> None:
    with (folder / WEIGHTS).open("wb") as file:
        file.write((2**40).to_bytes(8, "little"))
        file.truncate(2**41)


def with_text(name: str, text: str | bytes) -> Break:
    content = text.encode() if isinstance(text, str) else text
    return lambda folder: (folder / name).write_bytes(content)


def with_fields(name: str, without: str | None = None, **changes: object) -> Break:
    def change(folder: Path) -> None:
        values = {**json.loads((folder / name).read_text()), **changes}
        values.pop(without or "", None)
        (folder / name).write_text(json.dumps(values))

    return change


def without(name: str) -> Break:
    return lambda folder: (folder / name).unlink()


def as_folder(name: str) -> Break:
    def change(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).mkdir()

    return change


def as_loop(name: str) -> Break:
    def change(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).symlink_to("round")
        (folder / "round").symlink_to(name)

    return change


def as_pipe(name: str) -> Break:
    def change(folder: Path) -> None:
        (folder / name).unlink()
        os.mkfifo(folder / name)

    return change


def huge(name: str) -> Break:
    def change(folder: Path) -> None:
        with (folder / name).open("wb") as file:
            file.truncate(2**40)

    return change


def index_of(weight_map: object) -> Break:
    return with_text(INDEX, json.dumps({"weight_map": weight_map}))


def only_pickles(name: str) -> Break:
    return lambda folder: (folder / WEIGHTS).rename(folder / name)


def with_added_token(token_id: object) -> Break:
    def change(folder: Path) -> None:
        values = json.loads((folder / "tokenizer.json").read_text())
        values["added_tokens"][-1]["id"] = token_id
        (folder / "tokenizer.json").write_text(json.dumps(values))

    return change


def with_model(**changes: object) -> Break:
    def change(folder: Path) -> None:
        values = json.loads((folder / "tokenizer.json").read_text())
        values["model"].update(changes)
        (folder / "tokenizer.json").write_text(json.dumps(values))

    return change


def scales(value: float) -> Break:
    return with_tensors({f"{FP8_NAME}_scale": torch.full((96, 1), value)})


def entry(name: str, **changes: object) -> Break:
    return with_header(lambda header: header[name].update(changes))


DEEP = "[" * 100_000 + "]" * 100_000
LOOP = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
SILENT_LOOP = "".join(f"{{% for x{depth} in '{'a' * 50}' %}}" for depth in range(9))

BROKEN: dict[str, tuple[str, Break]] = {
    "an empty file of weights": (WEIGHTS, cut(0)),
    "weights cut inside the header's length": (WEIGHTS, cut(5)),
    "weights cut inside the header": (WEIGHTS, cut(100)),
    "weights cut inside the data": (WEIGHTS, cut(100_000)),
    "a longer file than its tensors": (
        WEIGHTS,
        lambda folder: (folder / WEIGHTS).write_bytes((folder / WEIGHTS).read_bytes() + b"more"),
    ),
    "a header of a terabyte": (WEIGHTS, long_header),
    "a header that is not JSON": (WEIGHTS, raw_header(b"{nothing}")),
    "a header that is not UTF-8": (WEIGHTS, raw_header(b'{"\xff": 1}')),
    "a header that is a list": (WEIGHTS, raw_header(b"[]")),
    "a header nested too deep": (WEIGHTS, raw_header(DEEP.encode())),
    "a header that names a tensor twice": (WEIGHTS, doubled_name),
    "a tensor that is a number": (WEIGHTS, with_header(lambda h: h.update(x=5))),
    "a tensor without a place": (WEIGHTS, with_header(lambda h: h[NORM].pop("data_offsets"))),
    "tensors that overlap": (WEIGHTS, entry(NORM, data_offsets=[0, 128])),
    "a place beyond the file": (WEIGHTS, entry(NORM, data_offsets=[10**9, 10**9 + 128])),
    "a place that runs backwards": (WEIGHTS, entry(NORM, data_offsets=[128, 0])),
    "a place before the file": (WEIGHTS, entry(NORM, data_offsets=[-128, 0])),
    "a negative shape": (WEIGHTS, entry(NORM, shape=[-64])),
    "a shape of a fraction": (WEIGHTS, entry(NORM, shape=[64.5])),
    "a shape beyond all numbers": (WEIGHTS, entry(NORM, shape=[10**30, 10**30])),
    "a shape of very many dimensions": (WEIGHTS, entry(NORM, shape=[1] * 10_000)),
    "another size than the shape": (WEIGHTS, entry(NORM, shape=[63])),
    "a missing tensor": ("config.json", with_tensors({NORM: None})),
    "a tensor of another shape": (WEIGHTS, with_tensors({NORM: torch.ones(63)})),
    "a tensor of whole numbers": (WEIGHTS, with_tensors({NORM: torch.ones(64).int()})),
    "an unknown tensor": ("config.json", with_tensors({"visual.weight": torch.ones(2)})),
    "eight bits without scales": ("config.json", with_tensors({f"{FP8_NAME}_scale": None})),
    "a scale that is not a number": (WEIGHTS, scales(float("nan"))),
    "a scale of zero": (WEIGHTS, scales(0.0)),
    "a scale below zero": (WEIGHTS, scales(-0.5)),
    "a pickle of transformers": ("pytorch_model.bin", only_pickles("pytorch_model.bin")),
    "a pickle of torch": ("consolidated.00.pth", only_pickles("consolidated.00.pth")),
    "a pickle by another name": ("model.pt", only_pickles("model.pt")),
    "no weights at all": (WEIGHTS, without(WEIGHTS)),
    "a folder in place of weights": (WEIGHTS, as_folder(WEIGHTS)),
    "links that lead in a circle": (WEIGHTS, as_loop(WEIGHTS)),
    "a pipe in place of weights": (WEIGHTS, as_pipe(WEIGHTS)),
    "an index that names a missing file": (
        "model-2.safetensors",
        index_of({NORM: "model-2.safetensors"}),
    ),
    "an index that leads out of the folder": (INDEX, index_of({NORM: "../x.safetensors"})),
    "an index with an absolute path": (INDEX, index_of({NORM: "/etc/x.safetensors"})),
    "an index that names a pickle": (INDEX, index_of({NORM: "pytorch_model.bin"})),
    "an index that names numbers": (INDEX, index_of({NORM: 5})),
    "an index of nothing": (INDEX, index_of({})),
    "an index that promises too much": (INDEX, index_of({"other": WEIGHTS})),
    "an index of a terabyte": (INDEX, huge(INDEX)),
    "no configuration": ("config.json", without("config.json")),
    "an empty configuration": ("config.json", with_text("config.json", "")),
    "a configuration that is not JSON": ("config.json", with_text("config.json", "{a: 1}")),
    "a configuration that is not UTF-8": ("config.json", with_text("config.json", b"\xff\xfe{}")),
    "a configuration nested too deep": ("config.json", with_text("config.json", DEEP)),
    "a configuration of a terabyte": ("config.json", huge("config.json")),
    "a configuration that is a folder": ("config.json", as_folder("config.json")),
    "another architecture": (
        "config.json",
        with_fields("config.json", architectures=["LlamaForCausalLM"]),
    ),
    "an absent field": ("config.json", with_fields("config.json", "head_dim")),
    "a field of another kind": ("config.json", with_fields("config.json", hidden_size="64")),
    "a width beyond all memory": ("config.json", with_fields("config.json", hidden_size=10**12)),
    "layers without end": ("config.json", with_fields("config.json", num_hidden_layers=10**9)),
    "experts without end": (
        "config.json",
        with_fields("config.json", num_hidden_layers=1000, n_routed_experts=4000),
    ),
    "a number beyond all numbers": (
        "config.json",
        with_text("config.json", '{"architectures": ["Glm4MoeForCausalLM"], "x": 1e999999}'),
    ),
    "no template": ("chat_template.jinja", without("chat_template.jinja")),
    "a template that is none": (
        "chat_template.jinja",
        with_text("chat_template.jinja", "{% if %}"),
    ),
    "a template that is not UTF-8": (
        "chat_template.jinja",
        with_text("chat_template.jinja", b"\xff\xff"),
    ),
    "a template of a terabyte": ("chat_template.jinja", huge("chat_template.jinja")),
    "a template that loops": ("chat_template.jinja", with_text("chat_template.jinja", LOOP)),
    "a template that loops in silence": (
        "chat_template.jinja",
        with_text("chat_template.jinja", SILENT_LOOP + "{% endfor %}" * 9),
    ),
    "a template that writes without end": (
        "chat_template.jinja",
        with_text(
            "chat_template.jinja",
            "{% set n = namespace(t='ab') %}{% for i in range(99) %}"
            "{% set n.t = n.t ~ n.t %}{% endfor %}{{ n.t }}",
        ),
    ),
    "a template that climbs": (
        "chat_template.jinja",
        with_text("chat_template.jinja", "{{ ''.__class__.__mro__[1].__subclasses__() }}"),
    ),
    "a template that refuses everything": (
        "chat_template.jinja",
        with_text("chat_template.jinja", "{{ raise_exception('never') }}"),
    ),
    "a template that calls itself": (
        "chat_template.jinja",
        with_text("chat_template.jinja", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"),
    ),
    "no tokenizer": ("tokenizer.json", without("tokenizer.json")),
    "a tokenizer that is not JSON": ("tokenizer.json", with_text("tokenizer.json", "{")),
    "a tokenizer of another kind": ("tokenizer.json", with_model(type="Unigram")),
    "a vocabulary of words": ("tokenizer.json", with_model(vocab={"a": "b"})),
    "merges of numbers": ("tokenizer.json", with_model(merges=[1, 2])),
    "merges of unknown tokens": ("tokenizer.json", with_model(merges=["\u0120q zz"])),
    "a token beyond the embedding": ("tokenizer.json", with_added_token(100_000)),
    "a token of no number": ("tokenizer.json", with_added_token("one")),
    "no generation configuration": ("generation_config.json", without("generation_config.json")),
    "an end of text that is no token": (
        "generation_config.json",
        with_fields("generation_config.json", eos_token_id=[99_999]),
    ),
    "an advice that is no number": (
        "generation_config.json",
        with_fields("generation_config.json", temperature="hot"),
    ),
}


@pytest.fixture(scope="module")
def sound_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound")
    vocab_size = write_tiny_tokenizer(folder) + 8
    write_tiny_checkpoint(folder, "air", seed=8, fp8=True, mtp=True, vocab_size=vocab_size)
    write_tiny_tokenizer(folder)
    return folder


@pytest.fixture
def folder(sound_folder: Path, tmp_path: Path) -> Path:
    for file in sound_folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path


def refusal(folder: Path) -> str:
    with pytest.raises(CheckpointError) as caught:
        LLMEngine.from_folder(folder, device="cpu")
    return caught.value.message


def resident_bytes(kind: str = "VmRSS") -> int:
    """The memory of this process now; VmHWM is its peak since the last call for VmRSS."""
    if kind == "VmRSS":
        Path("/proc/self/clear_refs").write_text("5")
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(kind))


def require_one_sentence(message: str) -> None:
    assert message.endswith(".")
    assert "\n" not in message
    assert "Traceback" not in message
    assert not re.search(r"\. [A-Z]", message), message
    assert len(message) < 500
    assert FIXES.search(message), message


def test_the_sound_folder_is_served(folder: Path) -> None:
    assert LLMEngine.from_folder(folder, device="cpu").context_length == 4096


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_folder_is_refused_in_one_sentence_with_the_fix(folder: Path, fault: str) -> None:
    name, break_it = BROKEN[fault]
    break_it(folder)
    started_at, before = time.thread_time(), resident_bytes()
    message = refusal(folder)
    assert time.thread_time() - started_at < 5
    assert resident_bytes("VmHWM") - before < 256 * MEBIBYTE
    assert name in message
    require_one_sentence(message)


def test_a_folder_that_is_not_there_is_refused_with_the_fix(tmp_path: Path) -> None:
    message = refusal(tmp_path / "nowhere")
    assert str(tmp_path / "nowhere") in message
    require_one_sentence(message)


def test_a_pickle_beside_the_weights_is_never_opened(folder: Path) -> None:
    for name in ("training_args.bin", "pytorch_model.bin", "optimizer.pt"):
        os.mkfifo(folder / name)
    assert LLMEngine.from_folder(folder, device="cpu").context_length == 4096


def test_a_file_that_we_may_not_read_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_open = os.open

    def refuse(path: str, *args: int, **options: Any) -> int:
        if str(path).endswith(WEIGHTS):
            raise PermissionError(13, "Permission denied", str(path))
        return really_open(path, *args, **options)

    monkeypatch.setattr(os, "open", refuse)
    message = refusal(folder)
    assert f"{WEIGHTS} cannot be read (Permission denied)" in message
    require_one_sentence(message)
