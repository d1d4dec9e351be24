"""People: users and guests."""
