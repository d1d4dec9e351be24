"""What PyTorch does slowly on a CPU in training, as C++ with bf16 dot products."""

from engine.training.fused.attention import attend_packed, is_available

__all__ = ["attend_packed", "is_available"]
