"""How is this installation set up? One module, read from the environment; a missing variable is named."""

import os
import sys
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlparse

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env
from psycopg.conninfo import conninfo_to_dict

from ohsc import __version__
from ohsc.core.logs import configuration

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env(eager=True)
_demo_env = BASE_DIR / "var" / "demo" / "env"
if "DATABASE_URL" not in os.environ and _demo_env.exists():
    env.read_env(str(_demo_env), override=False)

TESTING = "pytest" in sys.modules
SWEEP_SECONDS = env.float("OHSC_SWEEP_SECONDS", 10.0)  # how long a lost doorbell may stay unnoticed
# A child at risk now (docs/clocks.md): how long a minute of the ladder is, and what pages people, if anything does.
LADDER_MINUTE_SECONDS = env.float("OHSC_LADDER_MINUTE_SECONDS", 60.0)
PAGER, PAGER_FILE = env.str("OHSC_PAGER", ""), env.str("OHSC_PAGER_FILE", "")

# What this installation is
VERSION, BUILD = __version__, env.str("OHSC_BUILD", "")
DEMO = env.bool("OHSC_DEMO", False)
DEBUG = False
SECRET_KEY = env.str("OHSC_SECRET_KEY")
# Earlier keys: what they signed or sealed can still be read while a key is being changed.
SECRET_KEY_FALLBACKS = env.list("OHSC_SECRET_KEY_FALLBACKS", [])
# Fingerprints of selectors are keyed; changing this key means fingerprinting every selector again.
SELECTOR_KEY = env.str("OHSC_SELECTOR_KEY", SECRET_KEY)
BASE_URL = env.str("OHSC_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("OHSC_ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
INSECURE_HTTP = env.bool("OHSC_INSECURE_HTTP", False)  # plain http on loopback: the demonstration and tests
CSRF_TRUSTED_ORIGINS = [BASE_URL] if BASE_URL.startswith("https://") else []

INSTALLED_APPS = [
    "ohsc.core",
    "audit",
    "agencies",
    "notifications",
    "cases",
    "referrals",
    "exchange",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "guardian",
    "oauth2_provider",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "pgtrigger",
    "csp",
    *(["ohsc.demo"] if DEMO or TESTING else []),
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ohsc.core.middleware.RequestId",
    "ohsc.core.middleware.FiguresForOperators",
    "ohsc.core.middleware.Watched",
    "ohsc.core.middleware.CompressedPages",
    "csp.middleware.CSPMiddleware",
    "ohsc.core.middleware.PrivateAnswers",
    "ohsc.core.middleware.OnlyEncrypted",
    "ohsc.core.middleware.KnownMethods",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",  # a page is closed unless it says otherwise
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "agencies.middleware.ActAsSomeone",
]

ROOT_URLCONF = "ohsc.urls"
WSGI_APPLICATION = "ohsc.wsgi.application"
APPEND_SLASH = False

_loaders = [
    (
        "template_partials.loader.Loader",
        [
            (
                "django.template.loaders.cached.Loader",
                [
                    "django.template.loaders.filesystem.Loader",
                    "django.template.loaders.app_directories.Loader",
                ],
            )
        ],
    )
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": _loaders,
            "builtins": ["template_partials.templatetags.partials", "ohsc.core.templatetags.ohsc"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "agencies.context.whose_eyes",
            ],
        },
    }
]
FORM_RENDERER = "ohsc.core.forms.Renderer"

# The database. Web, workers and clock log in as ohsc_app, which owns nothing and cannot bypass row-level
# security; only `migrate --database owner` logs in as ohsc_owner, and only `database_roles` as administrator.


def _database(url: str, **options: str) -> dict:
    """Django's form of a PostgreSQL connection address (`postgresql://user:password@host:port/name`)."""
    parts = conninfo_to_dict(url)
    known = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{known[key]: str(value) for key, value in parts.items() if key in known},
        "OPTIONS": {key: value for key, value in parts.items() if key not in known} | options,
        "DISABLE_SERVER_SIDE_CURSORS": True,  # PgBouncer in transaction mode
        "CONN_MAX_AGE": 0 if TESTING else 300,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": _database(env.str("DATABASE_URL"))}
if "DATABASE_OWNER_URL" in os.environ:
    # Under FORCE a data migration by the owner would change no row and say nothing; this makes it fail.
    # And one that waits for a lock makes everybody queue behind it: it gives up instead, and is run again.
    DATABASES["owner"] = _database(
        env.str("DATABASE_OWNER_URL"), options="-c row_security=off -c lock_timeout=2s"
    )
