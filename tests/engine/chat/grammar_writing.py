"""Writes responses on random logits, as the engine would: state, rows, sampler, drafts."""

from collections.abc import Sequence
from typing import Any

import torch

from engine.chat.grammar import GrammarCompiler
from engine.chat.tokenizer import ChatTokenizer
from engine.protocol import GenerationRequest, SamplingParams
from engine.sampling import DecodingState, ResponseTags, Sampler

# Without these, random strings would go on for hundreds of tokens.
LIKELY = ('"', "}", "]", "</arg_value>", "</tool_call>", "</think>")
PROMPT = [1, 2, 3]


class RandomModel:
    """Logits that are a function of the position and the last token, and look like noise."""

    def __init__(self, vocab_size: int, seed: int) -> None:
        self._vocab_size, self._seed = vocab_size, seed

    def logits(self, tokens: Sequence[int]) -> torch.Tensor:
        generator = torch.Generator().manual_seed(
            self._seed * 1_000_003 + len(tokens) * 1009 + tokens[-1]
        )
        return torch.randn(self._vocab_size, generator=generator) * 2


class RandomWriter:
    """Samples one response per seed under what the request asks for."""

    def __init__(self, tokenizer: ChatTokenizer) -> None:
        self._tokenizer = tokenizer
        self.compiler = GrammarCompiler(tokenizer)
        self._tags = ResponseTags.from_tokenizer(tokenizer)

    def write(
        self,
        request: GenerationRequest,
        seed: int,
        *,
        num_drafts: int = 0,
        max_tokens: int = 1500,
        **sampling: Any,
    ) -> list[int]:
        """The tokens of a whole response, its stop token last."""
        state = self._start(request, seed, sampling)
        model = RandomModel(self._tokenizer.vocab_size, seed)
        tokens = list(PROMPT)
        while tokens[-1] not in self._tokenizer.stop_token_ids:
            assert len(tokens) < max_tokens, "the response does not come to an end"
            drafts = self._draft(model, tokens, num_drafts)
            run = self._verify(state, model, tokens, drafts)
            state.accept(run)
            tokens += run
        return tokens[len(PROMPT) :]

    def _start(
        self, request: GenerationRequest, seed: int, sampling: dict[str, Any]
    ) -> DecodingState:
        settings = {"temperature": 1.0, "top_p": 1.0, "seed": seed, "logit_bias": self._bias()}
        grammar = self.compiler.compile_grammar(request)
        return DecodingState(
            SamplingParams(**{**settings, **sampling}),
            PROMPT,
            tags=self._tags,
            thinks=request.thinking,
            matcher=None if grammar is None else grammar.start(),
            forbidden_token_ids=self.compiler.forbidden_token_ids(request),
        )

    def _bias(self) -> dict[str, float]:
        ids = [
            self._tokenizer.special_id(name) or self._tokenizer.encode_text(name)[0]
            for name in LIKELY
        ]
        return {str(token_id): 6.0 for token_id in ids}

    def _draft(self, model: RandomModel, tokens: list[int], count: int) -> list[int]:
        """Every other draft is likely, the others are anything."""
        drafts: list[int] = []
        for place in range(count):
            logits = model.logits([*tokens, *drafts])
            best = int(logits.argmax())
            for token_id in map(int, self._bias()):
                best = token_id if logits[token_id] + 6.0 > logits[best] else best
            drafts.append(best if place % 2 == 0 else len(tokens) % len(logits))
        return drafts

    def _verify(
        self, state: DecodingState, model: RandomModel, tokens: list[int], drafts: list[int]
    ) -> list[int]:
        rows = state.rows(drafts)
        logits = torch.stack(
            [model.logits([*tokens, *drafts[:count]]) for count in range(len(rows))]
        )
        run: list[int] = []
        sampled = Sampler(self._tokenizer.vocab_size).sample(logits, rows)
        for token, draft in zip(sampled.tokens, [*drafts, None], strict=True):
            assert token is not None
            run.append(token)
            if token != draft or token in self._tokenizer.stop_token_ids:
                break
        return run
