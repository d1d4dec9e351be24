"""Names for the content of full blocks: a chain of hashes over a sequence's tokens.

The hash of a block covers the hash of the block before it, so that equal hashes mean equal tokens
from the very first one. BLAKE2b with 128 bits: a collision would show one person's conversation to
another, so the hash has to resist those who look for one.
"""

from array import array
from collections.abc import Sequence
from hashlib import blake2b

HASH_BYTES = 16
_ROOT = bytes(HASH_BYTES)


def hash_block(parent: bytes, token_ids: Sequence[int]) -> bytes:
    """The hash of one full block that follows the block named `parent`."""
    return blake2b(parent + array("I", token_ids).tobytes(), digest_size=HASH_BYTES).digest()


def extend_hash_chain(hashes: list[bytes], token_ids: Sequence[int], block_size: int) -> None:
    """Append the hashes of the full blocks of `token_ids` that `hashes` does not name yet."""
    parent = hashes[-1] if hashes else _ROOT
    for end in range((len(hashes) + 1) * block_size, len(token_ids) + 1, block_size):
        parent = hash_block(parent, token_ids[end - block_size : end])
        hashes.append(parent)
