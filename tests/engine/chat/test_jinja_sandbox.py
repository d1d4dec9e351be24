import pytest

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
        sandbox.render_capped(sandbox.from_string(source), {})


def test_a_template_may_not_write_without_end() -> None:
    sandbox = ChatSandbox(characters=1000)
    template = sandbox.from_string("{% for i in range(500) %}ten signs.{% endfor %}")
    with pytest.raises(TemplateLimitExceeded, match="too much"):
        sandbox.render_capped(template, {})


def test_published_conventions_are_at_hand() -> None:
    sandbox = ChatSandbox()
    template = sandbox.from_string(
        "{% for i in range(1, 9) %}\n{% if i == 3 %}{% break %}{% endif %}\n"
        "{{ {'<': 'é', 'n': i * 2} | tojson(ensure_ascii=False) }}{% endfor %}"
    )
    assert sandbox.render_capped(template, {}) == '{"<": "é", "n": 2}{"<": "é", "n": 4}'
