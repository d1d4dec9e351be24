"""Published versions: links on the artifact origin, remixes, takedown."""
