"""`manage.py backup` and `restore`: everything that an installation has to keep, in one file."""
