"""Small arithmetic that every launch needs."""


def ceil_divide(count: int, size: int) -> int:
    """Tiles of `size` that cover `count`."""
    return -(-count // size)


def next_power_of_two(count: int) -> int:
    """The smallest power of two that is at least `count` (and at least 1)."""
    return 1 << max(count - 1, 0).bit_length()
