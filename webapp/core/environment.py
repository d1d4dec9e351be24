"""What the operator sets, read from a mapping of environment variables into one frozen record.

Owns the names, defaults and checks. Reads no environment itself and knows no Django: a mapping
comes in, from `webapp.config.settings` or from `manage.py serve`. A faulty value is a
`SettingError` whose text is one sentence that names the variable and says what to write.
"""

import hashlib
import ipaddress
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from engine.protocol.addresses import with_password

PROJECT_ROOT = Path(__file__).resolve().parent.parent.parent
LOCAL_NAMES = ("127.0.0.1", "localhost", "[::1]")
DEVICES = ("auto", "cpu", "cuda")
MAX_SOCKET_PATH_BYTES = 100
MOST_ENGINES = 64
MOST_WAITING_TURNS = 10_000
_HOST_NAME = re.compile(r"^[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$")
_MODEL_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")


class SettingError(ValueError):
    """A setting has a value that cannot work; the text is a sentence for the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Every setting of Atelier. `redis_socket` is set when Redis is the embedded one."""

    home: Path
    host: str
    port: int
    artifact_port: int
    artifact_origin: str | None
    allowed_hosts: tuple[str, ...]
    model_name: str
    model_path: Path
    database_url: str
    redis_url: str
    redis_socket: Path | None
    secret_key: str | None
    old_secret_keys: tuple[str, ...]
    device: str
    engines: int
    guests: bool
    max_waiting_turns: int
    metrics_key: str | None
    tls: bool
    otlp_endpoint: str | None


def read_environment(variables: Mapping[str, str]) -> Environment:
    """The checked settings. Raises SettingError at the first faulty value."""
    home = Path(_text(variables, "ATELIER_HOME") or PROJECT_ROOT / "var").expanduser().absolute()
    host = _host(variables)
    port = _port(variables, "ATELIER_PORT", 8000)
    artifact_port = _port(variables, "ATELIER_ARTIFACT_PORT", 8001)
    if port == artifact_port:
        raise SettingError("ATELIER_PORT and ATELIER_ARTIFACT_PORT must differ; change one.")
    model_path = _model_path(variables)
    redis_url = _address(variables, "REDIS_URL", "REDIS_PASSWORD_FILE")
    redis_socket = None if redis_url else embedded_socket(home)
    return Environment(
        home=home,
        host=host,
        port=port,
        artifact_port=artifact_port,
        artifact_origin=_origin(variables),
        allowed_hosts=_allowed_hosts(variables, host),
        model_name=model_path.name,
        model_path=model_path,
        database_url=_address(variables, "DATABASE_URL", "DATABASE_PASSWORD_FILE")
        or f"sqlite:///{home / 'atelier.sqlite3'}",
        redis_url=_redis_url(redis_url) if redis_url else f"unix://{redis_socket}",
        redis_socket=redis_socket,
        secret_key=_text(variables, "ATELIER_SECRET_KEY"),
        old_secret_keys=_words(variables, "ATELIER_OLD_SECRET_KEYS"),
        device=_device(variables),
        engines=_engines(variables),
        guests=_flag(variables, "ATELIER_GUESTS", default=True),
        max_waiting_turns=_max_waiting_turns(variables),
        metrics_key=_text(variables, "ATELIER_METRICS_KEY"),
        tls=_flag(variables, "ATELIER_TLS", default=False),
        otlp_endpoint=_otlp_endpoint(variables),
    )


def as_variables(environment: Environment) -> dict[str, str]:
    """The same settings as variables for a child process, with every choice made.

    The keys are left out: children inherit their variables, or read the secret key from `home`.
    """
    variables = {
        "ATELIER_HOME": str(environment.home),
        "ATELIER_HOST": environment.host,
        "ATELIER_PORT": str(environment.port),
        "ATELIER_ARTIFACT_PORT": str(environment.artifact_port),
        "ATELIER_MODEL": str(environment.model_path),
        "ATELIER_DEVICE": environment.device,
        "ATELIER_ENGINES": str(environment.engines),
        "ATELIER_GUESTS": "1" if environment.guests else "0",
        "ATELIER_MAX_WAITING_TURNS": str(environment.max_waiting_turns),
        "ATELIER_TLS": "1" if environment.tls else "0",
        "DATABASE_URL": environment.database_url,
        "REDIS_URL": environment.redis_url,
    }
    if environment.artifact_origin is not None:
        variables["ATELIER_ARTIFACT_ORIGIN"] = environment.artifact_origin
    if environment.otlp_endpoint is not None:
        variables["ATELIER_OTLP_ENDPOINT"] = environment.otlp_endpoint
    return variables


