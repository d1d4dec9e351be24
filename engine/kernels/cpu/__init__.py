"""The compiled CPU step: one C++ library, built once by the system's compiler, and its binding."""

from engine.kernels.cpu.build import default_cache_folder
from engine.kernels.cpu.drawing import CpuDraw
from engine.kernels.cpu.library import MAX_DECODE_STEPS, CpuLibrary
from engine.kernels.cpu.loading import load_cpu_library
from engine.kernels.cpu.step import Activations, CpuStep, StepBatch
from engine.kernels.cpu.weights import DraftWeights, LayerWeights, StepGeometry, StepWeights

__all__ = [
    "MAX_DECODE_STEPS",
    "Activations",
    "CpuDraw",
    "CpuLibrary",
    "CpuStep",
    "DraftWeights",
    "LayerWeights",
    "StepBatch",
    "StepGeometry",
    "StepWeights",
    "default_cache_folder",
    "load_cpu_library",
]
