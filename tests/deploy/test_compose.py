"""What the deployment's file promises, read from the file: no engine runs here."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from deploy.compose_environment import environment_of

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text()
SERVICES = yaml.safe_load(TEXT)["services"]
OURS = ("migrate", "backup", "web", "worker", "clock", "sealer")
RUNNING = ("web", "worker", "clock")


def test_the_services_are_these():
    assert set(SERVICES) == {"postgres", "pool", "redis", *OURS}


def test_no_secret_is_in_the_file_and_a_missing_one_is_named():
    secrets = [
        word for word in re.findall(r"\$\{([^}]*)\}", TEXT) if re.match(r"\w*(PASSWORD|SECRET|KEY)", word)
    ]
    assert len(secrets) >= 6
    assert all(":?" in word for word in secrets), "no default for a secret"
    for password in re.findall(r"://[^:/]*:([^@\s]*)@", TEXT):
        assert password.startswith("${"), "a password in an address comes from the environment"


def test_every_variable_is_explained_in_the_example():
    example = (ROOT / "deploy" / "ohsc.env.example").read_text()
    for name in set(re.findall(r"(?<!\$)\$\{(\w+)", TEXT)):
        assert re.search(rf"^{name}=", example, re.MULTILINE), name


@pytest.mark.parametrize("name", RUNNING)
def test_what_runs_knows_only_the_applications_login(name):
    environment = SERVICES[name]["environment"]
    assert environment["DATABASE_URL"].startswith("postgresql://ohsc_app:")
    assert environment["DATABASE_URL"].endswith("@pool:6432/ohsc")
    assert not {"DATABASE_OWNER_URL", "DATABASE_ADMIN_URL", "DATABASE_BACKUP_URL"} & set(environment)
    assert "OHSC_DEMO" not in environment
    assert "OHSC_INSECURE_HTTP" not in environment


def test_the_sealer_alone_holds_its_key_and_login_and_holds_no_other():
    environment = SERVICES["sealer"]["environment"]
    for name in ("DATABASE_URL", "DATABASE_SEALER_URL"):
        assert environment[name].startswith("postgresql://ohsc_sealer:")
        assert "@postgres:5432/" in environment[name], "its lock is not for a pool to lend"
    assert "${" not in environment["OHSC_SECRET_KEY"]
    assert [name for name in SERVICES if "sealer_key" in SERVICES[name].get("secrets", [])] == ["sealer"]
    for name in RUNNING:
        assert not {"DATABASE_SEALER_URL", "OHSC_SEALER_KEY_FILE"} & set(SERVICES[name]["environment"])
    assert "DATABASE_SEALER_URL" in SERVICES["migrate"]["environment"], "it makes the login"
    assert SERVICES["sealer"]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_roles_and_tables_are_made_before_anything_runs():
    command = " ".join(SERVICES["migrate"]["command"])
    assert command.index("database_roles") < command.index("migrate --database owner")
    for name in RUNNING:
        assert SERVICES[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert SERVICES["migrate"]["restart"] == "no"


@pytest.mark.parametrize("name", [*OURS, "pool"])
def test_our_containers_have_no_rights_they_do_not_need(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["user"].split(":")[0] not in {"0", "root"}
    assert "no-new-privileges:true" in service["security_opt"]
    assert "ports" not in service, "only the proxy is reached from outside"


@pytest.mark.parametrize("name", ["postgres", "pool", "redis", "sealer", *RUNNING])
def test_everything_that_runs_says_whether_it_is_well(name):
    assert SERVICES[name]["healthcheck"]["test"]


@pytest.mark.parametrize("name", ["web", "worker"])
def test_web_and_worker_scale_by_number(name):
    assert "REPLICAS" in SERVICES[name]["deploy"]["replicas"]
    assert "container_name" not in SERVICES[name]
    assert "ports" not in SERVICES[name]


def test_redis_keeps_what_it_is_given():
    command = " ".join(SERVICES["redis"]["command"])
    assert "maxmemory-policy noeviction" in command
    assert "appendonly yes" in command


def test_only_the_worker_reaches_outside():
    networks = {name: set(SERVICES[name]["networks"]) for name in SERVICES}
    assert [name for name, joined in networks.items() if "out" in joined] == ["worker"]
    assert networks["postgres"] == networks["pool"] == networks["redis"] == {"back"}


def test_every_first_party_package_is_in_the_image():
    copied = (ROOT / "deploy" / "Dockerfile").read_text()
    for package in (
        "ohsc",
        "audit",
        "agencies",
        "notifications",
        "cases",
        "referrals",
        "exchange",
        "templates",
        "static",
    ):
        assert f"COPY {package}/ {package}/" in copied
    assert "USER 10001" in copied
    assert "--require-hashes" in copied


def test_the_pool_lends_for_a_transaction_to_the_applications_login_alone():
    folder = ROOT / "deploy" / "pgbouncer"
    config = (folder / "pgbouncer.ini").read_text()
    assert re.search(r"^pool_mode = transaction$", config, re.MULTILINE)
    assert re.search(r"^auth_type = scram-sha-256$", config, re.MULTILINE)
    assert re.findall(r'"(\w+)" "%s"', (folder / "start").read_text()) == ["ohsc_app"]
    for name in ("migrate", "backup"):  # locks and snapshots last longer than a transaction is lent
        urls = {key: url for key, url in SERVICES[name]["environment"].items() if key.startswith("DATABASE")}
        assert all("@postgres:5432/" in url for url in urls.values()), urls
    for name in RUNNING:
        assert SERVICES[name]["depends_on"]["pool"]["condition"] == "service_healthy"


def test_a_backup_is_made_by_programs_of_the_servers_version_by_a_login_that_only_reads():
    major = SERVICES["postgres"]["image"].split(":")[1]
    assert f"postgresql-client-{major}" in (ROOT / "deploy" / "Dockerfile").read_text()
    backup = SERVICES["backup"]
    assert backup["environment"]["DATABASE_BACKUP_URL"].startswith("postgresql://ohsc_backup:")
    assert not {"DATABASE_OWNER_URL", "DATABASE_ADMIN_URL"} & set(backup["environment"])
    assert backup["profiles"] == ["operations"], "it does not start with the rest"


def test_figures_are_for_operators_and_not_for_the_proxys_side():
    for name in RUNNING:
        assert SERVICES[name]["environment"]["OHSC_METRICS_ALLOW"] == "${OHSC_METRICS_ALLOW:-127.0.0.0/8,::1}"
        assert SERVICES[name]["environment"]["OHSC_METRICS_TOKEN"] == "${OHSC_METRICS_TOKEN:-}"


def test_whoever_is_told_to_stop_gets_the_time_that_finishing_takes():
    def seconds(name):
        return int(SERVICES[name]["stop_grace_period"].removesuffix("s"))

    settings = (ROOT / "ohsc" / "settings.py").read_text()
    longest_task = int(re.search(r"^CELERY_TASK_TIME_LIMIT = (\d+)", settings, re.MULTILINE)[1])
    web = (ROOT / "deploy" / "gunicorn.conf.py").read_text()
    assert seconds("worker") > longest_task
    assert seconds("web") > int(re.search(r"^graceful_timeout = (\d+)", web, re.MULTILINE)[1])


def test_what_is_deployed_passes_djangos_own_checks_and_is_set_up_to_be_safe():
    """The settings as a service of the file reads them; `make check` runs check --deploy in the same way."""
    asked = (
        "INSECURE_HTTP SECURE_HSTS_SECONDS SECURE_HSTS_INCLUDE_SUBDOMAINS SESSION_COOKIE_SECURE SESSION_COOKIE_NAME"
        " CSRF_COOKIE_SECURE CSRF_COOKIE_NAME CSRF_COOKIE_HTTPONLY DEBUG DEMO SECURE_PROXY_SSL_HEADER ALLOWED_HOSTS"
    )
    program = (
        "import json; from django.conf import settings;"
        f" print(json.dumps({{name: getattr(settings, name) for name in {asked.split()!r}}}))"
    )
    python = sys.executable
    command = [python, "-m", "deploy.compose_environment", "web", python, "manage.py"]
    check = subprocess.run(
        [*command, "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert check.returncode == 0, check.stderr
    env = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | environment_of("web")
    said = subprocess.run(
        [python, "-c", program], cwd=ROOT, env=env | {"DJANGO_SETTINGS_MODULE": "ohsc.settings"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(said.stdout) == {
        "INSECURE_HTTP": False,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_NAME": "__Host-ohsc_session",
        "CSRF_COOKIE_SECURE": True,
        "CSRF_COOKIE_NAME": "__Host-ohsc_csrf",
        "CSRF_COOKIE_HTTPONLY": True,
        "DEBUG": False,
        "DEMO": False,
        "SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"],
        "ALLOWED_HOSTS": ["ohsc.example"],
    }
