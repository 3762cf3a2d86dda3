"""What calls out, and where can it be made to call? Only what is listed here opens a connection.

Partners choose one kind of address, that of a webhook; every other is the operator's, from the environment.
"""

import ast
import json
from ipaddress import ip_address

import pytest

from notifications import transport
from notifications.destinations import addresses_for, check_url, is_public
from tests.api.calls import send
from tests.test_architecture import OURS, ROOT, name_of

NETWORK = {
    "socket", "ssl", "http.client", "urllib.request", "urllib3", "requests", "httpx", "aiohttp", "asyncio", "smtplib",
    "ftplib", "imaplib", "poplib", "telnetlib", "xmlrpc", "socketserver", "redis", "psycopg", "django.core.mail",
    "paramiko", "grpc", "websockets",
}  # fmt: skip
MAY_CALL = {
    "notifications/transport.py": "webhooks, each to the public address that was judged",
    "notifications/destinations.py": "looks up the names of webhooks, and takes their addresses apart",
    "notifications/letters.py": "e-mail, to the operator's mail server",
    "notifications/bell.py": "the operator's Redis",
    "notifications/account_letters.py": "writes e-mails; letters.py hands them over",
    "notifications/actions/account_letters.py": "writes e-mails; letters.py hands them over",
    "agencies/openid.py": "the sign-in services that the operator has listed, each to its issuer's own origin",
    "audit/sealing.py": "the operator's PostgreSQL, over a connection it is given",
    "audit/verifying.py": "the operator's PostgreSQL, over a connection it is given",
    "audit/management/commands/audit_seal.py": "the operator's PostgreSQL, as the sealer",
    "audit/management/commands/audit_verify.py": "the operator's PostgreSQL",
    "ohsc/core/health.py": "the operator's Redis",
    "ohsc/settings.py": "takes the operator's database address apart",
    "ohsc/core/backups.py": "the operator's PostgreSQL",
    "ohsc/core/management/commands/backup.py": "the operator's PostgreSQL",
    "ohsc/core/management/commands/restore.py": "the operator's PostgreSQL",
    "ohsc/core/management/commands/database_roles.py": "the operator's PostgreSQL",
}


def imported(tree: ast.AST) -> set[str]:
    """Every module a file names in its imports, with the names it takes from them, as dotted paths."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def calls_out(names: set[str]) -> bool:
    return any(name == known or name.startswith(f"{known}.") for name in names for known in NETWORK)


def test_only_what_is_listed_opens_connections():
    found = {
        name_of(path)
        for path in OURS
        if path.parts[len(ROOT.parts)] != "deploy" and calls_out(imported(ast.parse(path.read_text())))
    }
    # The drivers' exceptions are no connections.
    harmless = {"psycopg.errors", "psycopg.types"}
    found = {
        name
        for name in found
        if calls_out({one for one in imported(ast.parse((ROOT / name).read_text())) if one not in harmless})
    }
    assert found == set(MAY_CALL)


def test_nothing_else_is_imported_by_a_name_made_up_at_run_time():
    dynamic = {
        name_of(path)
        for path in OURS
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("__import__", "importlib.import_module", "exec", "eval")
        if path.parts[len(ROOT.parts)] != "deploy"
    }
    assert dynamic == set()


# The corpus of TRUST.md, class 26, at every door where a partner or a person gives an address.

INSIDE = [
    "https://169.254.169.254/latest/meta-data", "https://[::ffff:10.0.0.1]/", "https://[::ffff:a00:1]/", "https://100.64.0.1/",
    "https://[64:ff9b::a00:1]/", "https://[64:ff9b:1::1]/", "https://2130706433/", "https://0x7f000001/", "https://0177.0.0.1/",
    "https://017700000001/", "https://127.1/", "https://127.0.0.1/", "https://[::1]/", "https://[::]/", "https://0/",
    "https://10.1.2.3/", "https://172.16.0.1/", "https://192.168.0.1/", "https://[fe80::1%25eth0]/", "https://[fd00::1]/",
    "https://[2002:a00:1::]/", "https://[2001:0:a00:1::]/", "https://user:pw@hooks.agency.example/",
    "https://hooks.agency.example@169.254.169.254/", "https://hooks.agency.example#@10.0.0.1/", "https://localhost/",
    "https://hooks.agency.example:22/", "http://hooks.agency.example/", "file:///etc/passwd", "gopher://10.0.0.1/",
    "https://hooks.agency.example\\@10.0.0.1/", "https://１２７.0.0.1/", "https://127。0。0。1/", "https://ⓛocalhost/",
    "//10.0.0.1/", "https:///10.0.0.1/", "https://168.63.129.16/", "https://192.0.0.192/", "https://0x7f.1/",
]  # fmt: skip


@pytest.fixture
def closed(settings):
    settings.WEBHOOK_ALLOW = []


@pytest.mark.parametrize("url", INSIDE)
def test_no_door_takes_an_address_that_leads_inside(cast, closed, url):
    assert check_url(url)
    answer = send(cast.system(cast.police_client), {"url": url}, path="/api/v1/webhooks")
    assert answer.status_code == 400
    page = cast.browser(cast.ada).post(
        "/systems/webhooks/add", {"url": url, "form": "5f0f3c3e-3a2f-4d0e-9a51-6b7b9f0c1d22"}
    )
    assert page.status_code in (200, 422)
    assert "whsec_" not in page.content.decode()


@pytest.mark.parametrize(
    "answers",
    [
        ["169.254.169.254"],
        ["::ffff:10.0.0.1"],
        ["100.64.0.1"],
        ["64:ff9b::a00:1"],
        ["8.8.8.8", "10.0.0.1"],
        ["::1"],
        [],
    ],
)
def test_a_name_that_leads_inside_is_not_called_whatever_it_was_when_it_was_registered(answers):
    called = transport.post(
        "https://hooks.agency.example/", headers={}, body=b"{}", allow=[], resolver=lambda host, port: answers
    )
    assert called.status is None


def test_a_name_that_changes_its_mind_between_two_looks_is_looked_up_once(monkeypatch):
    """Public for the check, private for the call: the call goes to the address that was judged."""
    looks = iter([["93.184.216.34"], ["127.0.0.1"]])
    went = []

    def connect(address, *_, **__):
        went.append(address[0])
        raise OSError("no network in a test")

    monkeypatch.setattr("notifications.transport.socket.create_connection", connect)
    transport.post(
        "https://hooks.agency.example/", headers={}, body=b"{}", allow=[], resolver=lambda *_: next(looks)
    )
    assert went
    assert all(is_public(ip_address(address)) for address in went)
    assert list(looks) == [["127.0.0.1"]], "it was asked once"


def test_nothing_of_what_an_address_answers_is_shown_to_who_gave_it(cast, closed):
    assert (
        json.dumps(sorted(transport.Answer.__dataclass_fields__))
        == '["reason", "retry_after", "status", "took"]'
    )
    with pytest.raises(Exception, match="No public address was found for the host"):
        addresses_for("inside.example", 443, [], resolver=lambda *_: ["10.0.0.1"])
