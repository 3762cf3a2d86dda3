"""As whom does PostgreSQL run when we are root? It refuses root, and nobody's home may be made readable for it.

First choice: a user namespace of its own, in which root's files look like an ordinary user's. No user is made, no mode
changed, and a clone under /root (0700) works. Where the kernel refuses (many containers), an existing unprivileged
user, with programs and data in a directory of their own that this user can reach.
"""

import ctypes
import os
import pwd
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deploy.local.console import Failure
from deploy.local.place import Place

_CLONE_NEWUSER = 0x10000000
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Identity:
    """How the programs are run, where they lie, and who owns the data (None: whoever we are)."""

    become: Callable[[], None] | None
    bin_dir: Path
    owner: pwd.struct_passwd | None = None
    note: str = ""


def enter_user_namespace() -> None:
    """Look like user 1000 to ourselves; to the file system we stay who we are."""
    uid, gid = os.geteuid(), os.getegid()
    if _libc.unshare(_CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "the kernel refuses a user namespace")
    for name, line in (("setgroups", "deny"), ("uid_map", f"1000 {uid} 1"), ("gid_map", f"1000 {gid} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(line)


def identity_for(bin_dir: Path, place: Place) -> Identity:
    if os.geteuid() != 0:
        return Identity(None, bin_dir)
    if os.environ.get("OHSC_NO_USER_NAMESPACE") != "1" and _works(bin_dir, enter_user_namespace):
        return Identity(enter_user_namespace, bin_dir)
    return _as_another_user(bin_dir, place)


def _works(bin_dir: Path, become: Callable[[], None]) -> bool:
    try:
        for program in ("postgres", "initdb"):
            subprocess.run(
                [bin_dir / program, "-V"], preexec_fn=become, capture_output=True, check=True, cwd="/"
            )
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def _as_another_user(bin_dir: Path, place: Place) -> Identity:
    owner = next((entry for name in ("postgres", "nobody") if (entry := _user(name))), None)
    if owner is None:
        raise Failure(
            "PostgreSQL does not run as root, the kernel refuses a user namespace, and there is no user `nobody`. "
            "Run as an ordinary user, or set DATABASE_URL to a server of your own."
        )

    def become() -> None:
        os.setgroups([])
        os.setgid(owner.pw_gid)
        os.setuid(owner.pw_uid)

    home = place.short_dir("postgres", Path("/var/tmp"))
    home.chmod(0o711)
    if not _works(bin_dir, become):
        bin_dir = _copy_within_reach(bin_dir, home / "programs")
        if not _works(bin_dir, become):
            raise Failure(
                f"PostgreSQL's programs in {bin_dir} do not run as user {owner.pw_name}, and it does not run as root. "
                "Run as an ordinary user, or set DATABASE_URL to a server of your own."
            )
    note = f"the kernel refuses a user namespace: PostgreSQL runs as {owner.pw_name}, its data is in {home}"
    return Identity(become, bin_dir, owner, note)


def _copy_within_reach(bin_dir: Path, copies: Path) -> Path:
    """The programs with their libraries, which a wheel keeps beside its package, in the same places to each other."""
    package = bin_dir.parents[1]
    for folder in (package, package.with_name(f"{package.name}.libs")):
        if folder.is_dir() and not (copies / folder.name).exists():
            shutil.copytree(folder, copies / folder.name, symlinks=True)
    return copies / bin_dir.relative_to(package.parent)


def _user(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None
