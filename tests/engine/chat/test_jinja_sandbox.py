import time
import tracemalloc

import pytest
from jinja2 import TemplateAssertionError, UndefinedError
from jinja2.exceptions import SecurityError

from engine.chat.jinja_sandbox import ChatSandbox, TemplateLimitExceeded


@pytest.mark.parametrize(
    "source",
    [
        "{% for i in range(10 ** 9) %}{% endfor %}",
        "{{ 'x' * 10 ** 9 }}",
        "{% for i in range(1000000000) %}{% endfor %}",
        "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{% for i in range(1000000) %}"
        "{% set x = range(3) | list %}{% endfor %}",
    ],
)
def test_a_template_may_not_run_for_long(source: str) -> None:
    sandbox = ChatSandbox(seconds=0.05)
    with pytest.raises(TemplateLimitExceeded):
        sandbox.render_capped(sandbox.compile_capped(source), {})


def test_a_rendering_that_stood_still_is_not_too_long() -> None:
    sandbox = ChatSandbox(seconds=0.05)
    template = sandbox.compile_capped("{{ pause(0.2) }}{% for n in range(3) %}{{ n }}{% endfor %}")
    assert sandbox.render_capped(template, {"pause": time.sleep}) == "None012"


def test_a_template_may_not_write_without_end() -> None:
    sandbox = ChatSandbox(characters=1000)
    template = sandbox.compile_capped("{% for i in range(500) %}ten signs.{% endfor %}")
    with pytest.raises(TemplateLimitExceeded, match="too much"):
        sandbox.render_capped(template, {})


def test_published_conventions_are_at_hand() -> None:
    sandbox = ChatSandbox()
    template = sandbox.compile_capped(
        "{% for i in range(1, 9) %}\n{% if i == 3 %}{% break %}{% endif %}\n"
        "{{ {'<': 'é', 'n': i * 2} | tojson(ensure_ascii=False) }}{% endfor %}"
    )
    assert sandbox.render_capped(template, {}) == '{"<": "é", "n": 2}{"<": "é", "n": 4}'


NESTED_LOOPS = "".join(f"{{% for x{depth} in '{'a' * 50}' %}}" for depth in range(9))
HOSTILE = {
    "loops that call nothing": NESTED_LOOPS + "{% endfor %}" * 9,
    "a text that is multiplied": "{% set n = namespace(t='x' * 9) %}",
    "a sum that doubles": "{% set n = namespace(t='ab') %}{% for i in range(99) %}"
    "{% set n.t = n.t + n.t %}{% endfor %}",
    "a joined text that doubles": "{% set n = namespace(t='ab') %}{% for i in range(99) %}"
    "{% set n.t = n.t ~ n.t %}{% endfor %}",
    "a block that doubles": "{% set n = namespace(t='ab') %}{% for i in range(99) %}"
    "{% set x %}{{ n.t }}{{ n.t }}{% endset %}{% set n.t = x %}{% endfor %}",
    "a filter that doubles": "{% set n = namespace(t='ab') %}{% for i in range(99) %}"
    "{% set n.t = n.t | replace('a', 'aa') %}{% endfor %}",
    "a method that doubles": "{% set n = namespace(t='ab') %}{% for i in range(99) %}"
    "{% set n.t = n.t.replace('a', 'aa') %}{% endfor %}",
    "a list of lists": "{% set n = namespace(t=['ab']) %}{% for i in range(99) %}"
    "{% set n.t = [n.t, n.t] %}{% endfor %}{{ n.t | tojson }}",
    "a list that is written": "{% set n = namespace(t=['ab']) %}{% for i in range(99) %}"
    "{% set n.t = [n.t, n.t] %}{% endfor %}{{ n.t }}",
    "a number that squares": "{% set n = namespace(t=9) %}{% for i in range(99) %}"
    "{% set n.t = n.t * n.t %}{% endfor %}",
    "a wide format": "{{ '%1000000000d' % 1 }}",
    "a list of all numbers": "{{ range(1000000000) | list | length }}",
    "a text of one literal in a loop": "{% for i in range(99999) %}{% set x %}"
    + "z" * 5000
    + "{% endset %}{% endfor %}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_in_a_template_grows_without_end(name: str) -> None:
    sandbox = ChatSandbox(seconds=0.5, characters=100_000)
    template = sandbox.compile_capped(HOSTILE[name])
    before = time.thread_time()
    tracemalloc.start()
    with pytest.raises(TemplateLimitExceeded):
        sandbox.render_capped(template, {})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 64 * 2**20
    assert time.thread_time() - before < 3


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ messages.__init__.__globals__ }}",
        "{{ ('' | attr('__class__')).mro() }}",
        "{{ cycler.__init__.__globals__.os.system('true') }}",
        "{{ raise_exception.__globals__['json'] }}",
        "{{ 'x'.ljust(1000000000) }}",
        "{{ '{:1000000000}'.format(1) }}",
        "{{ (1).to_bytes(1000000000, 'big') }}",
        "{% set x = {}.update({'a': 1}) %}",
        "{{ [].append(1) }}",
    ],
)
def test_no_attribute_leads_out_of_the_sandbox(source: str) -> None:
    sandbox = ChatSandbox()
    with pytest.raises((SecurityError, UndefinedError)):
        sandbox.render_capped(sandbox.compile_capped(source), {"messages": []})


@pytest.mark.parametrize("source", ["{{ 'x' | center(1000000000) }}", "{{ lipsum(1) }}"])
def test_filters_and_globals_that_no_chat_template_needs_are_not_there(source: str) -> None:
    sandbox = ChatSandbox()
    with pytest.raises((TemplateAssertionError, UndefinedError)):
        sandbox.render_capped(sandbox.compile_capped(source), {})


def test_limits_change_nothing_that_an_honest_template_writes() -> None:
    sandbox = ChatSandbox()
    source = (
        "{% for m in messages if m.n > 1 %}{{ loop.index }}/{{ loop.length }}{{ loop.last }};"
        "{% else %}none{% endfor %}{{ messages | map(attribute='n') | join(', ') }}"
        "{{ 'a' ~ 1 ~ none }}{{ missing }}{{ 'x' + 'y' }}{{ 7 % 4 }}{{ 'a.b'.split('.') }}"
        "{{ 'ab' | replace('a', 'c') | indent(2, first=true) }}{{ messages[0] }}{{ 2 | string }}"
    )
    template = sandbox.compile_capped(source)
    assert sandbox.render_capped(template, {"messages": [{"n": 1}, {"n": 2}, {"n": 3}]}) == (
        "1/2False;2/2True;1, 2, 3a1Nonexy3['a', 'b']  cb{'n': 1}2"
    )
