"""The sandbox a checkpoint's chat template runs in: no attributes to climb, bounded time and size.

Follows the conventions that published chat templates rely on (as transformers sets them up):
trimmed blocks, loop controls, a `tojson` that does not escape HTML, and `raise_exception`.
"""

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NoReturn

from jinja2 import Template, TemplateError, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine.chat.jinja_allowed import FILTERS, METHODS
from engine.chat.jinja_limits import (
    CONCAT_FILTER,
    ITEMS_FILTER,
    PIECE_FILTER,
    LimitInserter,
    count_characters,
)

RENDER_SECONDS = 5.0
RENDER_CHARACTERS = 8_000_000
# Everything that is made on the way to the rendered text, in characters and items.
MADE_PER_RENDERED = 8
MAX_RANGE = 100_000
MAX_INDENT = 16
MAX_NUMBER_BITS = 64


class TemplateRefusal(TemplateError):
    """The template called `raise_exception`."""


class TemplateLimitExceeded(TemplateError):
    """The template ran too long or wrote too much."""


class ChatSandbox(ImmutableSandboxedEnvironment):
    """One template's environment. `render_capped` may be called from any thread."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(
        self, seconds: float = RENDER_SECONDS, characters: int = RENDER_CHARACTERS
    ) -> None:
        super().__init__(
            trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
        )
        self._seconds = seconds
        self._characters = characters
        self._rendering = threading.local()
        self.filters = {name: self.filters[name] for name in FILTERS} | self._own_filters()
        self.globals.pop("lipsum")
        self.globals["raise_exception"] = refuse
        self.globals["range"] = self._range

    def compile_capped(self, source: str) -> Template:
        """The template of `source`, with the limits in it; raises jinja's `TemplateError`."""
        tree = LimitInserter().visit(self.parse(source))
        return self.from_string(tree)

    def render_capped(
        self, template: Template, variables: Mapping[str, Any], seconds: float | None = None
    ) -> str:
        """Renders; raises `TemplateLimitExceeded` past the limits, else what the template does.

        `seconds` are those of the thread on a processor: a process that is stopped for a while, or
        waits for a busy machine, does not blame the template.
        """
        self._rendering.deadline = time.thread_time() + (seconds or self._seconds)
        self._rendering.left = MADE_PER_RENDERED * self._characters
        pieces: list[str] = []
        length = 0
        for piece in template.generate(**variables):
            self._check_time()
            length += len(piece)
            if length > self._characters:
                raise TemplateLimitExceeded("it writes too much")
            pieces.append(piece)
        return "".join(pieces)

    def wrap_str_format(self, value: Any) -> None:
        """`format` is a way to a huge text, so it is not one of the methods that are shown."""
        del value

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Plain values show only the methods that templates use and that cannot grow."""
        allowed = METHODS.get(type(obj))
        safe: bool = super().is_safe_attribute(obj, attr, value)
        return safe and (allowed is None or attr in allowed)

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Calls a function or a macro, if there is time left and the result is not too large."""
        self._check_time()
        owner = getattr(obj, "__self__", None)
        if isinstance(owner, str) and obj.__name__ == "join" and args:
            return self._join(args[0], owner)
        if isinstance(owner, str) and obj.__name__ == "replace":
            self._charge_replace(owner, *args)
        return super().call(context, obj, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Sums of counted size and products of small numbers: no way to a huge text or number."""
        self._check_time()
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        if operator == "+" and not numbers:
            self._charge(_length(left) + _length(right))
        elif operator == "**" or (operator != "+" and not numbers):
            raise TemplateLimitExceeded("it multiplies or formats what is not two numbers")
        result = super().call_binop(context, operator, left, right)
        if isinstance(result, int) and result.bit_length() > MAX_NUMBER_BITS:
            raise TemplateLimitExceeded("it counts too far")
        return result

    def _own_filters(self) -> dict[str, Callable[..., Any]]:
        return {
            "indent": self._indent,
            "join": self._join_filter,
            "replace": self._replace,
            "string": self._text,
            "tojson": self._to_json,
            # They take the context so that jinja does not try them while it compiles.
            ITEMS_FILTER: pass_context(lambda _context, items: self._items(items)),
            PIECE_FILTER: pass_context(lambda _context, piece: self._text(piece)),
            CONCAT_FILTER: pass_context(lambda _context, pieces: self._join(pieces, "")),
        }

    def _items(self, items: Iterable[Any]) -> Iterator[Any]:
        for item in items:
            self._charge(1)
            yield item

    def _text(self, value: Any) -> str:
        """A value as it is written, its size counted before it is made."""
        if not isinstance(value, str):
            self._charge_written(value)
            value = str(value)
        self._charge(len(value))
        return str(value)

    def _join(self, items: Iterable[Any], separator: str) -> str:
        texts = [self._text(item) for item in items]
        self._charge(len(separator) * len(texts))
        return separator.join(texts)

    def _join_filter(self, items: Iterable[Any], d: str = "", attribute: Any = None) -> str:
        if attribute is not None:
            items = [self.getitem(item, attribute) for item in items]
        return self._join(items, str(d))

    def _replace(self, text: Any, old: str, new: str, count: int = -1) -> str:
        self._charge_replace(str(text), old, new)
        return str(text).replace(old, new, count)

    def _charge_replace(self, text: str, old: str = "", new: str = "", _count: int = -1) -> None:
        self._charge(len(text) + text.count(old) * len(new))

    def _indent(self, text: Any, width: int = 4, first: bool = False, blank: bool = False) -> str:
        lines = self._text(text).split("\n")
        margin = " " * min(width, MAX_INDENT)
        self._charge(len(lines) * len(margin))
        shifted = [margin + line if blank or line else line for line in lines[1:]]
        return "\n".join([(margin if first else "") + lines[0], *shifted])

    def _to_json(self, value: Any, *, ensure_ascii: bool = False, indent: int | None = None) -> str:
        """JSON as the template's models saw it in training: not escaped for HTML."""
        self._charge_written(value)
        return json.dumps(
            value,
            ensure_ascii=ensure_ascii,
            indent=None if indent is None else min(indent, MAX_INDENT),
        )

    def _range(self, *bounds: int) -> Iterator[int]:
        numbers = range(*bounds)
        if len(numbers) > MAX_RANGE:
            raise TemplateLimitExceeded("it counts too far")
        return self._items(numbers)

    def _left(self) -> int:
        return int(getattr(self._rendering, "left", MADE_PER_RENDERED * self._characters))

    def _charge_written(self, value: Any) -> None:
        size = count_characters(value)
        if size is None:
            raise TemplateLimitExceeded("it writes too much")
        self._charge(size)

    def _charge(self, amount: int) -> None:
        self._check_time()
        self._rendering.left = self._left() - amount
        if self._rendering.left < 0:
            raise TemplateLimitExceeded("it writes too much")

    def _check_time(self) -> None:
        # There is no deadline while jinja computes constants, which the source's size bounds.
        deadline = getattr(self._rendering, "deadline", None)
        if deadline is not None and time.thread_time() > deadline:
            raise TemplateLimitExceeded("it runs too long")


def refuse(message: str) -> NoReturn:
    """What a template calls when it cannot render these messages."""
    raise TemplateRefusal(message)


def _length(value: Any) -> int:
    return len(value) if isinstance(value, str | list | tuple) else 1
