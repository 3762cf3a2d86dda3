"""How many statements does a call take? A number that does not grow with what there is, transaction control aside.

The rights of a transaction are set as it begins, and count with its control.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.calls import BODY, REFERRALS, send

CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SELECT set_config('role'")


def statements(call) -> list[str]:
    with CaptureQueriesContext(connection) as asked:
        answer = call()
    assert answer.status_code < 300, answer.content
    return [one["sql"] for one in asked if not one["sql"].startswith(CONTROL)]


def with_much(how_much):
    selectors = [{"kind": "email", "value": f"a{number}@of-{how_much}.example"} for number in range(how_much)]
    return BODY | {"selectors": selectors, "external_ref": f"of-{how_much}"}


def test_intake_takes_ten_at_most_however_much_is_sent(cast):
    lumen = cast.system(cast.lumen_client)
    send(lumen)
    found = [len(statements(lambda n=n: send(lumen, with_much(n)))) for n in (1, 150)]
    assert found[0] == found[1] <= 10


@pytest.mark.parametrize("how_many", [1, 40])
def test_a_list_takes_three(cast, how_many):
    lumen = cast.system(cast.lumen_client)
    for _ in range(how_many):
        send(lumen)
    assert len(statements(lambda: lumen.get(f"{REFERRALS}?limit=50"))) == 3  # the token, the rows, the audit


@pytest.mark.parametrize("reader", ["lumen_client", "centre_client"])
def test_a_referral_is_read_in_ten_at_most_whatever_its_size(cast, reader):
    system, lumen = cast.system(getattr(cast, reader)), cast.system(cast.lumen_client)
    addresses = [f"{REFERRALS}/{send(lumen, with_much(how_much)).json()['id']}" for how_much in (1, 150)]
    found = [len(statements(lambda address=address: system.get(address))) for address in addresses]
    assert found[0] == found[1] <= 10
