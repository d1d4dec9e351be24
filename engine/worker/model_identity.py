"""Which files a worker serves: a digest that changes when they do, and their number format."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

# What tells two checkpoints of one name apart, without reading gigabytes.
_FILES = ("config.json", "model.safetensors.index.json", "chat_template.jinja", "tokenizer.json")
DIGEST_CHARACTERS = 12


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """`revision` is a hex digest of the checkpoint's small files and of the sizes of its large
    ones; `weight_format` is `fp8` or the config's `torch_dtype`, empty if it says neither."""

    revision: str
    weight_format: str


def identify_model(folder: Path) -> ModelIdentity:
    """The identity of a checkpoint folder. Raises OSError and ValueError for one that is none."""
    digest = hashlib.sha256()
    for name in _FILES:
        path = folder / name
        if path.exists():
            digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    for path in sorted(folder.glob("*.safetensors")):
        digest.update(f"{path.name} {path.stat().st_size}\n".encode())
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return ModelIdentity(digest.hexdigest()[:DIGEST_CHARACTERS], _find_format(config))


def _find_format(config: object) -> str:
    if not isinstance(config, dict):
        raise ValueError("config.json holds no object")
    if config.get("quantization_config"):
        return "fp8"
    return str(config.get("torch_dtype") or config.get("dtype") or "")
