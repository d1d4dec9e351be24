"""What the bookkeeping of blocks raises."""


class BlockPoolError(RuntimeError):
    """The bookkeeping was asked for something impossible; a defect of the caller."""
