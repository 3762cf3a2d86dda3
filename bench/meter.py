"""What did it cost? Processor time and memory of a process and all it started, from /proc."""

import psutil


def tree(pid: int) -> list[psutil.Process]:
    root = psutil.Process(pid)
    return [root, *root.children(recursive=True)]


def cpu_seconds(pid: int) -> float:
    """User and system time of the tree; children that ended are in their parent's figures."""
    spent = 0.0
    for process in tree(pid):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        spent += times.user + times.system + times.children_user + times.children_system
    return spent


def memory(pid: int) -> list[dict[str, float]]:
    """RSS and PSS of each process in MB: what it sees, and its fair share of what several see."""
    found = []
    for process in tree(pid):
        try:
            full = process.memory_full_info()
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
        found.append({"pid": process.pid, "rss": full.rss / 1e6, "pss": full.pss / 1e6})
    return found
