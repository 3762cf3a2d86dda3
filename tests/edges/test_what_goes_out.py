"""Which parts of the house open a connection, and to where? Webhooks, mail to one server, agencies' own sign-in."""

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
HOUSE = ("ohsc", "audit", "agencies", "notifications", "cases", "referrals", "exchange")
OPENING = {
    "socket",
    "ssl",
    "http",
    "urllib3",
    "requests",
    "httpx",
    "aiohttp",
    "smtplib",
    "ftplib",
    "telnetlib",
    "xmlrpc",
}
OPENS = {  # module: what it opens
    "agencies/openid.py": {"urllib3"},  # the sign-in service that an operator named, at its own origin only
    "notifications/transport.py": {
        "http",
        "socket",
        "ssl",
        "urllib3",
    },  # webhooks, to an address checked and kept
    "notifications/destinations.py": {"socket", "urllib3"},  # looks a name up and takes a URL apart
    "notifications/letters.py": {
        "smtplib"
    },  # for the names of its errors: Django sends, to the one server named
}


def imported(file: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return names


def opens(file: Path) -> set[str]:
    found = {name for name in imported(file) if name.split(".")[0] in OPENING}
    # HTTPStatus is a list of numbers, and urllib.parse takes an address apart.
    found -= {"http"}
    if "urllib.request" in imported(file):
        found.add("urllib.request")
    return {name.split(".")[0] if name != "urllib.request" else name for name in found}


def test_only_these_open_connections():
    found = {
        str(file.relative_to(ROOT)): opened
        for folder in HOUSE
        for file in (ROOT / folder).rglob("*.py")
        if (opened := opens(file))
    }
    assert found == OPENS
