"""Was something already made from these very files? A stamp says from what it was made."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

NOT_SOURCES = {"node_modules", "__pycache__"}


def fingerprint(paths: Iterable[Path]) -> str:
    """Of every file, by name and content; a folder stands for all that is in it."""
    digest = hashlib.sha256()
    for top in paths:
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            name = path.relative_to(top.parent)
            if path.is_file() and not NOT_SOURCES.intersection(name.parts):
                digest.update(str(name).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def is_current(stamp: Path, sources: Iterable[Path]) -> bool:
    return stamp.exists() and stamp.read_text() == fingerprint(sources)


def write(stamp: Path, sources: Iterable[Path]) -> None:
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(fingerprint(sources))
