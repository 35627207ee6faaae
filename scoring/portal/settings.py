"""Django's settings of the portal. What differs from place to place stands in ``environment``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import dj_database_url

from scoring.portal.disks import on_network_share
from scoring.portal.environment import LOCAL_HOSTS, Environment, read_environment

ENVIRONMENT = read_environment(os.environ)


def database(environment: Environment) -> dict[str, Any]:
    """The database: PostgreSQL where one is named, else SQLite in the portal's folder.

    SQLite in its default mode reads first and asks for the right to write later: of two that save at
    once one is refused at once, whatever the timeout. IMMEDIATE lets them queue.
    """
    if environment.database_url:
        found: Any = dj_database_url.parse(
            environment.database_url, conn_max_age=60, conn_health_checks=True
        )
        return dict(found)
    share = on_network_share(environment.home)
    journal = environment.journal or ("delete" if share else "wal")
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": environment.home / "portal.sqlite3",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # FULL: what was acknowledged survives a power cut, in WAL mode too.
            "init_command": f"PRAGMA journal_mode={journal};PRAGMA synchronous=FULL;",
        },
    }


DATABASES = {"default": {**database(ENVIRONMENT), "ATOMIC_REQUESTS": False}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SECRET_KEY = ENVIRONMENT.secret_key
ALLOWED_HOSTS = list(ENVIRONMENT.hosts)
DEBUG = False

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "scoring.portal.log",
    "scoring.portal.accounts",
    "scoring.portal.assessments",
    "scoring.portal.self_assessment",
    "scoring.portal.evidence",
    "scoring.portal.results",
    "scoring.portal.ledger",
    "scoring.portal.verification",
    "scoring.portal.appeals",
    "scoring.portal.inbox",
    "scoring.portal.notices",
]
MIDDLEWARE = [
    "scoring.portal.middleware.security_headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "scoring.portal.limits.limit",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "scoring.portal.middleware.AccessMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "scoring.portal.urls"
WSGI_APPLICATION = "scoring.portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "scoring.portal.navigation.navigation",
            ],
            "builtins": ["scoring.portal.assessments.templatetags.points"],
        },
    }
]

# Accounts

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "scoring.portal.accounts.hashers.Argon2",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "body")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
# Five wrong passwords lock an account for that address for a quarter of an hour: the pair, so that nobody
# locks others out from elsewhere, nor a whole office behind one address.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
# As the login form calls it; by default axes looks for the account's own field, and finds nothing.
AXES_USERNAME_FORM_FIELD = "username"
AXES_LOCKOUT_CALLABLE = "scoring.portal.accounts.views.locked_out"
AXES_CLIENT_IP_CALLABLE = "scoring.portal.accounts.origin.address"
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False

# Sessions, cookies, headers

SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.https
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "scoring.portal.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if ENVIRONMENT.https else 0
X_FRAME_OPTIONS = "DENY"

# Uploads: of evidence a file of 20 MB; a request of fields stays small.

FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 10
EVIDENCE_MAX_BYTES = 20_000_000
FOLDER_FILE_MAX_BYTES = 200_000_000

# How often: requests a minute of an account, and of an address, behind which a whole office may sit.

RATE_LIMITS = {
    "login": (10, 300),
    "upload": (60, 600),
    "download": (120, 1_200),
    "heavy": (30, 120),
    "answer": (1_000, 10_000),
    "page": (600, 6_000),
}
RATE_ROUTES = {
    "login": {"login", "password"},
    "upload": {"upload", "form-workbook", "rectify", "rules-change", "scores-upload"},
    "download": {
        "attachment", "correction-feedback", "correction-paper", "entry-file", "form-blank", "paper",
        "unit-correction-paper", "unit-entry-file", "unit-paper", "verification-file",
    },
    "heavy": {
        "bulletin", "correction-propose", "export", "import", "log-export", "propose", "provisional",
        "supervision", "warning-paper", "years", "years-paper",
    },
    "answer": {"answer"},
}  # fmt: skip
"""Every other route counts as a page."""

# How large a request may be, in bytes; "" stands for every other route, and for strangers.

BODY_LIMITS = {
    "": 2 * DATA_UPLOAD_MAX_MEMORY_SIZE,
    "form-workbook": EVIDENCE_MAX_BYTES,
    "rules-change": 3 * DATA_UPLOAD_MAX_MEMORY_SIZE,
    "import": 2 * FOLDER_FILE_MAX_BYTES,
    "rectify": 5 * EVIDENCE_MAX_BYTES + DATA_UPLOAD_MAX_MEMORY_SIZE,
    "scores-upload": EVIDENCE_MAX_BYTES + DATA_UPLOAD_MAX_MEMORY_SIZE,
    "upload": DATA_UPLOAD_MAX_NUMBER_FILES * EVIDENCE_MAX_BYTES + DATA_UPLOAD_MAX_MEMORY_SIZE,
}

# Notices: by mail and through a gateway, where the surroundings name one.

_MAIL = ENVIRONMENT.mail
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = _MAIL.host if _MAIL else ""
EMAIL_PORT = _MAIL.port if _MAIL else 25
EMAIL_HOST_USER = _MAIL.user if _MAIL else ""
EMAIL_HOST_PASSWORD = _MAIL.password if _MAIL else ""
EMAIL_USE_SSL = _MAIL is not None and _MAIL.tls
EMAIL_USE_TLS = _MAIL is not None and _MAIL.starttls
DEFAULT_FROM_EMAIL = ENVIRONMENT.mail_from
WEBHOOK_URL = ENVIRONMENT.webhook_url
WEBHOOK_SECRET = ENVIRONMENT.webhook_secret
EMAIL_TIMEOUT = NOTICE_TIMEOUT = 10
"""Seconds that a mail server or a gateway may stay silent."""
NOTICE_SECONDS = 300
"""Between two rounds in which people are told what is new."""
PORTAL_ADDRESS = (
    "" if ENVIRONMENT.hosts == LOCAL_HOSTS
    else f"{'https' if ENVIRONMENT.https else 'http'}://{ENVIRONMENT.hosts[0]}/"
)  # fmt: skip
# Seconds by which a unit's own form may be behind changes of others.

READING_LAG = 30

# Language and time

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
TODAY = ENVIRONMENT.today
DEMO = ENVIRONMENT.demo

STATIC_URL = "static/"
STATICFILES_DIRS = [Path(__file__).parent / "static"]
# Served from the package itself: nothing is to be collected, and nothing comes from elsewhere.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
