"""Where in its response a sequence stands: before, inside or after its thinking.

Pure: a `Place` is a value, and reading a token gives the next one, so that an assumed path is
left by forgetting it. Follows the rules of the response parser: a tool call ends a thinking that
was not closed, and inside a tool call the tags of thinking are text.
"""

from dataclasses import dataclass, replace

from engine.sampling.response_tags import ResponseTags


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`opening` are tokens that are still to be forced, before anything else is sampled.

    `spent_tokens` counts the tokens of thinking. `armed` says that what follows is under the
    grammar, where no tag is read any more.
    """

    inside: bool = False
    in_call: bool = False
    armed: bool = False
    spent_tokens: int = 0
    opening: tuple[int, ...] = ()


class ThinkingRules:
    """What follows from where a sequence stands. `has_grammar` arms it when thinking ends."""

    def __init__(self, tags: ResponseTags, *, budget_tokens: int | None, has_grammar: bool) -> None:
        self._tags = tags
        self._budget_tokens = budget_tokens
        self._has_grammar = has_grammar
        self._tag_ids = {tags.open_thinking, tags.close_thinking, tags.open_call, tags.close_call}

    def start(self, *, thinks: bool, thinking_open: bool) -> Place:
        """Where a response begins.

        `thinks` says that the model is to think; `thinking_open` that the prompt began it. With a
        grammar the thinking is opened by force: a model that skipped it would skip the grammar.
        """
        if thinking_open:
            return Place(inside=True)
        if self._has_grammar and thinks:
            return Place(opening=self._tags.opening)
        return Place(armed=self._has_grammar)

    def forced_token(self, place: Place, *, end_thinking: bool) -> int | None:
        """The only token that may come next, if there is such a one."""
        if place.opening:
            return place.opening[0]
        is_spent = self._budget_tokens is not None and place.spent_tokens >= self._budget_tokens
        if place.inside and (is_spent or end_thinking):
            return self._tags.close_thinking
        return None

    def advance(self, place: Place, token_id: int) -> Place:
        """Where the sequence stands after the token."""
        if place.armed:
            return place
        if place.opening:
            place = replace(place, opening=place.opening[1:])
        after = self._read_tag(place, token_id) if token_id in self._tag_ids else place
        if self._budget_tokens is not None and place.inside and after.inside:
            return replace(after, spent_tokens=after.spent_tokens + 1)
        return after

    def _read_tag(self, place: Place, token_id: int) -> Place:
        tags = self._tags
        if token_id == tags.close_call:
            return replace(place, in_call=False)
        if place.in_call:
            return place
        if token_id == tags.open_call:
            return replace(place, inside=False, in_call=True)
        if token_id == tags.open_thinking:
            return replace(place, inside=True)
        return replace(place, inside=False, armed=self._has_grammar and place.inside)
