"""What sampling asks of a grammar; `engine.chat.grammar` is the one that answers."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class TokenMatcher(Protocol):
    """Follows one sequence through a grammar, token by token, and back."""

    def allowed(self) -> NDArray[np.int32]:
        """A bit for each token that may come next, int32 [ceil(vocab_size / 32)], lowest first.

        No bit at all says that nothing can.
        """
        ...

    def advance(self, token_id: int) -> bool:
        """Take a token; False, and nothing is changed, if it is not allowed here."""
        ...

    def rollback(self, count: int) -> None:
        """Forget the last `count` tokens that were taken."""
        ...
