"""A pool of Chromium pages without a network. Knows documents and pictures, not artifacts."""
