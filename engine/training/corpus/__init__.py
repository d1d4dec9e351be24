"""The text that glm-nano is trained on: conversations drawn without end from a seed."""

from engine.training.corpus.conversation import Conversation
from engine.training.corpus.mixture import (
    DRILLS,
    POSTER_CHANGE,
    UNIFORM_ENDS,
    WEIGHTS,
    Chat,
    sample_chat,
    sample_conversation,
    sample_earlier,
    sample_of_family,
)

__all__ = [
    "DRILLS",
    "POSTER_CHANGE",
    "UNIFORM_ENDS",
    "WEIGHTS",
    "Chat",
    "Conversation",
    "sample_chat",
    "sample_conversation",
    "sample_earlier",
    "sample_of_family",
]
