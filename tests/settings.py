"""The product's own settings, in a data folder that lives as long as the test run.

The database is SQLite in that folder, or the PostgreSQL that TEST_DATABASE_URL names; its user has
to be allowed to make a database, which is called `test_` and the name in the address.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from tests.shared_cache import share_cache

_home = tempfile.mkdtemp(prefix="atelier-test-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["ATELIER_HOME"] = _home
share_cache(Path(_home))
_database = os.environ.pop("TEST_DATABASE_URL", "").strip()
for _name in ("REDIS_URL", "DATABASE_URL", "ATELIER_ARTIFACT_ORIGIN", "ATELIER_ALLOWED_HOSTS"):
    os.environ.pop(_name, None)
if _database:
    os.environ["DATABASE_URL"] = _database

from webapp.config.settings import *  # noqa: E402, F403
from webapp.config.settings import DATABASES  # noqa: E402

# A process that a test starts takes what is in its own folder, unless the test says otherwise.
os.environ.pop("DATABASE_URL", None)
if not _database:
    DATABASES["default"]["TEST"] = {"NAME": str(Path(_home) / "test.sqlite3")}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
