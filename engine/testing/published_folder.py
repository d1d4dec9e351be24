"""Writes a model's folder without weights: a published geometry, a tiny tokenizer and template.

With `EngineOptions(random_weights=True)` an engine runs it, for measurements without a download.
"""

import json
from pathlib import Path

from engine.checkpoint.config import ARCHITECTURE
from engine.model.published import PublishedName, published_config
from engine.testing.tiny_tokenizer import write_tiny_tokenizer


def write_published_folder(
    folder: Path, name: PublishedName, *, num_layers: int | None = None
) -> None:
    """Write all files but the weights into `folder`; raises ValueError as `published_config`."""
    config = published_config(name, num_layers=num_layers)
    write_tiny_tokenizer(folder)
    values: dict[str, object] = {
        field: getattr(config, field)
        for field in config.__dataclass_fields__
        if field not in ("eos_token_ids", "dtype_name")
    }
    values |= {
        "architectures": [ARCHITECTURE],
        "eos_token_id": list(config.eos_token_ids),
        "torch_dtype": config.dtype_name,
        "hidden_act": "silu",
        "tie_word_embeddings": False,
        "rope_scaling": None,
        "n_group": 1,
        "topk_group": 1,
    }
    (folder / "config.json").write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