def embedded_socket(home: Path) -> Path:
    """Where the embedded Redis listens: under `home`, or under a short name in the temporary
    folder, since the system refuses socket paths above about 107 bytes."""
    socket = home / "run" / "redis.sock"
    if len(bytes(socket)) <= MAX_SOCKET_PATH_BYTES:
        return socket
    digest = hashlib.sha256(bytes(home)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"atelier-{digest}" / "redis.sock"


def celery_broker_url(redis_url: str) -> str:
    """The same Redis in the spelling that Celery's transport knows."""
    prefix = "unix://"
    if redis_url.startswith(prefix):
        return "redis+socket://" + redis_url.removeprefix(prefix)
    return redis_url


def _text(variables: Mapping[str, str], name: str) -> str | None:
    return variables.get(name, "").strip() or None


def _words(variables: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in variables.get(name, "").split(",") if word.strip())


def _address(variables: Mapping[str, str], name: str, password_file: str) -> str | None:
    """The address in `name`, with the password that lies in the file where one is named."""
    url, path = _text(variables, name), _text(variables, password_file)
    if url is None or path is None:
        return url
    try:
        password = Path(path).read_text("utf-8").strip()
    except (OSError, ValueError) as error:
        raise SettingError(f"{password_file} names {path}, which cannot be read.") from error
    return with_password(url, password)


def _host(variables: Mapping[str, str]) -> str:
    host = _text(variables, "ATELIER_HOST") or "127.0.0.1"
    if not _is_address(host) and not _HOST_NAME.match(host):
        raise SettingError(f"ATELIER_HOST is {host!r}; write an address such as 127.0.0.1.")
    return host


def _port(variables: Mapping[str, str], name: str, default: int) -> int:
    value = _text(variables, name)
    if value is None:
        return default
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 65535:
        raise SettingError(f"{name} is {value!r}; write a number from 1 to 65535.")
    return int(value)


def _origin(variables: Mapping[str, str]) -> str | None:
    value = _text(variables, "ATELIER_ARTIFACT_ORIGIN")
    if value is None:
        return None
    message = (
        f"ATELIER_ARTIFACT_ORIGIN is {value!r}; write an origin such as https://artifacts.example."
    )
    try:
        parts = urlsplit(value.rstrip("/"))
        port = parts.port
    except ValueError as error:
        raise SettingError(message) from error
    has_rest = parts.path or parts.query or parts.fragment or parts.username
    if parts.scheme not in ("http", "https") or not parts.hostname or has_rest:
        raise SettingError(message)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")


def _allowed_hosts(variables: Mapping[str, str], host: str) -> tuple[str, ...]:
    if _text(variables, "ATELIER_ALLOWED_HOSTS") is not None:
        return (*LOCAL_NAMES, *_words(variables, "ATELIER_ALLOWED_HOSTS"))
    if _is_address(host) and ipaddress.ip_address(host).is_unspecified:
        return ("*",)
    return (*LOCAL_NAMES, f"[{host}]" if ":" in host else host)


def _model_path(variables: Mapping[str, str]) -> Path:
    value = _text(variables, "ATELIER_MODEL") or "glm-nano"
    is_name = "/" not in value and not value.startswith(("~", "."))
    path = PROJECT_ROOT / "models" / value if is_name else Path(value).expanduser().absolute()
    if not _MODEL_NAME.match(path.name):
        raise SettingError(
            f"ATELIER_MODEL is {value!r}; the folder's name may hold letters, digits, . _ and -."
        )
    return path


def _redis_url(value: str) -> str:
    if not value.startswith(("redis://", "rediss://", "unix://")):
        raise SettingError(
            "REDIS_URL must begin with redis://, rediss:// or unix://; or leave it unset."
        )
    return value


def _device(variables: Mapping[str, str]) -> str:
    device = _text(variables, "ATELIER_DEVICE") or "auto"
    if device not in DEVICES:
        raise SettingError(f"ATELIER_DEVICE is {device!r}; write auto, cpu or cuda.")
    return device


def _engines(variables: Mapping[str, str]) -> int:
    value = _text(variables, "ATELIER_ENGINES") or "1"
    is_number = value.isascii() and value.isdigit() and len(value) < 4
    if not is_number or not 1 <= int(value) <= MOST_ENGINES:
        raise SettingError(
            f"ATELIER_ENGINES is {value[:20]!r}; write a number from 1 to {MOST_ENGINES}."
        )
    return int(value)


def _otlp_endpoint(variables: Mapping[str, str]) -> str | None:
    value = _text(variables, "ATELIER_OTLP_ENDPOINT")
    if value is not None and not re.match(r"^https?://[^/\s]", value):
        raise SettingError(
            f"ATELIER_OTLP_ENDPOINT is {value!r}; write an address such as http://localhost:4318."
        )
    return value


def _max_waiting_turns(variables: Mapping[str, str]) -> int:
    value = _text(variables, "ATELIER_MAX_WAITING_TURNS") or "100"
    is_number = value.isascii() and value.isdigit() and len(value) < 6
    if not is_number or not 1 <= int(value) <= MOST_WAITING_TURNS:
        raise SettingError(
            f"ATELIER_MAX_WAITING_TURNS is {value[:20]!r}; write a number from 1 to "
            f"{MOST_WAITING_TURNS}."
        )
    return int(value)


def _flag(variables: Mapping[str, str], name: str, *, default: bool) -> bool:
    value = _text(variables, name)
    if value is None:
        return default
    if value not in ("0", "1"):
        raise SettingError(f"{name} is {value!r}; write 1 or 0.")
    return value == "1"


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
