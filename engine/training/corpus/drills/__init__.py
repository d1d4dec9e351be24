"""Short exercises in copying: what stands in the prompt comes out the same, in four scripts.

A mixture in which few tokens depend on the prompt teaches its texts first and copying never; see
the training log.
"""