# The public keys of whoever sealed the audit; and, in the sealer's process alone, its login and the file of its key.
AUDIT_KEYS_FILE = env.str("OHSC_AUDIT_KEYS_FILE", "")
SEALER_URL, SEALER_KEY_FILE = env.str("DATABASE_SEALER_URL", ""), env.str("OHSC_SEALER_KEY_FILE", "")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Redis is the doorbell only; see docs/architecture.md. Losing it loses nothing.
REDIS_URL = env.str("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = False  # a poisoned task would loop; the sweep finds what was left
CELERY_TASK_TIME_LIMIT = 60
CELERY_TASK_SOFT_TIME_LIMIT = 50
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 180,  # more than twice the time limit
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
    "max_retries": 0,  # a bell that cannot be rung is left to the sweep; workers have their own patience
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
}
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    "sweep what a lost doorbell left": {"task": "notifications.tasks.sweep", "schedule": SWEEP_SECONDS},
    "send digests": {"task": "notifications.tasks.send_digests", "schedule": 6 * SWEEP_SECONDS},
    "expire offers nobody answered": {"task": "referrals.tasks.expire_offers", "schedule": SWEEP_SECONDS},
    "offer on what nobody took": {"task": "referrals.tasks.offer_on", "schedule": SWEEP_SECONDS},
    "work on what waits for a worker": {
        "task": "referrals.tasks.work_on_what_waits",
        "schedule": SWEEP_SECONDS,
    },
    "tell of clocks that run out": {"task": "referrals.tasks.watch_clocks", "schedule": 3 * SWEEP_SECONDS},
    "call for a child at risk": {"task": "referrals.tasks.climb_ladders", "schedule": 1.5 * SWEEP_SECONDS},
    "balance the books": {"task": "referrals.tasks.balance_the_books", "schedule": 3600.0},
    "count the scorecards": {"task": "referrals.tasks.count_the_scorecards", "schedule": 3600.0},
    "send the audit's head": {"task": "notifications.tasks.tell_of_heads", "schedule": 3600.0},
    "warn of partner systems that end soon": {
        "task": "notifications.tasks.warn_of_expiring_clients",
        "schedule": 6 * 3600.0,
    },
    "clear sessions that are over": {"task": "agencies.tasks.clear_sign_in", "schedule": 3600.0},
    "clear documents nobody made": {"task": "exchange.tasks.clear_staged", "schedule": 3600.0},
}

