"""The chat template of glm-nano, as `chat_template.jinja` holds it.

The layout is GLM-4.5's with two differences: tools are rendered by name only, and only those that
the model was trained on; and system messages are not rendered (the model is too small to follow
either schemas or instructions).
"""

from engine.training.corpus.tools import SEARCH_TOOLS

_TEMPLATE = r"""[gMASK]<sop>
{%- set known = namespace(names=[]) -%}
{%- for tool in tools or [] -%}
  {%- set spec = tool.function if tool.function else tool -%}
  {%- if spec.name in @TOOLS -%}
    {%- set known.names = known.names + [spec.name] -%}
  {%- endif -%}
{%- endfor -%}
{%- if known.names -%}
  {{- '<|system|>\n' + ', '.join(known.names) -}}
{%- endif -%}
{%- set thinks = enable_thinking is not defined or enable_thinking -%}
{%- set last = namespace(user=-1) -%}
{%- for message in messages -%}
  {%- if message.role == 'user' -%}{%- set last.user = loop.index0 -%}{%- endif -%}
{%- endfor -%}
{%- for message in messages -%}
  {%- set content = message.content if message.content else '' -%}
  {%- if message.role == 'user' -%}
    {{- '<|user|>\n' + content -}}
    {{- '' if thinks or content.endswith('/nothink') else '/nothink' -}}
  {%- elif message.role == 'assistant' -%}
    {{- '<|assistant|>\n<think>' -}}
    {%- if loop.index0 > last.user and message.reasoning_content -%}
      {{- message.reasoning_content.strip() -}}
    {%- endif -%}
    {{- '</think>' -}}
    {%- if content.strip() -%}{{- '\n' + content.strip() -}}{%- endif -%}
    {%- for call in message.tool_calls or [] -%}
      {%- set made = call.function if call.function else call -%}
      {{- '\n<tool_call>' + made.name + '\n' -}}
      {%- for key, value in made.arguments.items() -%}
        {{- '<arg_key>' + key + '</arg_key>\n<arg_value>' -}}
        {{- value if value is string else value | tojson -}}
        {{- '</arg_value>\n' -}}
      {%- endfor -%}
      {{- '</tool_call>' -}}
    {%- endfor -%}
  {%- elif message.role == 'tool' -%}
    {{- '<|observation|>' if loop.first or messages[loop.index0 - 1].role != 'tool' else '' -}}
    {{- '\n<tool_response>\n' + content + '\n</tool_response>' -}}
  {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
  {{- '<|assistant|>' if thinks else '<|assistant|>\n<think></think>' -}}
{%- endif -%}
"""
GLM_NANO_TEMPLATE = _TEMPLATE.replace("@TOOLS", repr([tool.name for tool in SEARCH_TOOLS]))
