"""Rewrites a parsed template so that nothing in it grows unseen.

A sandbox keeps a template from reaching out; it does not keep a loop over a literal list from
running for a year, or ten doublings of a text from filling the memory. So every loop, every
written piece and every joined text passes through a filter of the sandbox that counts.
"""

from collections.abc import Iterator
from typing import Any, cast

from jinja2 import nodes
from jinja2.visitor import NodeTransformer

ITEMS_FILTER = "_counted_items"
PIECE_FILTER = "_counted_piece"
CONCAT_FILTER = "_counted_concat"
# The tools of a request, as JSON, have some thousand.
MAX_WRITTEN_ITEMS = 100_000


class LimitInserter(NodeTransformer):
    """Puts the counting filters into a template's syntax tree."""

    def visit_For(self, node: nodes.For) -> nodes.For:  # noqa: N802
        """The items of a loop."""
        self.generic_visit(node)
        node.iter = _filtered(cast("nodes.Expr", node.iter), ITEMS_FILTER)
        return node

    def visit_Output(self, node: nodes.Output) -> nodes.Output:  # noqa: N802
        """What is written, into the answer or into a variable."""
        self.generic_visit(node)
        node.nodes = [
            _filtered(_expression(piece), PIECE_FILTER)
            for piece in cast("list[nodes.Node]", node.nodes)
        ]
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Filter:  # noqa: N802
        """Texts joined by `~`."""
        self.generic_visit(node)
        return _filtered(nodes.List(node.nodes, lineno=node.lineno), CONCAT_FILTER)


def _expression(node: nodes.Node) -> nodes.Expr:
    if isinstance(node, nodes.TemplateData):
        return nodes.Const(node.data, lineno=node.lineno)
    return cast("nodes.Expr", node)


def _filtered(node: nodes.Expr, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


def count_characters(value: Any) -> int | None:
    """How many characters and items a value has when it is written out, None for too many items.

    A list that holds another one twice counts it twice, as writing it would.
    """
    total, num_items, pending = 0, 0, [iter((value,))]
    while pending:
        item = next(pending[-1], _END)
        if item is _END:
            pending.pop()
            continue
        num_items += 1
        total += 1 + (len(item) if isinstance(item, str) else 0)
        if num_items > MAX_WRITTEN_ITEMS:
            return None
        if isinstance(item, dict):
            pending.append(_parts_of(item))
        elif isinstance(item, list | tuple | set | frozenset):
            pending.append(iter(item))
    return total


def _parts_of(mapping: dict[Any, Any]) -> Iterator[Any]:
    for key, value in mapping.items():
        yield key
        yield value


_END: Any = object()
