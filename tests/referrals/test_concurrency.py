"""At the same moment: one wins, the other is told who was first, and nothing is ever half done. Real threads."""

import random
import time
from collections import Counter
from threading import Event

import pytest
from django.utils import timezone

from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from referrals.access import visible_referrals
from referrals.actions import AlreadyReceived, GivenRefused, StepRefused, receive
from referrals.drafts import Draft, OutcomeDraft, SelectorDraft
from referrals.models import Offer, PartyRow, Referral, StepTaken
from tests.cast import ARRIVAL, SUMMARY
from tests.together import Running, at_once

pytestmark = pytest.mark.slow
REFUSALS = (StepRefused, GivenRefused, Referral.DoesNotExist)


@pytest.fixture
def cast(committed_cast):
    return committed_cast


def split(results) -> tuple[list[Referral], list[Exception]]:
    taken = [result for result in results if isinstance(result, Referral)]
    refused = [result for result in results if not isinstance(result, Referral)]
    assert all(isinstance(error, REFUSALS) for error in refused), refused
    return taken, refused


def test_of_two_coordinators_offering_at_once_one_wins_and_the_other_learns_who(cast):
    referral = cast.referral("triaged")
    results = at_once(
        lambda: cast.step("offer", referral, cast.cora, to_agency=cast.police),
        lambda: cast.step("offer", referral, cast.centre_client, to_agency=cast.eastmoor),
    )
    (won,), (lost,) = split(results)
    assert won.status == "offered"
    assert "the referral is offered. Offered to" in str(lost)
    assert "Cora Lindqvist" in str(lost) or "centre system" in str(lost)
    with acting_as(CLOCK):
        assert Offer.objects.filter(referral=referral, state="open").count() == 1


@pytest.mark.parametrize("again", range(3))
def test_of_accept_and_recall_at_once_exactly_one_happens(cast, again):
    referral = cast.referral("offered")
    results = at_once(
        lambda: cast.step("accept", referral, cast.ben),
        lambda: cast.step("recall", referral, cast.cora, reason_code="better_fit"),
    )
    (won,), (lost,) = split(results)
    assert won.status in {"accepted", "triaged"}
    # Whose right ended with the recall finds nothing; the Centre, which still sees it, is told.
    assert isinstance(lost, Referral.DoesNotExist if won.status == "triaged" else StepRefused)


def test_of_two_people_of_one_agency_accepting_at_once_one_does(cast):
    referral = cast.referral("offered")
    _, (lost,) = split(
        at_once(
            lambda: cast.step("accept", referral, cast.ben), lambda: cast.step("accept", referral, cast.bea)
        )
    )
    assert "Accept is for the offered agency only" in str(lost)


def test_the_same_external_reference_at_once_makes_one_referral(cast):
    def send(words):
        asha = cast.actor(cast.asha)
        draft = {"external_ref": "LUM-1", "summary": words}
        with acting_as(asha):
            return receive([Draft(**SUMMARY | draft)], arrival=ARRIVAL(draft), by=asha, at=timezone.now())

    results = at_once(*[lambda words=words: send(words) for words in ("one", "two", "three")])
    made = [result for result in results if isinstance(result, list)]
    again = [result for result in results if not isinstance(result, list)]
    assert len(made) == 1
    assert all(isinstance(error, AlreadyReceived) for error in again), again
    assert {error.referrals[0].pk for error in again} == {made[0][0].pk}


def test_arrivals_that_share_selectors_do_not_wait_for_each_other_for_ever(cast):
    names = [f"@bird{number}" for number in range(300)]

    def send(seed):
        chance, asha = random.Random(seed), cast.actor(cast.asha)
        for round_ in range(3):
            seen = tuple(SelectorDraft("account", f"{name}-{round_}", "lumen") for name in names)
            draft = {"summary": f"{seed} {round_}", "selectors": tuple(chance.sample(seen, len(seen)))}
            with acting_as(asha):
                receive([Draft(**SUMMARY | draft)], arrival=ARRIVAL(draft), by=asha, at=timezone.now())
        return seed

    assert at_once(*[lambda seed=seed: send(seed) for seed in range(4)]) == [0, 1, 2, 3]


def test_nothing_is_read_after_the_decline_is_committed(cast):
    referral = cast.referral("offered")
    ended, reads = Event(), []

    def keep_reading():
        ben = cast.actor(cast.ben)
        while not (reads and reads[-1][0] and len(reads) > 5):
            was_over = ended.is_set()
            with acting_as(ben):
                reads.append((was_over, visible_referrals(ben).filter(pk=referral.pk).exists()))
            time.sleep(0.01)

    reader = Running(keep_reading)
    while not reads:
        time.sleep(0.01)
    cast.step("decline", referral, cast.bea, reason_code="no_capacity")
    ended.set()
    assert reader.result() is None
    assert (False, True) in reads
    assert (True, True) not in reads


def test_eight_at_once_doing_anything_keep_every_promise(cast):
    keys = [cast.referral("triaged").pk for _ in range(3)]
    people = [cast.cora, cast.anil, cast.ben, cast.bea, cast.dev, cast.asha, cast.centre_client, CLOCK]
    given = {
        "offer": {"to_agency": cast.police},
        "recall": {"reason_code": "better_fit"},
        "accept": {},
        "decline": {"reason_code": "no_capacity"},
        "return": {"reason_code": "no_capacity"},
        "expire": {},
    }
    late = timezone.now() + timezone.timedelta(days=3)

    def anything(person, seed):
        chance, mine = random.Random(seed), Counter()
        for _ in range(25):
            name = chance.choice(list(given))
            try:
                cast.step(name, chance.choice(keys), person, at=late, **given[name])
                mine[name] += 1
            except REFUSALS:
                continue
        return mine

    results = at_once(*[lambda p=p, n=n: anything(p, n) for n, p in enumerate(people)])
    assert all(isinstance(result, Counter) for result in results), results
    assert sum(results, Counter())["offer"] > 0
    with acting_as(CLOCK), writing():
        for key in keys:
            referral = Referral.objects.get(pk=key)
            standing = PartyRow.objects.filter(referral=key, until=None)
            assert [row.agency_id for row in standing.filter(capacity="custodian")] == [referral.custodian_id]
            offers = Offer.objects.filter(referral=key, state="open").count()
            assert offers == standing.filter(capacity="offered").count() == (referral.status == "offered")
            versions = list(StepTaken.objects.filter(referral=key).values_list("version", flat=True))
            assert sorted(versions) == list(range(1, referral.version + 1))


def test_a_conclusion_and_a_return_at_once_never_both(cast):
    referral = cast.referral("accepted")
    (won,), _ = split(
        at_once(
            lambda: cast.step("conclude", referral, cast.ben, outcomes=(OutcomeDraft("ARREST"),)),
            lambda: cast.step("return", referral, cast.bea, reason_code="no_capacity"),
        )
    )
    assert won.status in {"concluded", "triaged"}
