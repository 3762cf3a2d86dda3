"""The web server's settings. In demonstration mode it listens to this machine only, or not at all."""

import ipaddress
import os
import shutil
import socket
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from ohsc.core.logs import configuration

bind = os.environ.get("OHSC_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("OHSC_WEB_PROCESSES", "2"))
threads = int(os.environ.get("OHSC_WEB_THREADS", "4"))
worker_class = "ohsc.core.serving.Worker"
timeout = 30
graceful_timeout = 25
keepalive = 5
max_requests = 5000
max_requests_jitter = 500
limit_request_line = 4094
limit_request_fields = 60
# A heartbeat on a disk stalls with the disk; and a container's root file system is read-only.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None
control_socket_disable = True
forwarded_allow_ips = os.environ.get("OHSC_PROXY_ADDRESSES", "127.0.0.1,::1")
accesslog = None  # the application writes its own line, without personal data
errorlog = "-"
logconfig_dict = configuration(os.environ.get("OHSC_LOG_LEVEL", "INFO"))

# The web processes count requests into files that they share (ohsc/core/metrics.py); in memory, like the heartbeat.
# The settings are read again on HUP: the folder stays as long as this master does.
if os.environ.get("OHSC_WEB_MASTER") != str(os.getpid()):
    os.environ["OHSC_WEB_MASTER"] = str(os.getpid())
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="ohsc-figures-", dir=worker_tmp_dir)


def pre_fork(server, worker):
    """The lowest number no living process has: a process that takes another's place goes on with its files, so there
    are never more of them than processes, and no count is lost."""
    taken = {other.slot for other in server.WORKERS.values()}
    worker.slot = next(number for number in range(len(taken) + 1) if number not in taken)


def post_fork(server, worker):
    os.environ["OHSC_WEB_SLOT"] = str(worker.slot)


def on_exit(server):
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)


def on_starting(server):
    """Whatever set the address, environment or command line: a demonstration never leaves this machine."""
    if os.environ.get("OHSC_DEMO", "0") not in {"1", "true", "True"}:
        return
    for address in server.cfg.address:
        if not _is_loopback(address):
            print(
                f"A demonstration listens to this machine only, not on {address}: its passwords are known to all.",
                file=sys.stderr,
                flush=True,
            )
            sys.exit(4)


def _is_loopback(address):
    if isinstance(address, int):  # a listening socket that was handed over
        with socket.socket(fileno=os.dup(address)) as listener:
            address = listener.getsockname()
    if not isinstance(address, tuple):  # a unix socket, as a path
        return True
    host = address[0]
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False  # a name, and where it leads may change
