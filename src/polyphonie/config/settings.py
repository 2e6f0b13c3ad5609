"""Django's settings. What differs between installations comes from :mod:`.environment`."""

from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from .environment import environment

HERE = Path(__file__).resolve().parent
ROOMS = [
    "kernel",
    "web",
    "network",
    "evidence",
    "conferences",
    "assessments",
    "recommendations",
    "partnerships",
    "cooperation",
    "mobility",
    "governance",
    "observatory",
    "portal",
    "demo",
]

DEBUG = environment.debug
SECRET_KEY = environment.key
ALLOWED_HOSTS = environment.allowed_hosts
CSRF_TRUSTED_ORIGINS = [environment.origin]
DEMO = environment.demo
DATA_DIR = environment.data_dir
ORIGIN = environment.origin
DELAY_LIMIT_MINUTES = environment.delay_limit_minutes
SCHEDULE_LIMIT = environment.schedule_limit
EARLY_ACCESS_DAYS = environment.early_access_days
GRACE_DAYS = environment.grace_days
BASE_TIER_OPENS = environment.base_tier_opens
UPLOAD_LIMIT = environment.upload_limit
# files of pupils lie beside the served files, never among them
ASSESSMENTS_DIR = environment.data_dir.absolute() / "assessments"
PUPIL_FILE_LIMIT = environment.pupil_file_limit
CELL_MINIMUM_PUPILS = environment.cell_minimum_pupils
CELL_MINIMUM_SCHOOLS = environment.cell_minimum_schools
COMPUTE_MEMORY = environment.compute_memory
COMPUTE_SECONDS = environment.compute_seconds
COMPUTE_THREADS = environment.compute_threads

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "servestatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "csp",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "ninja",
    "rules",
    *(f"polyphonie.{room}" for room in ROOMS),
    # after the rooms, whose templates take the place of its own
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "polyphonie.network.middleware.StandingMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "polyphonie.web.refusals.RefusalMiddleware",
]

ROOT_URLCONF = "polyphonie.config.urls"
ASGI_APPLICATION = "polyphonie.config.asgi.application"

# cotton and partials each overwrite the loaders when left alone, silently: one explicit chain
_LOADERS = [
    (
        "template_partials.loader.Loader",
        [
            (
                "django.template.loaders.cached.Loader",
                [
                    "django_cotton.cotton_loader.Loader",
                    "django.template.loaders.filesystem.Loader",
                    "django.template.loaders.app_directories.Loader",
                ],
            )
        ],
    )
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # the house's own templates stand before those of the libraries that they replace
        "DIRS": [HERE.parent / "web" / "templates"],
        "OPTIONS": {
            "loaders": _LOADERS,
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django.templatetags.tz",
                "polyphonie.web.templatetags.web",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "polyphonie.web.context.page",
            ],
        },
    }
]

DATABASES: dict[str, Any] = {"default": dj_database_url.parse(environment.database)}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    # a request takes a connection that is open already and gives it back
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"]["OPTIONS"] = {"pool": {"min_size": 1, "max_size": 32, "timeout": 20}}
if environment.test_database:
    DATABASES["default"]["TEST"] = {"NAME": environment.test_database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

AUTH_USER_MODEL = "network.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
# nobody signs up alone; the password named here is what lets the sign-in page ask for one
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900
ACCOUNT_ADAPTER = "polyphonie.network.interfaces.sign_in.AccountAdapter"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# a code asked for an address without account is neither sent nor said to be unknown
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = environment.origin.startswith("http://localhost")
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("Français")), ("en", _("English"))]
USE_I18N = True
FORMAT_MODULE_PATH = "polyphonie.config.formats"
USE_TZ = True
TIME_ZONE = "UTC"
LOCALE_PATHS: list[str] = []

STATIC_URL = "/static/"
STATIC_ROOT = environment.data_dir.absolute() / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        # no base address: files are served through one checked view
        "OPTIONS": {"location": str(environment.data_dir.absolute() / "files"), "base_url": None},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
SERVESTATIC_USE_FINDERS = True
SERVESTATIC_AUTOREFRESH = False
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        # hls.js hands the browser blobs that it assembled from our own segments
        "media-src": [SELF, "blob:"],
        "worker-src": [SELF, "blob:"],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = environment.origin.startswith("https://")
CSRF_FAILURE_VIEW = "polyphonie.web.errors.unproven"
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"

# what the live relay asks: how much somebody may say at once, and where processes meet
QUESTION_LIMIT = environment.question_limit
QUESTION_BURST = environment.question_burst
QUESTION_WINDOW_SECONDS = environment.question_window_seconds
BUS_URL = environment.bus_url

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if environment.mail_url
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = str(environment.data_dir.absolute() / "mail")
DEFAULT_FROM_EMAIL = environment.mail_from
SILENCED_SYSTEM_CHECKS: list[str] = []
