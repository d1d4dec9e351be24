"""The text that glm-nano is trained on: conversations drawn without end from a seed."""

from engine.training.corpus.conversation import ARTIFACT_CREATE, Conversation
from engine.training.corpus.mixture import WEIGHTS, sample_conversation
from engine.training.corpus.words import COLORS, WORDS, is_held_out

__all__ = [
    "ARTIFACT_CREATE",
    "COLORS",
    "WEIGHTS",
    "WORDS",
    "Conversation",
    "is_held_out",
    "sample_conversation",
]
