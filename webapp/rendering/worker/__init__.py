"""The render worker: one loop with the pool, tasks that use it, and what it says of itself."""
