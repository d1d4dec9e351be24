"""Django's settings: the only module of the web side that reads the environment."""

import os

import dj_database_url

from engine.protocol.names import TURNS_QUEUE
from webapp.config.content_security import content_security_policy
from webapp.config.logs import configure_structlog, logging_settings
from webapp.config.secret_key import load_or_create_secret_key
from webapp.core.environment import PROJECT_ROOT, celery_broker_url, read_environment

PROCESS_ENVIRONMENT = dict(os.environ)
ATELIER = read_environment(PROCESS_ENVIRONMENT)

BASE_DIR = PROJECT_ROOT
ATELIER_HOME = ATELIER.home
ATELIER_MODEL_NAME = ATELIER.model_name
ATELIER_MODEL_PATH = ATELIER.model_path
ATELIER_PORT = ATELIER.port
ATELIER_ARTIFACT_PORT = ATELIER.artifact_port
ATELIER_ARTIFACT_ORIGIN = ATELIER.artifact_origin
ATELIER_GUESTS = ATELIER.guests
ATELIER_MAX_WAITING_TURNS = ATELIER.max_waiting_turns
ATELIER_METRICS_KEY = ATELIER.metrics_key
ATELIER_OTLP_ENDPOINT = ATELIER.otlp_endpoint
REDIS_URL = ATELIER.redis_url
FRONTEND_DIST = PROJECT_ROOT / "frontend" / "dist"

MESSAGE_MAX_CHARACTERS = 32_000
# A turn that so many turns workers left in the middle is given up; restarts count as well.
TURN_MAX_ATTEMPTS = 6
# A request that so many engines were lost with, without a word, is taken to be what ends them.
GENERATION_MAX_LOSSES = 3

DEBUG = False
SECRET_KEY = ATELIER.secret_key or load_or_create_secret_key(ATELIER.home)
SECRET_KEY_FALLBACKS = list(ATELIER.old_secret_keys)
ALLOWED_HOSTS = list(ATELIER.allowed_hosts)
ROOT_URLCONF = "webapp.config.urls"
ASGI_APPLICATION = "webapp.config.asgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "channels",
    "csp",
    "webapp.core",
    "webapp.accounts",
    "webapp.administration.apps.AdministrationConfig",
    "webapp.administration.apps.AdministrationSiteConfig",
    "webapp.catalog",
    "webapp.conversations",
    "webapp.artifacts",
    "webapp.publications",
    "webapp.exports",
    "webapp.agents",
    "webapp.generation",
    "webapp.realtime",
    "webapp.pages",
    "webapp.workers",
    "webapp.serving",
    "webapp.backups",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "webapp.accounts.middleware.GuestMiddleware",
    "webapp.administration.middleware.AdminSessionMiddleware",
    "webapp.administration.middleware.AdminAuthenticationMiddleware",
    "webapp.administration.middleware.AdminMessageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "csp.context_processors.nonce",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
STATIC_URL = "/static/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"}
]
LOGIN_URL = "admin:login"
SESSION_COOKIE_NAME = "atelier_session"
SESSION_COOKIE_AGE = 12 * 3600
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

DATABASES = {"default": dj_database_url.parse(ATELIER.database_url)}
if "sqlite3" in DATABASES["default"].get("ENGINE", ""):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
            "PRAGMA journal_size_limit=67108864;"
        ),
    }
    # A thread keeps its connection: to open one takes as long as several statements, and when the
    # last one closes, SQLite writes back its log and waits for the disk.
    DATABASES["default"]["CONN_MAX_AGE"] = None

CELERY_BROKER_URL = celery_broker_url(REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# What a worker has fetched is counted in its memory only: a message that dies with it is rung anew.
CELERY_BROKER_TRANSPORT_OPTIONS = {"ack_emulation": False}
# Celery closes connections around every task; Django's own rule, which the applications ask for,
# closes those that are broken or have had their time.
CELERY_DB_REUSE_MAX = 10**12
CELERY_TASK_DEFAULT_QUEUE = TURNS_QUEUE
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
# There are no results, so one thing that says so is enough for all threads: each would make its own
# with its first message, in 5 ms.
CELERY_RESULT_BACKEND_THREAD_SAFE = True
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# A worker whose threads are all busy leaves the ring to another one. Without this it would fetch as
# many again and keep them to itself until one of its answers ends.
CELERY_WORKER_DISABLE_PREFETCH = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False

NOTICE_PREFIX = "notice"
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": NOTICE_PREFIX},
    }
}

CONTENT_SECURITY_POLICY = content_security_policy()
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "webapp.pages.views.csrf_failure"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
if ATELIER.tls:
    SECURE_SSL_REDIRECT = True
    # Asked on this machine, without the proxy.
    SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$", "^metrics$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    # HSTS for other names of the domain, and in browsers' lists, is the domain's owner's choice.
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
else:
    # Plain HTTP on one's own machine: HSTS, the redirect and secure-only cookies would lock people
    # out. ATELIER_TLS=1 turns them on.
    SILENCED_SYSTEM_CHECKS = [f"security.W0{number}" for number in ("04", "08", "10", "12", "16")]

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False
# A person's edit is a document of up to 2 MB, as JSON; endpoints that take less say so.
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
APPEND_SLASH = False

LOGGING = logging_settings()
configure_structlog()
