"""All referrals I may see: whose they are, in which order, under which filters, and what looking costs."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.access import visible_events
from ohsc.core.acting import acting_as
from referrals.listing import PAGE
from referrals.transitions import Status
from tests.referrals.pages.test_queue import references, statements

STATEMENTS = 12
ADDRESS = "/referrals"
STATES = [status for status in Status if status != "merged"]


def show(cast, who, **given):
    answer = cast.browser(getattr(cast, who)).get(ADDRESS, given)
    assert answer.status_code == 200
    return answer


def orders_offered(answer) -> set[str]:
    return {heading["label"] for heading in answer.context["headings"] if heading["url"]}


@pytest.mark.parametrize(
    ("who", "statuses"),
    [
        ("anil", set(STATES)),
        ("asha", set(STATES)),
        ("ben", {"offered", "accepted", "concluded"}),
        ("dev", set()),
        ("cleo", set()),
    ],
)
def test_each_sees_what_it_stands_to_newest_first(cast, who, statuses):
    now = timezone.now()
    made = {
        status: cast.referral(status, external_ref=status, at=now - timedelta(hours=n)).reference
        for n, status in enumerate(STATES, 1)
    }
    assert references(show(cast, who)) == [made[status] for status in STATES if status in statuses]


def test_nothing_counts_what_is_not_shown(cast):
    cast.referral("accepted")
    text = show(cast, "cleo").content.decode()
    assert "No referrals yet" in text
    assert "shown" not in text


ORDERS = {  # the order: the numbers of these referrals, as the Centre sees them
    "received": [3, 2, 1, 0],
    "-received": [0, 1, 2, 3],
    "updated": [1, 3, 2, 0],
    "-updated": [0, 2, 3, 1],
    "due": [2, 3, 0],
    "-due": [0, 3, 2],
    "band": [2, 0, 3],
    "-band": [3, 0, 2],
}


@pytest.mark.parametrize(("order", "expected"), ORDERS.items())
def test_the_centre_sorts_by_arrival_change_due_time_and_band(cast, order, expected):
    """0 is the oldest, a P2 kept long; 1 was rejected last; 2 is the one most at risk; 3 the newest, a P4."""
    now = timezone.now()
    made = [
        cast.referral(at=now - timedelta(days=2), factors={"coercion": "yes"}),
        cast.referral(at=now - timedelta(hours=30)),
        cast.referral(at=now - timedelta(hours=29), factors={"live_streaming": "yes"}),
        cast.referral(at=now - timedelta(hours=28), factors={}),
    ]
    cast.step("triage", made[0], cast.anil, at=now - timedelta(hours=47), priority="P2")
    cast.step("reject", made[1], cast.anil, reason_code="spam")
    shown = references(show(cast, "anil", order=order))
    numbers = {referral.reference: n for n, referral in enumerate(made)}
    due = sorted((0, 2, 3), key=lambda n: (fresh(cast, made[n]).due_at, made[n].pk))
    if "due" in order:
        expected = due if order == "due" else due[::-1]
    assert [numbers[reference] for reference in shown] == expected


def fresh(cast, referral):
    from referrals.access import visible_referrals

    actor = cast.actor(cast.anil)
    with acting_as(actor):
        return visible_referrals(actor).get(pk=referral.pk)


def test_an_order_is_offered_where_an_index_gives_it(cast):
    cast.referral("accepted")
    cast.referral("concluded")
    assert orders_offered(show(cast, "anil")) == {"Band", "Received", "Changed", "Due"}
    assert orders_offered(show(cast, "anil", status="open", band="P2")) == {
        "Band",
        "Received",
        "Changed",
        "Due",
    }
    assert orders_offered(show(cast, "anil", status="concluded")) == {"Received", "Changed"}
    assert orders_offered(show(cast, "anil", agency="lumen-social")) == {"Received"}
    assert orders_offered(show(cast, "anil", since="2020-01-01")) == {"Received"}
    assert orders_offered(show(cast, "ben")) == {"Received"}
    assert references(show(cast, "ben", order="updated")) == references(show(cast, "ben"))


def test_an_agency_narrows_by_its_own_part(cast):
    offered, has = cast.referral("offered").reference, cast.referral("accepted").reference
    for part, expected in (("source", []), ("custodian", [has]), ("offered", [offered])):
        assert references(show(cast, "ben", part=part)) == expected
    assert set(references(show(cast, "asha", part="source"))) == {offered, has}


@pytest.mark.parametrize(
    ("who", "order"),
    [
        *(("anil", order) for order in ("received", "-received", "due", "-due", "band", "-band", "updated")),
        *(("asha", order) for order in ("received", "-received")),
    ],
)
def test_every_row_is_on_exactly_one_part_there_and_back(cast, who, order):
    now = timezone.now()
    bands = ({"live_streaming": "yes"}, {"coercion": "yes"}, {})
    made = {
        cast.referral(factors=bands[n % 3], at=now - timedelta(minutes=n // 2)).reference
        for n in range(PAGE * 2 + 7)
    }
    browser, url, parts = cast.browser(getattr(cast, who)), f"{ADDRESS}?order={order}", []
    while url:
        answer = browser.get(url)
        parts.append(references(answer))
        url = answer.context["next_url"] and f"{ADDRESS}{answer.context['next_url']}"
    assert [len(part) for part in parts] == [PAGE, PAGE, 7]
    assert {one for part in parts for one in part} == made
    back = browser.get(f"{ADDRESS}{answer.context['previous_url']}")
    assert references(back) == parts[1]
    first = browser.get(f"{ADDRESS}{back.context['previous_url']}")
    assert references(first) == parts[0]
    assert first.context["previous_url"] == ""


def test_filters_narrow_show_what_is_on_and_lead_off_again(cast):
    now = timezone.now()
    dark = cast.referral(environment="dark_web", at=now - timedelta(days=4))
    taken = cast.referral("accepted")
    answer = show(cast, "anil", environment="dark_web", until=(now - timedelta(days=3)).date().isoformat())
    assert references(answer) == [dark.reference]
    chips = {chip["label"]: chip["remove_url"] for chip in answer.context["chips"]}
    assert len(chips) == 2
    assert "environment" not in chips["Dark web"]
    assert references(show(cast, "anil", agency="northshire-police")) == [taken.reference]
    assert references(show(cast, "asha", status="open", harm="grooming", band=taken.band))[:1]
    # Words that are not ours are dropped; a part is no matter of the Centre's.
    assert (
        len(references(show(cast, "anil", environment="moon", since="soon", part="offered", order="x"))) == 2
    )


@pytest.mark.parametrize("who", ["anil", "ben", "asha"])
@pytest.mark.parametrize("order", ["received", "band"])
def test_the_list_costs_the_same_however_long_it_is(cast, who, order, django_assert_max_num_queries):
    browser = cast.browser(getattr(cast, who))
    for _ in range(2):
        cast.referral("accepted")
    address = f"{ADDRESS}?order={order}"
    with django_assert_max_num_queries(60) as few:
        browser.get(address)
    for _ in range(8):
        cast.referral("accepted")
    with django_assert_max_num_queries(60) as many:
        answer = browser.get(address)
    assert len(references(answer)) == 10
    assert statements(many) == statements(few) <= STATEMENTS


def test_the_list_is_recorded_once_with_what_it_showed(cast):
    shown = cast.referral("offered")
    show(cast, "ben", band="P2")
    ben = cast.actor(cast.ben)
    with acting_as(ben):
        (event,) = visible_events(ben).filter(action="referral.listed")
    assert (event.subject_ids, event.details) == ([shown.pk], {"filters": {"band": "P2"}})
