"""The web server's settings. In demonstration mode it listens to this machine only, or not at all."""

import ipaddress
import os
import socket
import sys

bind = os.environ.get("OHSC_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("OHSC_WEB_PROCESSES", "2"))
threads = int(os.environ.get("OHSC_WEB_THREADS", "4"))
worker_class = "gthread"
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
