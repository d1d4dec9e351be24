"""What the operator sets for an engine worker, read once from the environment and checked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

from engine.protocol.addresses import with_password

PROJECT_ROOT = Path(__file__).resolve().parents[2]
DEFAULT_MODEL = "glm-nano"
DEVICES = ("auto", "cpu", "cuda")
_MODEL_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_NUMBER_OF_THREADS = re.compile(r"[1-9][0-9]{0,2}")


class SettingsError(ValueError):
    """One or more settings cannot work; the text names each with a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings:
    """The settings of one worker. The model is served under its folder's name; `cpu_threads` None
    leaves the number to the engine. `home` is the data folder of the whole installation."""

    model_folder: Path
    device: str
    redis_url: str
    cpu_threads: int | None = None
    home: Path = PROJECT_ROOT / "var"

    @property
    def cache_folder(self) -> Path:
        """Where the engine keeps what it builds once for this machine."""
        return self.home / "cache"

    @property
    def model_name(self) -> str:
        """The name that requests and the queue carry."""
        return self.model_folder.name

    @property
    def broker_url(self) -> str:
        """The same Redis in the spelling of Celery's transport."""
        parts = urlsplit(self.redis_url)
        if parts.scheme != "unix":
            return self.redis_url
        database = parse_qs(parts.query).get("db")
        query = "?" + urlencode({"virtual_host": database[0]}) if database else ""
        return f"redis+socket://{parts.path}{query}"


def read_settings(environment: Mapping[str, str]) -> WorkerSettings:
    """The checked settings. Raises `SettingsError` that tells every fault at once."""
    values = {name: value.strip() for name, value in environment.items()}
    folder = _model_folder(values.get("ATELIER_MODEL") or DEFAULT_MODEL)
    device = values.get("ATELIER_DEVICE") or "auto"
    redis_url = _redis_url(values.get("REDIS_URL", ""), values.get("REDIS_PASSWORD_FILE", ""))
    cpu_threads = values.get("ATELIER_CPU_THREADS", "")
    faults = [
        fault
        for fault in (
            _fault_of_model(folder),
            _fault_of_device(device),
            _fault_of_redis(redis_url),
            _fault_of_cpu_threads(cpu_threads),
        )
        if fault
    ]
    if faults:
        raise SettingsError(" ".join(faults))
    return WorkerSettings(
        model_folder=folder,
        device=device,
        redis_url=redis_url,
        cpu_threads=int(cpu_threads) if cpu_threads else None,
        home=Path(values.get("ATELIER_HOME") or PROJECT_ROOT / "var").expanduser().absolute(),
    )


def _redis_url(url: str, password_file: str) -> str:
    """The address, with the password that lies in the file where one is named."""
    if not password_file:
        return url
    try:
        return with_password(url, Path(password_file).read_text("utf-8").strip())
    except (OSError, ValueError) as error:
        sentence = f"REDIS_PASSWORD_FILE names {password_file}, which cannot be read."
        raise SettingsError(sentence) from error


def _model_folder(model: str) -> Path:
    """A bare name is a folder of the project's `models/`, everything else a path."""
    if "/" not in model and not model.startswith(("~", ".")):
        return PROJECT_ROOT / "models" / model
    return Path(model).expanduser().absolute()


def _fault_of_model(folder: Path) -> str | None:
    if not _MODEL_NAME.fullmatch(folder.name):
        return "ATELIER_MODEL must end in a name of letters, digits, . _ and -."
    return None


def _fault_of_device(device: str) -> str | None:
    if device not in DEVICES:
        return f"ATELIER_DEVICE is {device!r}; write auto, cpu or cuda."
    return None


def _fault_of_cpu_threads(cpu_threads: str) -> str | None:
    if cpu_threads and not _NUMBER_OF_THREADS.fullmatch(cpu_threads):
        return f"ATELIER_CPU_THREADS is {cpu_threads!r}; write a number from 1 to 999."
    return None


def _fault_of_redis(redis_url: str) -> str | None:
    if not redis_url:
        return "REDIS_URL is not set; write the address of the Redis that the web side uses."
    if not redis_url.startswith(("redis://", "rediss://", "unix:///")):
        return "REDIS_URL must begin with redis://, rediss:// or unix:///."
    return None
