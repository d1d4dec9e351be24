"""`manage.py serve`: embedded Redis, child processes, readiness."""
