"""One file of settings. Addresses and secrets come from the environment; behaviour lives in code.

Without any variable the portal runs embedded: SQLite, Celery's filesystem broker and the
database cache, all below VAR. PORTAL_ENV=production asks for SECRET_KEY, FIELD_KEYS, DATABASE_URL
and REDIS_URL and says which one is missing.
"""

from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from xinyu_portal import keys

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(env("VAR", default=str(BASE_DIR / "var"))).resolve()
PORTAL_ENV = env("PORTAL_ENV", default="development")
PRODUCTION = PORTAL_ENV == "production"
DEBUG = False

if PRODUCTION:
    missing = [name for name in ("SECRET_KEY", "FIELD_KEYS", "DATABASE_URL", "REDIS_URL") if not env(name, default="")]
    if missing:
        raise ImproperlyConfigured(f"PORTAL_ENV=production needs {', '.join(missing)}.")
_embedded = {} if env("SECRET_KEY", default="") and env("FIELD_KEYS", default="") else keys.embedded(VAR)
SECRET_KEY = env("SECRET_KEY", default="") or _embedded["SECRET_KEY"]
FIELD_KEYS, INDEX_KEY = keys.parse(env("FIELD_KEYS", default="") or _embedded["FIELD_KEYS"])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "knox",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "csp",
    "axes",
    "notices",
    "accounts",
    "branches",
    "members",
    "anchors",
    "appeals",
    "xinyu_portal",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # outside: the embedded server keeps no packed copies of static files
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "xinyu_portal.middleware.ClosedByDefault",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "xinyu_portal.middleware.Refusals",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "xinyu_portal.urls"
WSGI_APPLICATION = "xinyu_portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "xinyu_portal.context.shell",
            ],
        },
    }
]

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR / 'portal.sqlite3'}")}
_database = DATABASES["default"]
if _database["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: a transaction that reads first and writes later would otherwise fail "database is locked".
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
    _database["TEST"] = {"NAME": str(VAR / "test.sqlite3")}
else:
    _database["CONN_MAX_AGE"] = 60
    _database["CONN_HEALTH_CHECKS"] = True
    _database["TEST"] = {"NAME": env("TEST_DATABASE", default="test_portal")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", default="")
if REDIS_URL:
    # A Redis that hangs must not hold up what anchors send: short waits (xinyu_portal/counting.py).
    CACHES = {"default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 0.2, "socket_connect_timeout": 0.2},
    }}
    CELERY_BROKER_URL = REDIS_URL
else:
    # Here `incr` writes anew with the default timeout: an hour, as long as what is counted is kept.
    _cache = "django.core.cache.backends.db.DatabaseCache"
    CACHES = {"default": {"BACKEND": _cache, "LOCATION": "cache", "TIMEOUT": 3600}}
    CELERY_BROKER_URL = "filesystem://"
    _folder = str(VAR / "broker")
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": _folder, "data_folder_out": _folder, "control_folder": str(VAR / "broker-control"),
    }
