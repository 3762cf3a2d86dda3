"""Make `.venv`: the one environment everything runs in. Run by the machine's own Python, standard library only.

    python3.11 deploy/environment.py base local dev

installs requirements/base.txt, local.txt and dev.txt, every file checked against its locked hash, and does nothing
when they have not changed since the last time. Written so that an old Python still reaches the sentence that says so.
"""

import fcntl
import hashlib
import os
import signal
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
PIP = os.path.join(VENV, "bin", "pip")


def main(names):
    if sys.version_info < (3, 11):
        sys.exit(
            "Python 3.11 or newer is needed; this is %d.%d. Choose one with PYTHON=…" % sys.version_info[:2]
        )
    files = [os.path.join(ROOT, "requirements", name + ".txt") for name in names]
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, _stop)
    os.makedirs(os.path.join(ROOT, "var"), exist_ok=True)
    with open(os.path.join(ROOT, "var", "environment.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # `make demo` and `make test` may both be installing
        _make_ready(names, files)


def _make_ready(names, files):
    same_python = os.path.isdir(os.path.join(VENV, "lib", "python%d.%d" % sys.version_info[:2]))
    if not (same_python and os.path.exists(PYTHON) and os.path.exists(PIP)):
        _make_venv()
    stale = [
        (name, file)
        for name, file in zip(names, files, strict=True)
        if _read(_stamp(name)) != _fingerprint(file)
    ]
    if not stale:
        return
    started = time.monotonic()
    print("  %-44s " % ("Python packages (" + ", ".join(name for name, _ in stale) + ")"), end="", flush=True)
    _install([file for _, file in stale])
    for name, file in stale:
        with open(_stamp(name), "w") as stamp:
            stamp.write(_fingerprint(file))
    print("installed %.1f s" % (time.monotonic() - started), flush=True)


def _make_venv():
    try:
        import ensurepip  # noqa: F401
        import venv
    except ImportError:
        sys.exit(
            "This Python cannot make environments: on Debian or Ubuntu install python%d.%d-venv."
            % sys.version_info[:2]
        )
    venv.EnvBuilder(with_pip=True, clear=os.path.isdir(VENV)).create(VENV)


def _install(files):
    requirements = [word for file in files for word in ("-r", file)]
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    # `--no-deps`: the locks are complete, so nothing outside them may come in.
    if _run(command + ["--require-hashes", "--no-deps"] + requirements):
        sys.exit("The packages could not be installed; pip says above why.")
    # Byte code once and on every core, here rather than at each process's start.
    _run([PYTHON, "-m", "compileall", "-qq", "-j", "0", os.path.join(VENV, "lib")])


def _run(command):
    """Run to the end; whatever ends us ends it."""
    with subprocess.Popen(command) as process:
        try:
            return process.wait()
        except BaseException:
            process.terminate()
            raise


def _stop(number, frame):
    sys.exit(128 + number)


def _stamp(name):
    return os.path.join(VENV, "installed-" + name)


def _fingerprint(path):
    """Of a lock, and of where the environment stands: one that was moved is made right again."""
    with open(path, "rb") as file:
        return hashlib.sha256(VENV.encode() + file.read()).hexdigest()


def _read(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


if __name__ == "__main__":
    main(sys.argv[1:])
