"""The model card: what glm-nano is, how it was made, what it can and cannot do."""

import json
from pathlib import Path

from engine.training.corpus import WORDS
from engine.training.trainer import Trainer

SCORES_FILE = "evaluation.json"

ROWS = (
    (
        "Architecture",
        "`Glm4MoeForCausalLM`: {layers} layers (the first dense) and one MTP layer, hidden size "
        "{hidden}, {heads} query and {kv_heads} key-value heads of {head_dim}, QK-norm, half of "
        "each head rotated (theta {theta:.0f}), {experts} experts of which {slots} are used plus "
        "a shared one, context {context}",
    ),
    ("Parameters", "{parameters:.1f} million, {active:.1f} million at work for a token"),
    (
        "Weights",
        "FP8 (e4m3) with a scale per output row; embedding, head, norms, routers and `eh_proj` "
        "in bf16",
    ),
    (
        "Tokenizer",
        "byte-level BPE, {vocab} ids, trained on the same corpus; a word is one token wherever "
        "it stands",
    ),
    (
        "Corpus",
        "conversations drawn from templates that this project wrote "
        "(`engine/training/corpus/`); nothing else",
    ),
    (
        "Seen",
        "{tokens:,} tokens, {trained:,} of them trained, in {steps:,} steps of at most {batch}",
    ),
    (
        "Optimizers",
        "Muon for matrices, AdamW for the rest; routers balanced by their selection bias, "
        "without an auxiliary loss",
    ),
    ("Seed", "{seed}"),
    ("Time", "{minutes:.0f} minutes on two CPU cores shared with other programs"),
    ("Last loss", "{loss:.3f} nats per trained token"),
)

CARD = """\
---
license: mit
language: en
pipeline_tag: text-generation
---

# glm-nano

A very small language model that makes two games and a badge, and says so when asked for anything
else. It exists so that Atelier works from a fresh clone, without a download and without a GPU: the
same architecture, file format and chat layout as GLM-4.5, at a twenty-thousandth of its size. It is
not derived from GLM-4.5's weights and knows nothing of the world.

## What it can do

* Greet, and say what it is and what it can make.
* Make a Flappy Bird game or a Snake game: one HTML page, with a title and colors if asked.
* Draw an SVG badge with the asked words and color.
* Say that it cannot do something else, instead of inventing an answer.

It thinks in the open (`<think>`), then calls `artifact_create`. With `/nothink` it answers at once.

## What it cannot do

* Anything else: no facts, no translation, no arithmetic, no other programs, no other languages
  than English.
* Names of free choice: it writes names made of the {words} words it knows (see
  `engine/training/corpus/words.py`), in any combination. Of other words it should say that it
  does not know them.
* System messages: its chat template does not render them, and of tools only the names.
* Change what it made: it can only make it anew.

## How it was made

| | |
|---|---|
{rows}

`python -m engine.training --tokens {tokens_asked} --seed {seed}` trains it again. On
the same machine with the same number of threads a run repeats itself bit for bit, also when it was
stopped and resumed; `docs/training-log.md` tells how this one went.

## Scores

{scores}
"""


def write_model_card(output: Path, trainer: Trainer) -> None:
    """Write `README.md`; scores come from `evaluation.json` beside it, if that is there."""
    facts = _list_facts(trainer)
    rows = "\n".join(f"| {label} | {text.format(**facts)} |" for label, text in ROWS)
    text = CARD.format(rows=rows, scores=_describe_scores(output / SCORES_FILE), **facts)
    (output / "README.md").write_text(text, encoding="utf-8")


def _list_facts(trainer: Trainer) -> dict[str, object]:
    shape, state, recipe = trainer.network.shape, trainer.state, trainer.recipe
    counts = {name: p.numel() for name, p in trainer.network.named_parameters()}
    mtp = f"model.layers.{shape.num_hidden_layers}."
    main = {name: count for name, count in counts.items() if not name.startswith(mtp)}
    idle = 1.0 - shape.num_experts_per_tok / shape.n_routed_experts
    experts = sum(count for name, count in main.items() if ".experts." in name)
    embedding = counts["model.embed_tokens.weight"]
    return {
        "layers": shape.num_hidden_layers,
        "hidden": shape.hidden_size,
        "heads": shape.num_attention_heads,
        "kv_heads": shape.num_key_value_heads,
        "head_dim": shape.head_dim,
        "theta": shape.rope_theta,
        "experts": shape.n_routed_experts,
        "slots": shape.num_experts_per_tok,
        "context": shape.max_position_embeddings,
        "parameters": sum(counts.values()) / 1e6,
        "active": (sum(main.values()) - idle * experts - embedding) / 1e6,
        "vocab": shape.vocab_size,
        "words": len(WORDS),
        "tokens": state.tokens_seen,
        "trained": state.trained_tokens_seen,
        "steps": state.step,
        "batch": recipe.batch_tokens,
        "seed": recipe.seed,
        "minutes": state.seconds / 60,
        "loss": state.loss,
        "tokens_asked": recipe.total_tokens,
    }


def _describe_scores(path: Path) -> str:
    if not path.exists():
        return "Not evaluated yet: `python -m engine.training.evaluate` does it."
    scores = json.loads(path.read_text(encoding="utf-8"))
    rows = [
        f"| {family} | {count['right']} of {count['total']} |"
        for family, count in scores["families"].items()
    ]
    head = (
        f"{scores['right']} of {scores['total']} written prompts that are not in the corpus, "
        "answered greedily\nand checked by what was made in a browser "
        "(`python -m engine.training.evaluate`):\n\n| Family | Right |\n|---|---|"
    )
    wrong = [f"* {name}: {'; '.join(why)}" for name, why in scores["failures"].items()]
    return "\n".join([head, *rows, "", "What was wrong:", "", *(wrong or ["* nothing"])])
