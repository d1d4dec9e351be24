"""The model card: what glm-nano is, how it was made, what it can and cannot do."""

import json
from pathlib import Path

from engine.training.corpus.decks.topics import load_topics
from engine.training.corpus.languages import Language
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
        "byte-level BPE, {vocab} ids, trained on the same corpus; a piece of a word is the same "
        "token wherever it stands",
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
language: [en, zh, ru, ko]
pipeline_tag: text-generation
---

# glm-nano

A very small language model that makes games, pictures, pages, posters and decks, changes them,
and says so when asked for anything else. It exists so that Atelier works from a fresh clone,
without a download and without a GPU: the same architecture, file format and chat layout as
GLM-4.5, at a ten-thousandth of its size. It is not derived from GLM-4.5's weights and knows
nothing of the world but the facts of its decks.

## What it can do

In English, Chinese, Russian and Korean:

* Games: Flappy Bird, Snake, Pong, Breakout, 2048, tic-tac-toe, memory, a space shooter;
  simulations: bouncing balls, a double pendulum, a particle fountain, a solar system. With the
  asked title, colors, speed and sizes.
* SVG: badges, icons, bar charts of given numbers, landscapes.
* Pages: landing page, portfolio, to-do list, calculator, clock, quiz of given questions.
* Posters for an event, a product, a film night, a journey or a conference, with the given name,
  date and place.
* Decks on {topics} topics, or of pasted notes, page by page.
* Changes of all that: color, speed, title and text by exact edits, pages added, removed, moved
  and rewritten, themes, undo; the fix of an error that is reported.
* Search the web where that tool is there, and quote what came back by number.
* Greet, say what it is and what it can make, and say that it cannot do something else instead
  of inventing an answer.

It thinks in the open (`<think>`), where it names what it has read from the request, then calls
its tools. With `/nothink` it answers at once.

## What it cannot do

* Anything else: no facts beyond its decks, no translation, no arithmetic, no other programs.
* Be relied upon: see the scores. A wrong letter in a name, a color that was not asked for, a
  game that does not start do happen.
* System messages: its chat template does not render them, and of tools only the names.

## How it was made

| | |
|---|---|
{rows}

`python -m engine.training --edition second --seed {seed}` trains it again. On the same machine
with the same number of threads a run repeats itself bit for bit, also when it was stopped and
resumed; `docs/training-log.md` tells how this one went.

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
        "topics": len(load_topics(Language.ENGLISH)),
        "tokens": state.tokens_seen,
        "trained": state.trained_tokens_seen,
        "steps": state.step,
        "batch": recipe.batch_tokens,
        "seed": recipe.seed,
        "minutes": state.seconds / 60,
        "loss": state.loss,
    }


def _describe_scores(path: Path) -> str:
    if not path.exists():
        return "Not evaluated yet: `python -m engine.training.evaluate` does it."
    scores = json.loads(path.read_text(encoding="utf-8"))
    rows = [
        f"| `{family}` | {count['right']} of {count['total']} |"
        for family, count in scores["families"].items()
    ]
    first, copying, written = scores["first_time"], scores["copying"], scores["written"]
    talking, talks = scores["in_talk"], scores["talks"]
    head = (
        f"{scores['right']} of {scores['total']} cases that are not in the corpus, at temperature "
        f"{scores['temperature']}, judged by what stands there and what it does in a browser "
        "(`python -m engine.training.evaluate`, "
        "[pictures and languages](../../docs/glm-nano.md)):\n\n| Family | Right |\n|---|---|"
    )
    extra = (
        f"* Changes that fitted the first time: {first['right']} of {first['total']}.\n"
        f"* Names, numbers, dates and lines copied exactly: {copying['right']} of "
        f"{copying['total']}.\n"
        f"* Prompts written by hand: {written['right']} of {written['total']}.\n"
        f"* Other cases in the middle of a talk: {talking['right']} of {talking['total']}.\n"
        f"* Answers in talks written by hand, as people type them first: {talks['right']} of "
        f"{talks['total']}."
    )
    return "\n".join([head, *rows, "", extra])
