"""From a request to the answers it asks for: checked, rendered, with all that constrains them."""

from collections.abc import Sequence as Seq

from engine.chat.grammar import GrammarCompiler
from engine.chat.response_parser import ResponseParser
from engine.chat.template import prompt_opens_thinking
from engine.errors import RequestRejected
from engine.llm_engine.assembly import EngineParts
from engine.llm_engine.generation import EndTokens, Generation
from engine.protocol import ErrorCode, GenerationRequest, SamplingParams
from engine.sampling import (
    DecodingState,
    ResponseTags,
    resolve_sampling,
    sampling_of_choice,
    validate_sampling,
)
from engine.scheduler import Sequence


class Submission:
    """Builds generations; holds nothing of a request. May be used by several threads."""

    def __init__(self, parts: EngineParts) -> None:
        self._tokenizer = parts.tokenizer
        self._template = parts.template
        self._advice = parts.advice
        self._longest = parts.scheduler.limits.context_length
        self._wanted_context = parts.wanted_context
        self._tags = ResponseTags.from_tokenizer(parts.tokenizer)
        self._grammars = GrammarCompiler(parts.tokenizer)

    def render(self, request: GenerationRequest) -> list[int]:
        """The prompt's tokens. Raises `EngineError` for a request that cannot be rendered."""
        if not request.messages:
            raise RequestRejected(ErrorCode.INVALID_REQUEST, "The request has no messages.")
        validate_sampling(request.sampling, vocab_size=self._tokenizer.vocab_size)
        return self._template.render_ids(
            request.messages, request.tools, thinking=request.thinking, tokenizer=self._tokenizer
        )

    def build(
        self,
        request: GenerationRequest,
        prompt_token_ids: Seq[int],
        *,
        submitted_at: float,
        ignore_stop_tokens: bool,
    ) -> list[Generation]:
        """One generation per choice. Raises `EngineError` for what cannot be served."""
        validate_sampling(request.sampling, vocab_size=self._tokenizer.vocab_size)
        self._require_tokens(request, prompt_token_ids)
        resolved = resolve_sampling(request.sampling, self._advice)
        end_tokens = EndTokens.of(self._tokenizer, ignored=ignore_stop_tokens)
        thinking_open = prompt_opens_thinking(prompt_token_ids, self._tokenizer)
        return [
            Generation(
                request,
                self._sequence(request, prompt_token_ids, sampling, choice),
                self._decoding(request, prompt_token_ids, sampling, thinking_open),
                self._parser(request, sampling, thinking_open, choice),
                end_tokens=end_tokens,
                submitted_at=submitted_at,
                choice=choice,
            )
            for choice in range(resolved.n)
            for sampling in (sampling_of_choice(resolved, choice),)
        ]

    def _require_tokens(self, request: GenerationRequest, prompt_token_ids: Seq[int]) -> None:
        if not prompt_token_ids:
            raise RequestRejected(ErrorCode.INVALID_REQUEST, "The prompt is empty.")
        known = range(self._tokenizer.vocab_size)
        if not all(token_id in known for token_id in request.resume_token_ids):
            raise RequestRejected(
                ErrorCode.INVALID_REQUEST, "resume_token_ids holds an id that is no token."
            )
        if request.resume_token_ids and request.sampling.n > 1:
            raise RequestRejected(
                ErrorCode.INVALID_REQUEST, "resume_token_ids needs n to be 1: it is one answer's."
            )

    def _sequence(
        self,
        request: GenerationRequest,
        prompt_token_ids: Seq[int],
        sampling: SamplingParams,
        choice: int,
    ) -> Sequence:
        prompt_tokens = len(prompt_token_ids)
        wanted = 1 if request.prefill_only else sampling.max_tokens or self._longest
        # Who says how much is refused where the memory is too small for it, and not cut short.
        longest = self._longest if sampling.max_tokens is None else self._wanted_context
        return Sequence(
            request_id=request.request_id if not choice else f"{request.request_id}#{choice}",
            token_ids=list(prompt_token_ids),
            max_total_tokens=min(longest, prompt_tokens + wanted),
            sampling=sampling,
            priority=request.priority,
            fairness_key=request.fairness_key,
            prefill_only=request.prefill_only,
            uses_prefix_cache=sampling.prompt_logprobs is None,
        )

    def _decoding(
        self,
        request: GenerationRequest,
        prompt_token_ids: Seq[int],
        sampling: SamplingParams,
        thinking_open: bool,
    ) -> DecodingState:
        grammar = self._grammars.compile_grammar(request)
        return DecodingState(
            sampling,
            prompt_token_ids,
            tags=self._tags,
            thinks=request.thinking,
            thinking_open=thinking_open,
            matcher=None if grammar is None else grammar.start(),
            forbidden_token_ids=self._grammars.forbidden_token_ids(request),
        )

    def _parser(
        self,
        request: GenerationRequest,
        sampling: SamplingParams,
        thinking_open: bool,
        choice: int,
    ) -> ResponseParser:
        mark = f"_{choice}" if choice else ""
        return ResponseParser(
            self._tokenizer,
            request.tools,
            stop=tuple(sampling.stop),
            call_id_prefix=f"call_{request.request_id}{mark}",
            thinking_open=thinking_open,
        )
