"""The product's own settings, in a data folder that lives as long as the test run."""

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
for _name in ("REDIS_URL", "DATABASE_URL", "ATELIER_ARTIFACT_ORIGIN", "ATELIER_ALLOWED_HOSTS"):
    os.environ.pop(_name, None)

from webapp.config.settings import *  # noqa: E402, F403
from webapp.config.settings import DATABASES  # noqa: E402

DATABASES["default"]["TEST"] = {"NAME": str(Path(_home) / "test.sqlite3")}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
