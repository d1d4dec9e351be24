"""The ground of the web side: errors, the wire, Redis, streams, notices."""
