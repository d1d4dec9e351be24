"""Recording a function of tensors once and replaying it: CUDA graphs, behind two verbs."""

from collections.abc import Callable
from typing import Protocol

import torch

Action = Callable[[], None]


class Recorder(Protocol):
    """Turns a function over fixed tensors into one that repeats it."""

    def record(self, function: Action) -> Action:
        """Run `function` at least once and return what repeats its work on the same tensors.

        It must not ask for a value of a tensor, nor for memory whose size depends on one.
        """

    def mark(self) -> Action:
        """A function that waits until all that was asked for up to now is done."""


class CudaRecorder:
    """One CUDA graph per recording; all share one pool of memory, since one runs at a time.

    So the largest should be recorded first: the others fit into what it took. Has to live as long
    as its recordings.
    """

    def __init__(self, device: torch.device) -> None:
        self._stream = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
        self._pool = torch.cuda.graph_pool_handle()
        # A graph reads the tensors that its function owns by address and does not keep them.
        self._functions: list[Action] = []

    def record(self, function: Action) -> Action:
        """Capture `function`, after one run in which its kernels are compiled and loaded."""
        self._stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(self._stream):
            function()
        self._stream.synchronize()
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, pool=self._pool, stream=self._stream):
            function()
        self._functions.append(function)
        return graph.replay

    def mark(self) -> Action:
        """An event behind everything in the current stream; waiting leaves other threads alone."""
        event = torch.cuda.Event()  # type: ignore[no-untyped-call]
        event.record()
        return event.synchronize
