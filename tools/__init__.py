"""Set-up and finders that need nothing but Python's standard library."""