# A lost or doubled message costs a minute: messages carry no facts, every sweep asks the rows.
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE = {
    "tick": {"task": "xinyu_portal.tasks.tick", "schedule": timedelta(minutes=1), "options": {"expires": 55}},
    "census": {"task": "anchors.census.tasks.work", "schedule": timedelta(seconds=5), "options": {"expires": 4}},
}
# In this order, at every tick.
SWEEPS = [
    "anchors.contacts.sweeps.return_anchors",
    "appeals.merging.sweeps.release",
    "appeals.sweeps.escalate", "appeals.sweeps.remind", "appeals.sweeps.amber",
    "appeals.pausing.sweeps.resume",
    "appeals.sweeps.supervise",
    "appeals.sweeps.close_silent",
    "appeals.negotiation.sweeps.lapse",
    "appeals.dispatching.sweeps.late",
    "appeals.proof.sweeps.seal_day",
    "branches.organisation.sweeps.remind_of_elections",
    "branches.admission.sweeps.remind_of_expiry",
    "branches.reports.sweeps.open_due",
    "branches.reports.sweeps.remind_late",
    "members.dues.sweeps.remind", "members.transfers.sweeps.remind", "members.meetings.sweeps.remind",
    "members.sheets.sweeps.forget_old",
    "anchors.census.services.forget_old",
    "notices.sweeps.deliver_texts",
    "xinyu_portal.demo.life.live",
]
# Called with the ids of anchors whose contact ended or changed, in the transaction that changed it.
CONTACT_ENDED = ["appeals.succession.contact_ended"]
# Where the committee's own switches stand: the page to go back to.
COMMITTEE_SETTINGS = "answering:templates"
# Ids of the anchors with an open appeal in a person's hands, for the registry, which knows no appeals.
ANCHORS_IN_HAND = "appeals.registry.in_hand"
# What the portal holds of a person: each returns [(title, [(label, value), …]), …].
OWN_DATA = ["anchors.registry.own.data", "appeals.registry.own_data"]
# What a change of the working calendar would move, and what moves it (branches/calendar/changes.py).
CALENDAR_MOVES = ["appeals.recounting.moves"]
CALENDAR_CHANGED = ["appeals.recounting.calendar_changed"]
REPORT_FIGURES = [
    "members.meetings.figures.KINDS", "appeals.figures.KINDS",
    "anchors.registry.figures.KINDS", "anchors.contacts.figures.KINDS",
    "anchors.newcomers.figures.newcomers", "members.figures.KINDS",
]
# What a branch has not written down yet of a report's period (branches/reports/unrecorded.py).
REPORT_UNRECORDED = ["members.meetings.unrecorded.meetings", "members.transfers.unrecorded.letters"]
# What may stand behind one of the 21 measures (branches/measures/kinds.py), and who reads them without an office.
EVIDENCE = [
    "branches.stations.evidence.station", "branches.reports.evidence.report", "members.meetings.evidence.meeting",
    "appeals.publishing.evidence.answer",
]
# What the portal counts itself of what the facts quote (branches/facts/counting.py).
FACT_COUNTS = ["anchors.registry.counts.COUNTS", "branches.facts.counts.COUNTS", "members.counts.COUNTS"]
IS_PARTY_MEMBER = "members.policy.is_member"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "accounts.backends.PersonBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"accounts.passwords.{name}"} for name in ("LongEnough", "NotCommon", "NotOnlyDigits")
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
# `f(user)` -> the address that a person sees first who has just got in by a code.
ACTIVATED_PAGE = "xinyu_portal.views.first_page"
# Dotted path of `f(phone, text)`, see notices/channels/; empty: the portal sends no text messages.
SMS_BACKEND = env("SMS_BACKEND", default="")
SESSION_ENGINE = "accounts.session_store"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
CSRF_FAILURE_VIEW = "xinyu_portal.refusals.csrf_failure"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_USERNAME_CALLABLE = "accounts.lockout.typed_name"
AXES_CLIENT_IP_CALLABLE = "accounts.lockout.no_address"
AXES_CLIENT_STR_CALLABLE = "accounts.lockout.client_in_log"
AXES_HANDLER = "accounts.lockout.Handler"
AXES_SENSITIVE_PARAMETERS = ["username", "phone", "code", "next", "csrfmiddlewaretoken"]
AXES_ENABLE_ADMIN = False
# Who keeps trying during the lock does not lengthen it for the owner of the name.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_CALLABLE = "accounts.lockout.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
SILENCED_SYSTEM_CHECKS = ["axes.W001", "axes.W006"]  # no address is kept, so none can lock out

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.tokens.TokenAuthentication",
        "accounts.sessions.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PAGINATION_CLASS": "xinyu_portal.api_paging.KeysetPagination",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["xinyu_portal.api_parsing.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "xinyu_portal.refusals.api_exception",
    "PAGE_SIZE": 50,
}
REST_KNOX = {"TOKEN_TTL": timedelta(days=30), "AUTH_HEADER_PREFIX": "Token", "TOKEN_LIMIT_PER_USER": 20}
SPECTACULAR_SETTINGS = {
    "TITLE": "新余市网络直播行业党委门户 API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    # Fields of one name with different choices need names of their own.
    "ENUM_NAME_OVERRIDES": {
        "AppealKind": "appeals.models.Appeal.Kind",
        "AppealStatus": "appeals.workflow.Status",
        "Level": "appeals.workflow.Level",
        "Outcome": "appeals.workflow.Outcome",
        "OutcomeSaid": "appeals.workflow.OUTCOMES_SAID",
        "Confidentiality": "appeals.models.Appeal.Confidentiality",
        "Verb": "appeals.workflow.Verb",
        "AnchorKind": "anchors.registry.models.Anchor.Kind",
        "StationKind": "branches.stations.models.Station.Kind",
        "SheetReason": "appeals.supervision.models.SheetReason",
        "ReturnReason": "appeals.negotiation.models.ReturnReason",
        "SuspendReason": "appeals.pausing.reasons.SuspendReason",
        "NotHere": "appeals.ending.guidance.NotHere",
        "StationStatus": "branches.stations.models.Station.Status",
        "ReportPeriodForm": "branches.reports.periods.Form",
    },
}

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
# Photos and PDFs of appeals, where no web server looks; part of the backup.
ATTACHMENTS = VAR / "attachments"
FILE_UPLOAD_HANDLERS = [
    "xinyu_portal.uploads.Limited",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_NUMBER_FILES = 40  # more than a form takes, so that it can say itself how many it takes
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = not PRODUCTION
if PRODUCTION:
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE], "script-src": [SELF], "style-src": [SELF], "font-src": [SELF],
        "img-src": [SELF, "data:"], "connect-src": [SELF], "form-action": [SELF],
        "base-uri": [NONE], "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"axes": {"level": "ERROR"}},
}
