"""The C interface of the library, as ctypes sees it: signatures and structs, no behavior."""

import ctypes
import enum
from collections.abc import Callable
from pathlib import Path
from typing import cast

INTERFACE = 6
MAX_DRAFTS = 3
MAX_DECODE_STEPS = 16

_POINTER = ctypes.c_void_p
_INT = ctypes.c_int32


class Geometry(ctypes.Structure):
    """Mirrors `Geometry` of geometry.h field by field."""

    _fields_ = [
        *(
            (name, _INT)
            for name in (
                *("hidden_size", "num_layers", "num_heads", "num_kv_heads", "head_dim"),
                *("rotary_dim", "vocab_size", "head_rows", "num_experts", "top_k", "normalize"),
                *("has_mtp", "block_size", "num_blocks", "cache_is_bfloat16"),
                *("bfloat16_activations", "max_rows", "max_chosen", "slice_rows", "max_sequences"),
                "max_blocks",
                "num_threads",
            )
        ),
        ("epsilon", ctypes.c_float),
        ("scaling_factor", ctypes.c_float),
    ]


class Buffers(ctypes.Structure):
    """Mirrors `Buffers` of geometry.h."""

    _fields_ = [
        (name, _POINTER)
        for name in (
            *("token_ids", "positions", "query_starts", "context_starts", "block_tables"),
            *("chosen_rows", "needed_rows", "hidden", "logits", "drafts"),
        )
    ]


class Draws(ctypes.Structure):
    """Mirrors `Draws` of geometry.h."""

    _fields_ = [
        *(
            (name, _POINTER)
            for name in (
                *("temperature", "top_p", "min_p", "top_k", "seeds", "positions"),
                *("stop_ids", "tokens", "counts", "draft_starts"),
            )
        ),
        ("num_stop_ids", _INT),
        ("num_drafts", _INT),
    ]


class Slot(enum.IntEnum):
    """Mirrors `Slot` of geometry.h."""

    QKV = 0
    OUTPUT = 1
    DENSE_GATE_UP = 2
    DENSE_DOWN = 3
    EXPERT_GATE_UP = 4
    EXPERT_DOWN = 5
    HEAD = 6
    PROJECTION = 7
    INPUT_NORM = 8
    POST_ATTENTION_NORM = 9
    QUERY_NORM = 10
    KEY_NORM = 11
    ROUTER = 12
    CORRECTION_BIAS = 13
    FINAL_NORM = 14
    EMBEDDING_NORM = 15
    HIDDEN_NORM = 16
    DRAFT_NORM = 17
    FREQUENCIES = 18


class Format(enum.IntEnum):
    """Mirrors `Format` of linear.h."""

    BFLOAT16 = 0
    FLOAT = 1
    EIGHT_BIT = 2


class CpuLibrary:
    """The loaded library. Raises OSError if the file is not one of ours.

    `wait` and what copies weights give the interpreter to other threads; what takes microseconds
    keeps it, since taking it back could take longer than the work.
    """

    def __init__(self, path: Path) -> None:
        free, held = ctypes.CDLL(str(path)), ctypes.PyDLL(str(path))
        try:
            self._bind(free, held)
        except AttributeError as error:
            raise OSError(f"{path} lacks a function: {error}") from None
        if free.step_interface() != INTERFACE:
            raise OSError(f"{path} has another interface")

    def _bind(self, free: ctypes.CDLL, held: ctypes.CDLL) -> None:
        self.lanes = _function(free, "step_lanes", _INT)
        self.has_bfloat16_dot = _function(free, "step_has_bfloat16_dot", _INT)
        self.new_model = _function(free, "step_new_model", _POINTER, ctypes.POINTER(Geometry))
        self.free_model = _function(free, "step_free_model", None, _POINTER)
        self.set_linear = _function(
            free,
            "step_set_linear",
            _INT,
            *(_POINTER, _INT, _INT, _INT, _POINTER, _INT),
            *(_POINTER, _POINTER, _INT, _INT),
        )
        self.set_vector = _function(
            free, "step_set_vector", _INT, _POINTER, _INT, _INT, _POINTER, ctypes.c_int64
        )
        self.set_embedding = _function(
            free, "step_set_embedding", None, _POINTER, _POINTER, _INT, _INT
        )
        self.set_cache = _function(free, "step_set_cache", None, _POINTER, _INT, _POINTER, _POINTER)
        self.new_step = _function(free, "step_new", _POINTER, _POINTER, ctypes.POINTER(Buffers))
        self.free_step = _function(free, "step_free", None, _POINTER)
        self.begin = _function(held, "step_begin", _INT, _POINTER, _INT, _INT, _INT)
        self.begin_draft = _function(held, "step_begin_draft", _INT, _POINTER, _INT, _INT)
        self.begin_decode = _function(
            held, "step_begin_decode", _INT, _POINTER, _INT, _INT, ctypes.POINTER(Draws)
        )
        self.wait = _function(free, "step_wait", _INT, _POINTER)
        self.draw = _function(
            held, "step_draw", None, _POINTER, ctypes.c_int64, _INT, _INT, *([_POINTER] * 7)
        )


def _function(
    library: ctypes.CDLL,
    name: str,
    result: type[ctypes.c_int32] | type[ctypes.c_void_p] | None,
    *arguments: object,
) -> Callable[..., int]:
    function = getattr(library, name)
    function.restype = result
    function.argtypes = list(arguments)
    return cast("Callable[..., int]", function)
