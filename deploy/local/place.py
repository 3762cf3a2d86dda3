"""Where does one clone keep what it runs? Everything is under `var/<name>/`, readable by its owner only."""

import fcntl
import hashlib
import os
import secrets
import shutil
import tempfile
import time
from pathlib import Path

from deploy.local.console import Failure

ROOT = Path(__file__).resolve().parents[2]
LONGEST_SOCKET_PATH = 107  # bytes the kernel takes, less the closing zero
SOCKET_NAME = ".s.PGSQL.5432"


class Place:
    """One running set of servers of one clone: `demo` or `test`."""

    def __init__(self, name: str, root: Path = ROOT) -> None:
        self.name = name
        self.root = root
        self.dir = root / "var" / name
        self.log_dir = self.dir / "log"
        self.env_file = self.dir / "env"
        self._lock_fd: int | None = None

    def make(self) -> None:
        self.dir.mkdir(parents=True, exist_ok=True)
        self.dir.chmod(0o700)
        self.log_dir.mkdir(exist_ok=True)

    @property
    def clone_id(self) -> str:
        """Short, the same for this clone every time, different for the clone beside it."""
        return hashlib.sha256(str(self.root).encode()).hexdigest()[:8]

    def secret(self, name: str) -> str:
        """A random secret that stays the same for this clone until it is reset."""
        path = self.dir / "secrets" / name
        if not path.exists():
            path.parent.mkdir(mode=0o700, exist_ok=True)
            write_private(path, secrets.token_urlsafe(32))
        return path.read_text().strip()

    def short_dir(self, purpose: str, parent: Path = Path("/tmp")) -> Path:
        """A private directory with a short path, made once and remembered; nobody else can have made it."""
        note = self.dir / f"{purpose}.path"
        if note.exists():
            known = Path(note.read_text().strip())
            if known.is_dir() and not known.is_symlink() and known.stat().st_uid == os.getuid():
                return known
        made = Path(tempfile.mkdtemp(prefix="ohsc-", dir=parent))
        write_private(note, str(made))
        return made

    def socket_dir(self) -> Path:
        """Where PostgreSQL's socket lies: beside its data, or in a short private directory if too long."""
        beside = self.dir / "socket"
        if len(os.fsencode(str(beside / SOCKET_NAME))) <= LONGEST_SOCKET_PATH:
            beside.mkdir(mode=0o700, exist_ok=True)
            return beside
        return self.short_dir("socket")

    def remembered_dirs(self) -> list[Path]:
        return [Path(note.read_text().strip()) for note in self.dir.glob("*.path")]

    def remove(self) -> None:
        for path in self.remembered_dirs():
            if path.name.startswith("ohsc-"):
                shutil.rmtree(path, ignore_errors=True)
        shutil.rmtree(self.dir, ignore_errors=True)

    # One launcher at a time

    def lock(self, what: str, wait_seconds: float = 20.0) -> None:
        """Hold this place until every process of the launcher has ended. Waits only for one that is ending.

        The warden and the supervisor share the lock, so after a `kill -9` it is free when the last service is gone.
        """
        self.make()
        path = self.dir / "lock"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + wait_seconds
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                holder = os.pread(descriptor, 200, 0).decode(errors="replace").strip()
                if self._alive(holder) or time.monotonic() > deadline:
                    os.close(descriptor)
                    raise Failure(
                        f"{what} already runs in this clone (process {holder or 'unknown'})."
                    ) from None
                time.sleep(0.2)
        self._lock_fd = descriptor

    def sign_lock(self) -> None:
        """Say in the lock which process holds it."""
        assert self._lock_fd is not None
        os.ftruncate(self._lock_fd, 0)
        os.pwrite(self._lock_fd, str(os.getpid()).encode(), 0)

    @staticmethod
    def _alive(holder: str) -> bool:
        return holder.isdigit() and Path(f"/proc/{holder}").exists()


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    temporary.replace(path)
