"""What ATELIER_TLS=1 changes, and where passwords and old keys come from."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core import signing
from django.test import override_settings

from engine.protocol.addresses import with_password
from engine.worker.settings import SettingsError, read_settings
from webapp.core.environment import PROJECT_ROOT, SettingError, read_environment

_LOOK = """
import django; django.setup()
from django.core.management import call_command
from django.test import Client
call_command("check", deploy=True, fail_level="WARNING")
call_command("migrate", verbosity=0)
plain = Client().get("/api/session", headers={"Host": "chat.example"})
print(plain.status_code, plain.get("Location"))
print(*(Client().get(path).status_code for path in ("/healthz", "/readyz")))
proxied = {"Host": "chat.example", "X-Forwarded-Proto": "https"}
answer = Client().get("/api/session", headers=proxied)
print(answer.status_code, answer["Strict-Transport-Security"])
print(*(f"{name} {bool(cookie['secure'])}" for name, cookie in sorted(answer.cookies.items())))
"""


def test_behind_tls_nothing_goes_by_plain_http_and_djangos_checks_are_content(
    tmp_path: Path, redis_socket: Path
) -> None:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("ATELIER_", "REDIS_"))}
    done = subprocess.run(
        [sys.executable, "-c", _LOOK],
        env={
            **inherited,
            "DJANGO_SETTINGS_MODULE": "webapp.config.settings",
            "ATELIER_HOME": str(tmp_path),
            "ATELIER_TLS": "1",
            "ATELIER_ALLOWED_HOSTS": "chat.example,testserver",
            "REDIS_URL": f"unix://{redis_socket}",
        },
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert "no issues" in lines[0]
    assert lines[1] == "301 https://chat.example/api/session"
    assert lines[2] == "200 503"
    assert lines[3] == "200 max-age=31536000"
    assert lines[4] == "atelier_guest True csrftoken True"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis://host:6379/0", "redis://:p%40ss%2F@host:6379/0"),
        ("postgres://me@host:5432/db?x=1", "postgres://me:p%40ss%2F@host:5432/db?x=1"),
        ("postgres://me:own@host/db", "postgres://me:own@host/db"),
        ("rediss://[::1]:1/0", "rediss://:p%40ss%2F@[::1]:1/0"),
        ("unix:///run/redis.sock", "unix:///run/redis.sock"),
    ],
)
def test_a_password_is_put_into_an_address(url: str, expected: str) -> None:
    assert with_password(url, "p@ss/") == expected


def test_passwords_are_read_from_files(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("hidden\n")
    variables = {
        "ATELIER_HOME": str(tmp_path),
        "DATABASE_URL": "postgres://atelier@db/atelier",
        "DATABASE_PASSWORD_FILE": str(key),
        "REDIS_URL": "redis://redis:6379/0",
        "REDIS_PASSWORD_FILE": str(key),
    }
    environment = read_environment(variables)
    assert environment.database_url == "postgres://atelier:hidden@db/atelier"
    assert environment.redis_url == "redis://:hidden@redis:6379/0"
    assert read_settings(variables).redis_url == environment.redis_url
    missing = {**variables, "REDIS_PASSWORD_FILE": str(tmp_path / "none")}
    with pytest.raises(SettingError, match=r"REDIS_PASSWORD_FILE names .*none, which cannot"):
        read_environment(missing)
    with pytest.raises(SettingsError, match=r"REDIS_PASSWORD_FILE names .*none, which cannot"):
        read_settings(missing)


def test_what_an_old_key_has_signed_stays_good() -> None:
    with override_settings(SECRET_KEY="old" * 20):
        cookie = signing.TimestampSigner().sign("guest")
    with override_settings(SECRET_KEY="new" * 20), pytest.raises(signing.BadSignature):
        signing.TimestampSigner().unsign(cookie)
    given = {"ATELIER_OLD_SECRET_KEYS": f"{'older' * 12}, {'old' * 20} ,"}
    old = read_environment(given).old_secret_keys
    assert len(old) == 2
    with override_settings(SECRET_KEY="new" * 20, SECRET_KEY_FALLBACKS=list(old)):
        assert signing.TimestampSigner().unsign(cookie) == "guest"
