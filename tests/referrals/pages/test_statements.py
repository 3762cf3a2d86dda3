"""How many statements does a page take? As `tests/api/test_statements.py`, for the pages people have open all day."""

import pytest

from referrals.drafts import SelectorDraft
from tests.api.test_statements import statements

# Where it stands, and who has its page then: the Centre, the custodian or the agency asked, the source.
READERS = [
    *((state, "cora") for state in ("received", "triaged", "offered", "accepted", "passed_on", "asked")),
    *((state, "ben") for state in ("offered", "accepted", "passed_on", "asked", "concluded")),
    *((state, "asha") for state in ("received", "triaged", "offered", "accepted", "asked", "concluded")),
]
MUCH = tuple(SelectorDraft("email", f"a{number}@b.example") for number in range(150))


@pytest.mark.parametrize(("state", "reader"), READERS)
def test_a_record_is_ten_at_most_wherever_it_stands(cast, state, reader):
    page, address = cast.browser(getattr(cast, reader)), f"/referrals/{cast.referral(state).pk}"
    assert len(statements(lambda: page.get(address))) <= 10


def test_a_record_that_was_concluded_and_reopened_is_ten_at_most(cast):
    referral = cast.step("reopen", cast.referral("concluded"), cast.cora, reason_code="new_information")
    page = cast.browser(cast.cora)
    assert len(statements(lambda: page.get(f"/referrals/{referral.pk}"))) <= 10


@pytest.mark.parametrize("reader", ["cora", "ben", "asha"])
def test_a_record_takes_the_same_whatever_its_size(cast, reader):
    page = cast.browser(getattr(cast, reader))
    small = cast.referral("accepted")
    large = cast.referral("accepted", external_ref="LS-large", selectors=MUCH)
    found = [
        len(statements(lambda address=f"/referrals/{one.pk}": page.get(address))) for one in (small, large)
    ]
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("address", "reader", "most"),  # one of them asks for a live alarm
    [
        ("/triage", "cora", 14),
        ("/triage", "ben", 14),
        ("/triage", "asha", 14),
        ("/board", "cora", 16),  # two read the weights and the absences of every agency
        ("/work", "ben", 14),
    ],
)
def test_a_desk_takes_the_same_however_much_is_on_it(cast, address, reader, most):
    page = cast.browser(getattr(cast, reader))

    def in_two_states(number):
        cast.referral("triaged", external_ref=f"LS-t-{number}")
        cast.referral("accepted", external_ref=f"LS-a-{number}")

    in_two_states(0)
    few = len(statements(lambda: page.get(address)))
    for number in range(1, 6):
        in_two_states(number)
    assert len(statements(lambda: page.get(address))) == few <= most
