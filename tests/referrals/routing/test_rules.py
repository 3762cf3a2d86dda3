"""Rules are drafted, rehearsed on what was, switched on by two people, and brought back by one."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies import actions as agencies
from audit.models import Event
from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from referrals import tasks
from referrals.actions import rehearsals
from referrals.actions.claiming import STALE
from referrals.models import Decision, Rehearsal, Rulebook
from referrals.rules import Rules
from tests.cast import PASSWORD
from tests.referrals.routing.conftest import able, known_place

pytestmark = pytest.mark.usefixtures("able_forces")

# Northshire says GB-ENG and Eastmoor GB: by these rules a wider place is worth more than the very place.
WIDER = {"same_place": 5, "wider_place": 60}


@pytest.fixture
def carl(cast):
    """A second coordinator of the Centre."""
    with acting_as(CLOCK):
        return agencies.add_person(
            "carl@ohsc.example",
            agency=cast.centre,
            name="Carl Ames",
            role="coordinator",
            password=PASSWORD,
            by=CLOCK,
            at=timezone.now(),
        )


def as_clock(ask):
    with acting_as(CLOCK):
        return ask()


def filled(**changes):
    """The form as it stands, with changes."""
    rules = Rules().written()
    risk = {f"risk_{band}": weight for band, weight in rules.pop("risk").items()}
    return rules | risk | {"why": "Spread the work.", "like_agency": "", "like_agreement": ""} | changes


def drafted(cast, **changes):
    page = cast.browser(cast.cora).post("/rules/new", filled(**changes))
    assert page.status_code == 302, page.content.decode()
    return as_clock(lambda: Rulebook.objects.get(pk=page["Location"].split("/")[-1]))


def rehearsed(cast, book, days=7, times=1):
    page = cast.browser(cast.cora).post(f"/rules/{book.pk}/rehearse", {"days": days, "times": times})
    assert page.status_code == 302, page.content.decode()
    rehearsal_id = page["Location"].split("/")[-1]
    tasks.work_on_rehearsal(rehearsal_id)
    return as_clock(lambda: Rehearsal.objects.get(pk=rehearsal_id))


def switched_on(cast, who, book):
    return said(cast.browser(who).post(f"/rules/{book.pk}/switch-on", follow=True))


def said(page):
    return page.content.decode()


def best_for(cast, referral):
    matches = cast.system(cast.centre_client).get(f"/api/v1/referrals/{referral.pk}/matches").json()
    return matches["items"][0]["agency"]


def moved_to(cast, rehearsal):
    names = {str(one.pk): one.slug for one in (cast.police, cast.eastmoor, cast.harbour)}
    return [[names.get(key, "") for key in (one["was"], *one["goes"])] for one in rehearsal.moved]


def test_a_draft_is_rehearsed_beside_todays_rules_switched_on_by_a_second_and_brought_back(cast, carl):
    was = known_place(cast, "offered")  # to Northshire
    waits = known_place(cast)
    book = drafted(cast, **WIDER)
    assert best_for(cast, waits) == "northshire-police"  # a draft changes nothing

    rehearsal = rehearsed(cast, book)
    assert rehearsal.state == "done"
    assert moved_to(cast, rehearsal) == [
        ["", "northshire-police", "eastmoor-police"],  # it came when it was received
        ["northshire-police", "northshire-police", "eastmoor-police"],  # and this when it was offered
    ]
    page = said(cast.browser(cast.cora).get(f"/rehearsals/{rehearsal.pk}"))
    assert "would have gone elsewhere" in page
    assert was.reference in page

    assert "You wrote it. A second coordinator switches it on." in switched_on(cast, cast.cora, book)
    assert f"Rules {book.version} are in force." in switched_on(cast, carl, book)
    assert best_for(cast, waits) == "eastmoor-police"
    cast.step("offer", waits, cast.cora, to_agency=cast.eastmoor)
    kept = as_clock(lambda: Decision.objects.get(referral=waits.pk))
    assert (kept.rules_version, kept.place) == (book.version, 1)

    page = cast.browser(cast.cora).post(
        "/rules/roll-back", {"version": 0, "why": "It did not hold."}, follow=True
    )
    assert "Back to the rules in the code" in said(page)
    assert best_for(cast, known_place(cast)) == "northshire-police"


def test_what_was_not_rehearsed_beside_the_rules_in_force_is_not_switched_on(cast, carl):
    first, second = drafted(cast, **WIDER), drafted(cast, fairness=9)
    assert "Rehearse it first" in switched_on(cast, carl, first)
    rehearsed(cast, first)
    rehearsed(cast, second)
    switched_on(cast, carl, first)
    assert "Rehearse it first, beside the rules that are in force now." in switched_on(cast, carl, second)
    rehearsed(cast, second)
    assert f"Rules {second.version} are in force." in switched_on(cast, carl, second)
    in_force = as_clock(
        lambda: Rulebook.objects.filter(in_force_from__isnull=False, in_force_until=None).get()
    )
    assert in_force == second
    assert "It was switched on before." in switched_on(cast, carl, first)


def test_an_agency_supposed_to_take_nothing_gets_nothing_and_the_draft_waits_for_it_to_say_so(cast, carl):
    known_place(cast, "offered")
    book = drafted(cast, **{f"points_{cast.police.pk}": 0, "fairness": 2})
    assert moved_to(cast, rehearsed(cast, book)) == [
        ["northshire-police", "northshire-police", "eastmoor-police"]
    ]
    says = "Northshire Police says 5 points a week, and 0 are supposed."
    assert says in said(cast.browser(cast.cora).get(f"/rules/{book.pk}"))
    assert says in switched_on(cast, carl, book)


def test_an_agreement_supposed_to_have_ended_lets_nothing_through(cast):
    known_place(cast, "offered")
    northshire = as_clock(lambda: agreement(cast, "SA-NORTHSHIRE"))
    book = drafted(cast, ended=[str(northshire.pk)])
    assert moved_to(cast, rehearsed(cast, book)) == [
        ["northshire-police", "northshire-police", "eastmoor-police"]
    ]


def test_an_agreement_supposed_to_be_there_lets_through_what_the_other_does(cast):
    able(cast.harbour, place="GB-ENG", skill="takedown")
    able(cast.harbour, place="GB-ENG")  # two skills: it fits better than Northshire
    known_place(cast, "offered")
    northshire = as_clock(lambda: agreement(cast, "SA-NORTHSHIRE"))
    book = drafted(cast, like_agency=str(cast.harbour.pk), like_agreement=str(northshire.pk))
    assert moved_to(cast, rehearsed(cast, book)) == [
        ["northshire-police", "northshire-police", "harbour-helpline"]
    ]
    page = said(cast.browser(cast.cora).get(f"/rules/{book.pk}"))
    assert "Harbour Helpline has no agreement with the terms that are supposed." in page


def test_in_a_surge_each_comes_so_often_and_what_there_is_no_room_for_stays(cast):
    for _ in range(3):
        known_place(cast, "offered")
    figures = rehearsed(cast, drafted(cast, **WIDER), times=5).figures
    assert figures["count"] == 15
    assert figures["bands"]["P2"]["stays"] == [5, 5]  # five points each of two agencies


def test_a_rehearsal_with_the_same_draft_comes_out_the_same(cast):
    for _ in range(3):
        known_place(cast, "offered")
    book = drafted(cast, **WIDER)
    first, second = (rehearsed(cast, book) for _ in range(2))
    assert (first.figures, first.moved) == (second.figures, second.moved)


def test_a_rehearsal_that_is_cancelled_stops(cast, monkeypatch):
    known_place(cast, "offered")
    book = drafted(cast, **WIDER)
    page = cast.browser(cast.cora).post(f"/rules/{book.pk}/rehearse", {"days": 7, "times": 1})
    cast.browser(cast.cora).post(f"{page['Location']}/cancel")
    tasks.work_on_what_waits()
    rehearsal = as_clock(Rehearsal.objects.get)
    assert (rehearsal.state, rehearsal.figures) == ("cancelled", {})


def test_one_left_by_a_worker_that_died_is_taken_by_another(cast, monkeypatch):
    known_place(cast, "offered")
    book = drafted(cast, **WIDER)
    page = cast.browser(cast.cora).post(f"/rules/{book.pk}/rehearse", {"days": 7, "times": 1})
    rehearsal_id = as_clock(lambda: Rehearsal.objects.get().pk)

    def dies(*arguments, **more):
        raise SystemExit

    real = rehearsals.replay
    monkeypatch.setattr(rehearsals, "replay", dies)
    with pytest.raises(SystemExit):
        tasks.work_on_rehearsal(str(rehearsal_id))
    monkeypatch.setattr(rehearsals, "replay", real)
    assert not rehearsals.rehearse(rehearsal_id, timezone.now)  # it may yet be at work
    assert "Being worked out" in said(cast.browser(cast.cora).get(page["Location"]))
    later = timezone.now() + STALE + timedelta(seconds=1)
    assert rehearsals.rehearse(rehearsal_id, lambda: later)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"first_skill": 1001}, "1000"),
        ({"risk_P1": 0}, "1"),
        ({"why": ""}, "What is this to achieve?"),
        ({"like_agreement": ""}, "Choose both the agency and whose terms, or neither."),
        ({"ended": ["00000000-0000-4000-8000-000000000000"]}, "00000000-0000-4000-8000-000000000000"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_the_rest_stays_as_it_was_typed(cast, changes, says):
    like = str(as_clock(lambda: agreement(cast, "SA-NORTHSHIRE")).pk)
    given = filled(like_agency=str(cast.harbour.pk), like_agreement=like, fairness=7)
    page = cast.browser(cast.cora).post("/rules/new", given | changes)
    assert page.status_code == 200
    assert "There is a problem" in said(page)
    assert says in said(page)
    assert 'value="7"' in said(page)
    assert not as_clock(Rulebook.objects.exists)


def test_a_draft_in_which_nothing_differs_is_not_kept(cast):
    assert "Nothing differs from the rules in force." in said(
        cast.browser(cast.cora).post("/rules/new", filled())
    )


def test_going_back_asks_why_and_only_to_what_was_in_force(cast, carl):
    book = drafted(cast, **WIDER)
    browser = cast.browser(cast.cora)
    assert browser.post("/rules/roll-back", {"version": book.version, "why": "Try."}).status_code == 404
    assert "These rules are in force." in said(
        browser.post("/rules/roll-back", {"version": 0, "why": "Try."}, follow=True)
    )
    rehearsed(cast, book)
    switched_on(cast, carl, book)
    assert "say why" in said(browser.post("/rules/roll-back", {"version": 0, "why": ""}, follow=True))
    assert as_clock(lambda: Rulebook.objects.get(pk=book.pk)).in_force_until is None


@pytest.mark.parametrize("who", ["anil", "sol", "ada", "otis", "ben", "bea", "asha"])
def test_rules_are_for_a_coordinator_of_the_centre(cast, who):
    book = drafted(cast, **WIDER)
    rehearsal = rehearsed(cast, book)
    browser = cast.browser(getattr(cast, who))
    for path in ("/rules", "/rules/new", f"/rules/{book.pk}", f"/rehearsals/{rehearsal.pk}"):
        assert browser.get(path).status_code == 403
    assert browser.post(f"/rules/{book.pk}/switch-on").status_code == 403


def test_who_wrote_switched_on_and_read_is_known(cast, carl):
    known_place(cast, "offered")
    book = drafted(cast, **WIDER)
    rehearsal = rehearsed(cast, book)
    cast.browser(cast.cora).get(f"/rehearsals/{rehearsal.pk}")
    switched_on(cast, carl, book)
    with acting_as(cast.actor(cast.otis)):
        found = Event.objects.filter(action__regex=r"^(rules|rehearsal)\.").order_by("at")
        done = [(one.action, one.actor_id) for one in found if one.kind == "alteration"]
        assert Event.objects.filter(action="rehearsal.opened").exists()
    assert done == [
        ("rules.drafted", cast.cora.pk),
        ("rehearsal.asked", cast.cora.pk),
        ("rules.switched_on", carl.pk),
    ]


def agreement(cast, reference):
    from agencies.models import SharingAgreement

    return SharingAgreement.objects.get(reference=reference)