# People sign in by e-mail and password (allauth); accounts are made by an administrator, never by sign-up.
AUTH_USER_MODEL = "agencies.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "agencies.hashing.RandomSecretHasher",  # for secrets that nobody chose: those of partners' clients
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
    {"NAME": "agencies.passwords.NotEasilyGuessed"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "agencies.adapter.Adapter"
ACCOUNT_FORMS = {"login": "agencies.forms.SignIn"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_LOGIN_BY_CODE_ENABLED = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = False  # agencies.actions.tries counts
# A second factor always. A demonstration may leave it to each person, and says so on its pages.
SECOND_FACTOR = env.str("OHSC_SECOND_FACTOR", "optional" if DEMO else "required")
if SECOND_FACTOR not in ("required", "optional"):
    raise ImproperlyConfigured("OHSC_SECOND_FACTOR is `required` or `optional`.")
if SECOND_FACTOR == "optional" and not DEMO:
    raise ImproperlyConfigured("OHSC_SECOND_FACTOR=optional is for demonstrations (OHSC_DEMO=1) alone.")
MFA_ADAPTER = "agencies.adapter.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn"]  # recovery codes are ours (agencies.actions.factors)
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 0
# A passkey is of one domain and answers to one origin. Browsers make none for an address in figures, so on loopback
# it is localhost's, on the same port.
PASSKEY_DOMAIN, PASSKEY_ORIGINS = urlparse(BASE_URL).hostname, [BASE_URL]
if INSECURE_HTTP and PASSKEY_DOMAIN == "127.0.0.1":
    PASSKEY_DOMAIN, PASSKEY_ORIGINS = "localhost", [BASE_URL.replace("127.0.0.1", "localhost", 1)]
SESSION_ENGINE = "agencies.sessions"  # ends after 15 minutes without use, or 12 hours
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"}}

# Partner systems: OAuth 2.0 client credentials, and nothing else of OAuth.
OAUTH2_PROVIDER_APPLICATION_MODEL = "agencies.Client"
OAUTH2_PROVIDER = {
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    "CLIENT_SECRET_HASHER": "random_secret",
    "SCOPES_BACKEND_CLASS": "agencies.scopes.ClientScopes",
    "OAUTH2_VALIDATOR_CLASS": "agencies.scopes.ClientCredentialsOnly",
    "ALLOWED_SCHEMES": ["https"],
    "ALLOW_URI_WILDCARDS": False,
    # RFC 9700, best current practice for OAuth 2.0 security: each of its demands switched on.
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["agencies.authentication.PartnerToken"],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["ohsc.core.bodies.JsonBody"],
    "DEFAULT_SCHEMA_CLASS": "ohsc.core.openapi.Described",
    "EXCEPTION_HANDLER": "ohsc.core.problems.answer_to",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "OHSC partner interface",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    # Not the usual hook: enumerations stand where they are used, not under invented names.
    "POSTPROCESSING_HOOKS": ["ohsc.core.openapi_whole.said_of_all"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}
# Requests a client may make in a minute (ohsc.core.limits): far above what intake and queues need.
LIMITS = {
    kind: env.int(f"OHSC_LIMIT_{kind.upper()}", usual)
    for kind, usual in (("read", 30_000), ("write", 30_000), ("bulk", 60), ("token", 300))
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # the largest body taken, but for imports (5 MB)
FILE_UPLOAD_HANDLERS = ["ohsc.core.uploads.NoFiles"]

GUARDIAN_MONKEY_PATCH_USER = False
ANONYMOUS_USER_NAME = None
SILENCED_SYSTEM_CHECKS = [
    "guardian.W001",  # grants are read by cases.access, not by a login backend
    "security.W008",  # an http call is refused (OnlyEncrypted), never redirected: a token may be in it
    "security.W021",  # whether the domain is preloaded by browsers is its owner's to say
]

# What leaves: webhooks reach no private address but these; e-mail carries a reference and a link.
WEBHOOK_ALLOW = env.list("OHSC_WEBHOOK_ALLOW", [])
BOUNCES = env.str("OHSC_BOUNCES", "")  # a Maildir or mbox file to which mail comes back
DEFAULT_FROM_EMAIL = env.str("OHSC_EMAIL_FROM", "no-reply@ohsc.example")


def _email(url: str) -> dict:
    """`smtp://user:password@host:587?tls=1`, `file:/a/folder`, or `console:`."""
    parts = urlparse(url)
    if parts.scheme == "file":
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": parts.path,
        }
    if parts.scheme == "smtp":
        return {
            "EMAIL_HOST": parts.hostname or "localhost",
            "EMAIL_PORT": parts.port or 25,
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_TLS": parse_qs(parts.query).get("tls") == ["1"],
            "EMAIL_TIMEOUT": 10,
        }
    return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}


globals().update(_email(env.str("OHSC_EMAIL_URL", "console:")))

# What the browser is told
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_HSTS_SECONDS = 0 if INSECURE_HTTP else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not INSECURE_HTTP
if env.bool("OHSC_BEHIND_TLS_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # whose X-Forwarded-For is read, its last entry; without a proxy none is
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not INSECURE_HTTP
SESSION_COOKIE_NAME = "ohsc_session" if INSECURE_HTTP else "__Host-ohsc_session"
KNOWN_BROWSER_COOKIE_NAME = "ohsc_known" if INSECURE_HTTP else "__Host-ohsc_known"
CSRF_COOKIE_NAME = "ohsc_csrf" if INSECURE_HTTP else "__Host-ohsc_csrf"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
# What is said after a press names referrals and agencies: it ends with the session, where a cookie would wait for
# whoever signs in next.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "ohsc.core.views.csrf_failure"

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("OHSC_STATIC_ROOT", str(BASE_DIR / "var" / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # the platform keeps no files
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "ohsc.core.static_files.HashedStaticFiles"
    },
}
WHITENOISE_USE_FINDERS = TESTING
# Compressing source maps is most of the work and nobody asks for them.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["map", "png", "gif", "jpg", "woff", "woff2"]

# Who may read /metrics: whoever calls directly, past the proxy, from these networks, or shows this token.
METRICS_ALLOW = env.list("OHSC_METRICS_ALLOW", ["127.0.0.0/8", "::1"])
METRICS_TOKEN = env.str("OHSC_METRICS_TOKEN", "")

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"  # for pages where the person's own zone is not known
USE_TZ = True
USE_I18N = True

LOGGING = configuration(env.str("OHSC_LOG_LEVEL", "INFO"))
