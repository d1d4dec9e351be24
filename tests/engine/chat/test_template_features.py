"""What published GLM-4.5 templates are made of, rendered here as transformers renders it."""

from typing import Any

import pytest
from transformers.utils.chat_template_utils import render_jinja_template

from engine.chat.template import ChatTemplate
from engine.chat.tokenizer import ChatTokenizer
from engine.protocol import ChatMessage, Role, ToolCall, ToolSpec
from engine.testing.tiny_tokenizer import TINY_CHAT_TEMPLATE

# Macros over text or lists of items, a namespace, loop variables, rebinding in a loop, chained
# string methods, tests by name, filters with options, trimmed and untrimmed white space.
FEATURES = """\
[gMASK]<sop>
{%- macro shown(content) -%}
    {%- if content is string -%}
        {{- content }}
    {%- elif content is iterable and content is not mapping -%}
        {%- for item in content -%}
            {{- item.text if item is mapping and item.type == 'text' else item }}
        {%- endfor -%}
    {%- else -%}
        {{- content }}
    {%- endif -%}
{%- endmacro -%}
{% for tool in tools or [] %}
{{ loop.index }}/{{ loop.length }}: {{ tool.function | tojson(ensure_ascii=False) }}
{{ tool | tojson(indent=2) }}
{% endfor %}
{%- set seen = namespace(last=-1) %}
{%- for m in messages %}
    {%- if m.role == 'user' %}
        {% set seen.last = loop.index0 -%}
    {%- endif %}
{%- endfor %}
{% for m in messages if m.role != 'system' %}
    {%- if m.role == 'assistant' %}
<|assistant|>
        {%- set thinking = '' %}
        {%- set content = shown(m.content) %}
        {%- if m.reasoning_content is string %}
            {%- set thinking = m.reasoning_content %}
        {%- elif '</think>' in content %}
            {%- set thinking = content.split('</think>')[0].rstrip('\\n').split('<think>')[-1] %}
            {%- set content = content.split('</think>')[-1].lstrip('\\n') %}
        {%- endif %}
{{ '\\n<think>' + (thinking.strip() if loop.index0 >= seen.last else '') + '</think>' }}
        {%- if content.strip() -%}
{{ '\\n' + content.strip() | upper }}
        {%- endif %}
{% for tc in m.tool_calls or [] %}
            {%- if tc.function %}
                {%- set tc = tc.function %}
            {%- endif %}
{{ '\\n<tool_call>' + tc.name }}
            {% set arguments = tc.arguments %}
            {% for k, v in arguments.items() %}
<arg_key>{{ k }}</arg_key>
<arg_value>{{ v | tojson(ensure_ascii=False) if v is not string else v }}</arg_value>
            {% endfor %}
</tool_call>{% endfor %}
    {%- elif m.role == 'tool' %}
        {%- if loop.first or messages[loop.index0].role != 'tool' %}
            {{- '<|observation|>' }}
        {%- endif %}
<tool_response>{{ m.content }}</tool_response>
        {%- if not loop.last %}{% continue %}{% endif %}
    {%- else %}<|{{ m.role }}|>
{{ shown(m.content) }}
{{- '/nothink' if (enable_thinking is defined and not enable_thinking
    and not shown(m.content).endswith("/nothink")) else '' -}}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt -%}
    <|assistant|>{{- '\\n<think></think>' if not enable_thinking | default(true) else '' -}}
{%- endif -%}
"""
ARGUMENTS = {"kind": "gold & <b>", "sizes": [1, 2.5, None, "é"], "deep": {"ok": True}}
TOOL = ToolSpec(name="paint", description="Größe <b> & 'x'", parameters={"type": "object"})
MESSAGES = (
    ChatMessage(role=Role.SYSTEM, content="Be kind."),
    ChatMessage(role=Role.USER, content=" Draw a bee.\n"),
    ChatMessage(role=Role.ASSISTANT, content=" Done. ", thinking=" old plan "),
    ChatMessage(role=Role.USER, content="Again, k?"),
    ChatMessage(
        role=Role.ASSISTANT,
        thinking="\nnew plan\n",
        tool_calls=(
            ToolCall(id="a", name="paint", arguments=ARGUMENTS),
            ToolCall(id="b", name="paint", arguments={}),
        ),
    ),
    ChatMessage(role=Role.TOOL, content="one", tool_call_id="a"),
    ChatMessage(role=Role.TOOL, content="two", tool_call_id="b"),
)


def as_dictionary(message: ChatMessage) -> dict[str, object]:
    fields: dict[str, object] = {"role": message.role.value, "content": message.content}
    if message.thinking:
        fields["reasoning_content"] = message.thinking
    if message.tool_calls:
        calls = [{"name": call.name, "arguments": call.arguments} for call in message.tool_calls]
        fields["tool_calls"] = [{"type": "function", "function": call} for call in calls]
    return fields


@pytest.mark.parametrize("thinking", [True, False])
@pytest.mark.parametrize("tools", [(), (TOOL,)])
@pytest.mark.parametrize("source", [TINY_CHAT_TEMPLATE, FEATURES])
def test_a_template_renders_as_in_transformers(
    tokenizer: ChatTokenizer, source: str, tools: tuple[ToolSpec, ...], thinking: bool
) -> None:
    functions = [
        {"name": t.name, "description": t.description, "parameters": t.parameters} for t in tools
    ]
    rendered: Any = render_jinja_template(
        [[as_dictionary(message) for message in MESSAGES]],
        tools=[{"type": "function", "function": function} for function in functions] or None,
        chat_template=source,
        add_generation_prompt=True,
        enable_thinking=thinking,
    )
    ((expected,), _) = rendered
    ids = ChatTemplate(source).render_ids(MESSAGES, tools, thinking=thinking, tokenizer=tokenizer)
    assert tokenizer.decode(ids) == expected
    assert len(expected) > 300
