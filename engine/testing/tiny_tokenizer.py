"""Writes a small tokenizer in the published form, with GLM-4.5's added tokens and prompt layout."""

import json
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

SPECIAL_TOKENS = (
    "<|endoftext|>",
    "[MASK]",
    "[gMASK]",
    "[sMASK]",
    "<sop>",
    "<eop>",
    "<|system|>",
    "<|user|>",
    "<|assistant|>",
    "<|observation|>",
)
TAG_TOKENS = (
    "<think>",
    "</think>",
    "/nothink",
    "<tool_call>",
    "</tool_call>",
    "<arg_key>",
    "</arg_key>",
    "<arg_value>",
    "</arg_value>",
    "<tool_response>",
    "</tool_response>",
)
TINY_TEXT = (
    "The quick brown fox jumps over the lazy dog. Make a small game and draw a picture with it.\n"
    "function draw(context) { context.fillRect(0, 0, width, height); }\n"
    '<svg viewBox="0 0 10 10"><circle cx="5" cy="5" r="4"/></svg>\n'
)
TINY_VOCABULARY = 400

TINY_CHAT_TEMPLATE = """\
[gMASK]<sop>
{%- if tools %}<|system|>
# Tools

These functions are at hand:
<tools>
{% for tool in tools %}
{{ tool | tojson(ensure_ascii=False) }}
{% endfor %}
</tools>

Call one like this:
<tool_call>{name}
<arg_key>{key}</arg_key>
<arg_value>{value}</arg_value>
</tool_call>
{%- endif %}
{%- set loop_state = namespace(last_user=-1) %}
{%- for message in messages %}
{%- if message.role == "user" %}{% set loop_state.last_user = loop.index0 %}{% endif %}
{%- endfor %}
{%- for message in messages %}
{%- if message.role == "system" %}<|system|>
{{ message.content }}
{%- elif message.role == "user" %}<|user|>
{{ message.content }}
{%- if enable_thinking is defined and not enable_thinking
    and not message.content.endswith("/nothink") %}/nothink{% endif %}
{%- elif message.role == "assistant" %}<|assistant|>
{%- set thinking = message.reasoning_content | default("") %}
{%- set content = message.content %}
{%- if "</think>" in content %}
{%- set thinking = content.split("</think>")[0].split("<think>")[-1] %}
{%- set content = content.split("</think>")[-1] %}
{%- endif %}
{%- if loop.index0 > loop_state.last_user and thinking %}
{{ "\\n<think>" + thinking.strip() + "</think>" }}
{%- else %}
{{ "\\n<think></think>" }}
{%- endif %}
{%- if content.strip() %}{{ "\\n" + content.strip() }}{% endif %}
{%- for call in message.tool_calls | default([]) %}
{{ "\\n<tool_call>" + call.function.name }}
{% for key, value in call.function.arguments.items() %}
<arg_key>{{ key }}</arg_key>
<arg_value>{{ value if value is string else value | tojson(ensure_ascii=False) }}</arg_value>
{% endfor %}
</tool_call>
{%- endfor %}
{%- elif message.role == "tool" %}
{%- if loop.first or messages[loop.index0 - 1].role != "tool" %}<|observation|>{% endif %}
{{ "\\n<tool_response>\\n" + message.content + "\\n</tool_response>" }}
{%- else %}{{ raise_exception("unknown role " + message.role) }}
{%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}<|assistant|>
{%- if enable_thinking is defined and not enable_thinking %}{{ "\\n<think></think>" }}{% endif %}
{%- endif %}
"""


def write_tiny_tokenizer(folder: Path, *, extra_text: str = "") -> int:
    """Writes the four tokenizer files of a checkpoint into `folder`; returns the number of ids.

    The same `extra_text` gives the same ids; it only adds merges, so any text can be encoded.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=TINY_VOCABULARY,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator([TINY_TEXT, extra_text], trainer=trainer)
    tokenizer.add_special_tokens([AddedToken(name, special=True) for name in SPECIAL_TOKENS])
    tokenizer.add_tokens([AddedToken(name, special=False, normalized=False) for name in TAG_TOKENS])
    tokenizer.save(str(folder / "tokenizer.json"))
    _write_json(folder / "tokenizer_config.json", _tokenizer_config())
    _write_json(folder / "generation_config.json", _generation_config(tokenizer))
    (folder / "chat_template.jinja").write_text(TINY_CHAT_TEMPLATE, encoding="utf-8")
    vocabulary_size: int = tokenizer.get_vocab_size(with_added_tokens=True)
    return vocabulary_size


def _tokenizer_config() -> dict[str, object]:
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "eos_token": "<|endoftext|>",
        "pad_token": "<|endoftext|>",
        "clean_up_tokenization_spaces": False,
        "additional_special_tokens": list(SPECIAL_TOKENS),
    }


def _generation_config(tokenizer: Tokenizer) -> dict[str, object]:
    stops = ("<|endoftext|>", "<|user|>", "<|observation|>")
    ids = [tokenizer.token_to_id(name) for name in stops]
    return {"eos_token_id": ids, "pad_token_id": ids[0]}


def _write_json(path: Path, value: dict[str, object]) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
