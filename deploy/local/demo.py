"""`make demo`: everything OHSC is, with invented data, on this machine only."""

import compileall
import json
import os
import socket
import sys
import time
import urllib.error
import urllib.request

from deploy.local import frontend, stamps
from deploy.local.console import Failure, progress, say
from deploy.local.place import ROOT, Place
from deploy.local.servers import start_servers
from deploy.local.supervisor import Service, StopRequested, Supervisor
from deploy.local.surroundings import drop_database, process_environment, settings, write_env_file

USUAL_PORT = 8000
SEALERS = ("DATABASE_SEALER_URL", "OHSC_SEALER_KEY_FILE")
OWN_CODE = ("ohsc", "audit", "agencies", "notifications", "cases", "referrals", "exchange", "deploy")


def demo(place: Place) -> int:
    """Start the demonstration and keep it running until a stop is asked for."""
    began = time.monotonic()
    refuse_to_leave_this_machine()
    place.sign_lock()
    for log in place.log_dir.glob("*.log"):
        log.unlink()
    try:
        with Supervisor(place.log_dir) as supervisor:
            frontend.build(supervisor)
            compile_own_code()
            servers = start_servers(supervisor, place, keep=True)
            listener = _listen()
            base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            values = settings(place, servers.databases, servers.redis_url, base_url)
            write_env_file(place.env_file, values)
            env = process_environment(values, place)
            prepare_database(supervisor, env)
            collect_static_files(supervisor, env, place)
            manage(supervisor, env, "Invented data", "seed_demo")
            _start_services(supervisor, env, listener, base_url)
            _invite(place, base_url, time.monotonic() - began)
            supervisor.watch()
    except StopRequested:
        say("\nStopped. Nothing of it runs any more; `make demo` goes on where it was.")
    return 0


def reset(place: Place) -> int:
    """Clear the demonstration's data, secrets and logs."""
    if given := os.environ.get("DATABASE_URL"):
        drop_database(given, place)
    place.remove()
    say("The demonstration's data is cleared.")
    return 0


def refuse_to_leave_this_machine() -> None:
    bind = os.environ.get("OHSC_BIND", "127.0.0.1")
    host = bind.rpartition(":")[0] or bind
    if host not in {"127.0.0.1", "localhost", "[::1]"}:
        raise Failure(
            f"The demonstration listens to this machine only, not on {bind}: its passwords are known to all."
        )


def compile_own_code() -> None:
    """So that the web server, the worker and the clock do not each do it at their start."""
    for name in OWN_CODE:
        compileall.compile_dir(ROOT / name, quiet=2)


def prepare_database(supervisor: Supervisor, env: dict[str, str]) -> None:
    manage(supervisor, env, "Database roles", "database_roles")
    key, published = env["OHSC_SEALER_KEY_FILE"], env["OHSC_AUDIT_KEYS_FILE"]
    manage(supervisor, env, "Key of the audit's seals", "audit_key", key, published, "--if-absent")
    manage(
        supervisor, env, "Database tables", "migrate", "--database", "owner", "--verbosity=1", "--no-input"
    )


def collect_static_files(supervisor: Supervisor, env: dict[str, str], place: Place) -> None:
    """Compressing them takes seconds, so only when one of them changed."""
    stamp = place.dir / "static.collected-from"
    sources = [ROOT / "static", ROOT / "requirements" / "base.txt", ROOT / "ohsc" / "settings.py"]
    if not stamps.is_current(stamp, sources):
        unused = ("--ignore=redoc", "--ignore=rest_framework")
        manage(supervisor, env, "Static files", "collectstatic", "--noinput", "--verbosity=0", *unused)
        stamps.write(stamp, sources)


def manage(supervisor: Supervisor, env: dict[str, str], what: str, *arguments: str) -> None:
    with progress(what):
        supervisor.run([sys.executable, "manage.py", *arguments], env=env, name=arguments[0], cwd=ROOT)


def without_the_sealers(env: dict[str, str]) -> dict[str, str]:
    """What web, worker and clock get: neither the sealer's login nor its key."""
    return {name: value for name, value in env.items() if name not in SEALERS}


def _listen() -> socket.socket:
    """Take the port now and hand it to the web server later, so that no clone beside this one gets it meanwhile.

    It also stays ours while a web server that ended is started again: who calls then waits, and is not refused.
    """
    asked = int(os.environ.get("OHSC_PORT", USUAL_PORT))
    for port in range(asked, asked + 200):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
            listener.listen(512)
        except OSError:
            listener.close()
            continue
        if port != asked:
            say(f"  Port {asked} is in use; taking {port}.")
        return listener
    raise Failure(f"No free port from {asked} to {asked + 199}.")


def _start_services(
    supervisor: Supervisor, env: dict[str, str], listener: socket.socket, base_url: str
) -> None:
    # The clock's own record of what rang when; without it a restart would ring everything at once.
    schedule = supervisor.log_dir.parent / "clock"
    python = [sys.executable, "-m"]
    celery = [*python, "celery", "-A", "ohsc"]
    worker = [*celery, "worker", "--concurrency=2", "--hostname=demo@%h", "--loglevel=INFO"]
    clock = [*celery, "beat", "--pidfile=", f"--schedule={schedule}", "--loglevel=INFO"]
    web = [*python, "gunicorn", "-c", "deploy/gunicorn.conf.py", "ohsc.wsgi"]
    sealer = [sys.executable, "manage.py", "audit_seal"]
    with progress("Web, worker, clock and sealer") as step:
        supervisor.start(Service("sealer", sealer, env, stop_seconds=5.0, cwd=ROOT))
        env = without_the_sealers(env)
        supervisor.start(Service("worker", worker, env, cwd=ROOT))
        supervisor.start(Service("clock", clock, env, stop_seconds=5.0, cwd=ROOT))
        supervisor.start(
            Service(
                "web",
                web,
                env | {"OHSC_BIND": f"fd://{listener.fileno()}"},
                pass_fds=[listener.fileno()],
                ready=lambda: _answers(f"{base_url}/readyz"),
                stop_seconds=10.0,
                cwd=ROOT,
            ),
            within=90.0,
        )
        step.outcome = "ready"


def _answers(url: str) -> bool:
    # Without the person's http_proxy: this never leaves the machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=2.0) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _invite(place: Place, base_url: str, seconds: float) -> None:
    """Where to go, and whom to sign in as."""
    say(
        f"\nOHSC runs at {base_url} (ready in {seconds:.0f} s). "
        "Invented data only; nobody but this machine can reach it.\n"
    )
    credentials = place.dir / "credentials.json"
    known = json.loads(credentials.read_text()) if credentials.exists() else {}
    shown: dict[str, dict[str, str]] = {}
    for user in known.get("users", []):
        shown.setdefault(user["role"], user)
    if shown:
        say("  Sign in as")
        for user in shown.values():
            say(f"    {user['email']:<42} {user['password']:<24} {user['role']}, {user['agency']}")
    say(f"  Everyone else, and the partner systems' clients: {credentials.relative_to(place.root)}")
    say(f"  Logs: {place.log_dir.relative_to(place.root)}/   Stop: Ctrl-C   Start afresh: make demo-reset\n")
